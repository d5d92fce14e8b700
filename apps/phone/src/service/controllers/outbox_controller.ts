import { messageOf, problemsOf, type Draft } from '../../model/draft';
import { pathOf } from '../../model/keys';
import {
  admit,
  expire,
  isWaiting,
  moveTo,
  nextToSend,
  readOutbox,
  refusalOf,
  takenUpAgain,
  wireOf,
  type OutboxEntry,
  type OutboxState,
} from '../../model/outbox';
import { Cell, type Stop } from '../cell';
import { Refusal, type Database } from '../database';

/** Where entries survive a reload: the browser's storage, or a test's. */
export interface Shelf {
  read(): string | null;
  /** May fail silently: what cannot be kept is sent all the same. */
  write(text: string): void;
  /** Another page of this device has written. */
  follow(changed: () => void): Stop;
}

export interface OutboxServices {
  readonly database: Database;
  readonly shelf: Shelf;
  readonly localNow: () => number;
  /** Who is signed in. */
  readonly uid: () => string;
}

/**
 * Sends each message once, now or when the connection is back, and says where it stands. One at a
 * time, brakes first. The id makes repeats harmless: the database creates it only if it is absent.
 */
export class OutboxController {
  readonly entries: Cell<readonly OutboxEntry[]>;
  private stops: Stop[] = [];
  private timer: ReturnType<typeof setInterval> | undefined;
  private sending = false;
  private pauseMs = 0;
  private notBeforeMs = 0;

  constructor(private readonly services: OutboxServices) {
    this.entries = new Cell(takenUpAgain(readOutbox(services.shelf.read())));
  }

  start(): void {
    const { connected, offsetMs } = this.services.database;
    this.stops = [
      ...[connected, offsetMs].map((cell) => cell.subscribe(() => this.run())),
      this.services.shelf.follow(() => this.entries.set(readOutbox(this.services.shelf.read()))),
    ];
    this.timer = setInterval(() => this.run(), 1000);
    this.run();
  }

  stop(): void {
    clearInterval(this.timer);
    for (const stop of this.stops.splice(0)) stop();
  }

  /** Takes the draft as it is now; a repeat with the same id changes nothing. Returns why not. */
  submit(draft: Draft): string {
    const problem = Object.values(problemsOf(draft))[0] ?? this.refusal(draft.verb);
    if (problem) return problem;
    this.keep(admit(this.entries.get(), draft.id, messageOf(draft), this.services.localNow()));
    this.run();
    return '';
  }

  /** Why a message with this verb would not be taken now; empty = it would. */
  refusal(verb: string): string {
    const { connected, offsetMs } = this.services.database;
    return refusalOf(verb, { connected: connected.get(), offsetMs: offsetMs.get() });
  }

  /** Takes back what has not been sent. False: it may be on its way. */
  withdraw(id: string): boolean {
    if (this.entries.get().find((x) => x.id === id)?.state !== 'queued') return false;
    this.keep(this.entries.get().filter((x) => x.id !== id));
    return true;
  }

  /** Takes out of sight what is over. */
  forget(id: string): void {
    this.keep(this.entries.get().filter((x) => x.id !== id || isWaiting(x)));
  }

  private keep(entries: readonly OutboxEntry[]): void {
    if (entries === this.entries.get()) return;
    this.services.shelf.write(JSON.stringify(entries));
    this.entries.set(entries);
  }

  private move(id: string, state: OutboxState, reason = ''): void {
    this.keep(moveTo(this.entries.get(), id, state, reason, this.services.localNow()));
  }

  private run(): void {
    const now = this.services.localNow();
    this.keep(expire(this.entries.get(), now));
    const { connected, offsetMs } = this.services.database;
    if (this.sending || now < this.notBeforeMs || this.services.uid() === '') return;
    const next = nextToSend(this.entries.get(), {
      connected: connected.get(),
      offsetMs: offsetMs.get(),
    });
    if (next) void this.send(next);
  }

  private async send(entry: OutboxEntry): Promise<void> {
    const { database, uid } = this.services;
    this.sending = true;
    this.move(entry.id, 'sending');
    try {
      const wire = wireOf(entry, database.offsetMs.get() ?? 0, uid(), database.serverTime);
      // Stood there already: an earlier try of ours arrived. The same id is the same wish.
      await database.create(pathOf('pubsub-messages', entry.id), wire);
      this.pauseMs = 0;
      this.move(entry.id, 'stored');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof Refusal) {
        this.move(entry.id, 'refused', reason);
      } else {
        this.pauseMs = Math.min(this.pauseMs * 2 || 1000, 30_000);
        this.notBeforeMs = this.services.localNow() + this.pauseMs;
        this.move(entry.id, 'queued', reason);
      }
    } finally {
      this.sending = false;
    }
    this.run();
  }
}
