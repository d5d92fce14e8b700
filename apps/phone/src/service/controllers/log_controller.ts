import { newestFirst, readLedger, readSummary, type Ledger, type Summary } from '../../model/ledger';
import { pathOf } from '../../model/keys';
import { childrenOf } from '../../model/read';
import { Cell, type Stop } from '../cell';
import type { Database } from '../database';
import { WatchedStore } from './watched_store';

export const pageSize = 50;

export interface LogView {
  /** Newest first. */
  readonly lines: readonly Summary[];
  readonly loaded: boolean;
  readonly loadingOlder: boolean;
  /** Nothing older is there. */
  readonly complete: boolean;
  readonly problem: string;
}

const order = { orderBy: { child: 'pressedAt' } } as const;

/**
 * The messages that were sent: the newest live, older ones page by page, all from the small
 * summaries. What the floor has not adopted yet has no summary and is taken from where it waits.
 */
export class LogController {
  readonly view = new Cell<LogView>({
    lines: [],
    loaded: false,
    loadingOlder: false,
    complete: false,
    problem: '',
  });
  /** Whole messages by id, loaded when somebody looks; undefined: there is none. */
  readonly ledgers: WatchedStore<Ledger | undefined>;

  private readonly live = new Map<string, Summary>();
  private readonly older = new Map<string, Summary>();
  private readonly unadopted = new Map<string, Summary>();
  private stops: Stop[] = [];
  private pending: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly database: Database) {
    this.ledgers = new WatchedStore((id, on, failed) => {
      const path = pathOf('pubsub-messages', id);
      return database.watch(path, (value) => on(readLedger(id, value)), failed);
    });
  }

  start(): void {
    const into = (map: Map<string, Summary>, ready: () => void) => ({
      put: (key: string, value: unknown) => {
        const summary = readSummary(key, value);
        if (summary) map.set(key, summary);
        this.changed();
      },
      drop: (key: string) => {
        const gone = map.get(key);
        map.delete(key);
        // Pushed out of the window by newer ones: still a line of the log.
        if (map === this.live && gone) this.older.set(key, gone);
        this.changed();
      },
      ready,
      failed: (problem: string) => this.say({ problem }),
    });
    this.stops = [
      this.database.watchChildren(
        'message-summaries',
        { ...order, limitToLast: pageSize },
        into(this.live, () => this.say({ loaded: true, complete: this.live.size < pageSize })),
      ),
      this.database.watchChildren(
        'pubsub-messages',
        { orderBy: { child: 'state' }, equalTo: 'sent' },
        into(this.unadopted, () => this.changed()),
      ),
    ];
  }

  stop(): void {
    clearTimeout(this.pending);
    this.pending = undefined;
    for (const stop of this.stops.splice(0)) stop();
    this.ledgers.stop();
  }

  /** One page more. Does nothing while one is on its way or when all are there. */
  async loadOlder(): Promise<void> {
    const { loaded, loadingOlder, complete } = this.view.get();
    if (!loaded || loadingOlder || complete) return;
    const stored = [...this.live.entries(), ...this.older.entries()];
    // As the database orders them: by the time of the press, then by key.
    const oldest = stored.reduce<[string, Summary] | undefined>(
      (a, b) => (a && (a[1].pressedMs - b[1].pressedMs || (a[0] < b[0] ? -1 : 1)) < 0 ? a : b),
      undefined,
    );
    if (!oldest) return this.say({ complete: true });
    this.say({ loadingOlder: true, problem: '' });
    try {
      const [key, { pressedMs: value }] = oldest;
      const page = childrenOf(
        await this.database.get('message-summaries', {
          ...order,
          endBefore: { value, key },
          limitToLast: pageSize,
        }),
      );
      for (const [id, raw] of page) {
        const summary = readSummary(id, raw);
        if (summary) this.older.set(id, summary);
      }
      this.say({ loadingOlder: false, complete: page.length < pageSize });
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.say({ loadingOlder: false, problem });
    }
  }

  private changed(): void {
    this.pending ??= setTimeout(() => this.say({}), 50);
  }

  private say(news: Partial<LogView>): void {
    clearTimeout(this.pending);
    this.pending = undefined;
    // A summary knows more than a message that waits.
    const all = new Map([...this.unadopted, ...this.older, ...this.live]);
    this.view.set({ ...this.view.get(), ...news, lines: [...all.values()].sort(newestFirst) });
  }
}
