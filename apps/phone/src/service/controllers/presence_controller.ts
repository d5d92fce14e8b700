import type { Stop } from '../cell';
import type { Database } from '../database';

const pauseMs = 60_000;

/**
 * Tells the floor that the operator is there: when the page is opened, looked at again, touched or
 * typed into, at most once a minute. A page that merely lies open says nothing.
 */
export class PresenceController {
  private stops: Stop[] = [];
  private saidMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly database: Database,
    private readonly localNow: () => number,
  ) {}

  start(): void {
    const say = () => this.say();
    this.stops = [
      this.database.connected.subscribe(say),
      ...['pointerdown', 'keydown', 'visibilitychange'].map((what) => {
        document.addEventListener(what, say);
        return () => document.removeEventListener(what, say);
      }),
    ];
    say();
  }

  stop(): void {
    for (const stop of this.stops.splice(0)) stop();
  }

  private say(): void {
    const now = this.localNow();
    if (!this.database.connected.get() || document.visibilityState !== 'visible') return;
    if (now - this.saidMs < pauseMs) return;
    this.saidMs = now;
    // A floor of before knows no such place; nothing is lost.
    this.database.put('operator/heartbeat', this.database.serverTime).catch(() => undefined);
  }
}
