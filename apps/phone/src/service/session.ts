import { makePushId } from '../model/push_id';
import { Cell } from './cell';
import { FloorController } from './controllers/floor_controller';
import { HistoryController } from './controllers/history_controller';
import { LogController } from './controllers/log_controller';
import { OutboxController } from './controllers/outbox_controller';
import { PresenceController } from './controllers/presence_controller';
import type { Database } from './database';
import type { SignIn } from './sign_in';

const reconnectMs = 5000;

/** What the pages work with while somebody is signed in. */
export class Session {
  readonly floor: FloorController;
  readonly history: HistoryController;
  readonly log: LogController;
  readonly outbox: OutboxController;
  readonly presence: PresenceController;
  /** Since when there is no connection, this device's clock; undefined while there is one. */
  readonly offlineSinceMs: Cell<number | undefined>;
  private stopFollowing: () => void = () => undefined;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    readonly database: Database,
    readonly signIn: SignIn,
    storage: Storage,
    readonly localNow: () => number = Date.now,
  ) {
    this.floor = new FloorController(database);
    this.history = new HistoryController(database, this.floor);
    this.log = new LogController(database);
    this.presence = new PresenceController(database, localNow);
    this.offlineSinceMs = new Cell(database.connected.get() ? undefined : localNow());
    this.outbox = new OutboxController({
      database,
      shelf: {
        read: () => storage.getItem('outcry.outbox'),
        write: (text) => {
          try {
            storage.setItem('outcry.outbox', text);
          } catch {
            // No room, or none allowed.
          }
        },
        follow: (changed) => {
          const heard = (event: StorageEvent) => event.key === 'outcry.outbox' && changed();
          addEventListener('storage', heard);
          return () => removeEventListener('storage', heard);
        },
      },
      localNow,
      uid: () => {
        const state = signIn.state.get();
        return state.kind === 'in' && !state.offline ? state.uid : '';
      },
    });
  }

  start(): void {
    const follow = () =>
      this.offlineSinceMs.set(this.database.connected.get() ? undefined : this.localNow());
    this.stopFollowing = this.database.connected.subscribe(follow);
    follow();
    // Whoever looks at the page does not wait the minutes that pauses may grow to.
    this.timer = setInterval(() => {
      if (!this.database.connected.get() && document.visibilityState === 'visible')
        this.database.reconnect();
    }, reconnectMs);
    this.floor.start();
    this.log.start();
    this.outbox.start();
    this.presence.start();
  }

  stop(): void {
    clearInterval(this.timer);
    this.stopFollowing();
    this.presence.stop();
    this.outbox.stop();
    this.log.stop();
    this.history.stop();
    this.floor.stop();
  }

  /** The server's clock, as far as it is known. */
  readonly now = (): number => this.localNow() + (this.database.offsetMs.get() ?? 0);

  /** A fresh id for a message. */
  readonly newId = (): string =>
    makePushId(this.now(), (n) => crypto.getRandomValues(new Uint8Array(n)));
}
