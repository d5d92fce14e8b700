import type { Stop } from '../cell';
import type { Database } from '../database';

const pauseMs = 60_000;

/** What only somebody who is there does. */
const signs = ['pointerdown', 'keydown', 'wheel'];

/**
 * Tells the floor that the operator is there: when the page is opened, looked at again, touched,
 * scrolled or typed into, at most once a minute. A page that merely lies open says nothing, nor does
 * its connection when it comes back, but for what was done within the minute before.
 */
export class PresenceController {
  private stops: Stop[] = [];
  private saidMs: number | undefined;
  /** When somebody was seen without a connection to say it by. */
  private unsaidMs: number | undefined;

  constructor(
    private readonly database: Database,
    private readonly localNow: () => number,
  ) {}

  start(): void {
    const seen = () => this.seen();
    const options = { passive: true } as const;
    this.stops = [
      this.database.connected.subscribe(() => {
        if (this.isClose(this.unsaidMs)) this.seen();
      }),
      ...[...signs, 'visibilitychange'].map((what) => {
        document.addEventListener(what, seen, options);
        return () => document.removeEventListener(what, seen);
      }),
    ];
    seen();
  }

  stop(): void {
    for (const stop of this.stops.splice(0)) stop();
  }

  private seen(): void {
    if (document.visibilityState !== 'visible' || this.isClose(this.saidMs)) return;
    const connected = this.database.connected.get();
    this.unsaidMs = connected ? undefined : this.localNow();
    if (!connected) return;
    this.saidMs = this.localNow();
    // A floor of before knows no such place; nothing is lost.
    this.database.put('operator/heartbeat', this.database.serverTime).catch(() => undefined);
  }

  /** Within a minute; a clock that was put back must not silence the page until it has caught up. */
  private isClose(atMs: number | undefined): boolean {
    return atMs !== undefined && Math.abs(this.localNow() - atMs) < pauseMs;
  }
}
