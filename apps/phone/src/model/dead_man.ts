import { fieldsOf } from './read';
import { parseTime } from './time';

/** The dead-man's switch as the floor mirrors it at /floor/deadMan, by the floor's clock. */
export interface DeadMan {
  /** For how long the operator may be silent. */
  readonly hours: number;
  readonly heardMs: number;
  readonly firesMs: number;
  /** Undefined while it has not fired in this silence. */
  readonly firedMs: number | undefined;
}

/** Undefined while the switch is off. */
export function readDeadMan(value: unknown): DeadMan | undefined {
  const x = fieldsOf(value);
  const hours = x?.['hours'];
  const firesMs = parseTime(x?.['firesAt']);
  if (typeof hours !== 'number' || !(hours > 0) || !Number.isFinite(hours)) return undefined;
  if (firesMs === undefined) return undefined;
  return { hours, firesMs, heardMs: parseTime(x?.['heardAt']) ?? 0, firedMs: parseTime(x?.['firedAt']) };
}

/** When less than this part of its hours is left, the switch is about to fire. */
export const soonShare = 0.1;

/**
 * - waits, soon: it fires when nothing is heard of the operator
 * - due: its time is over, and the floor has not said that it has fired
 * - fired: the floor says so
 */
export type DeadManState = 'waits' | 'soon' | 'due' | 'fired';

/** How the switch stands at `nowMs` of the floor's clock. */
export function stateOf(deadMan: DeadMan, nowMs: number): DeadManState {
  if (deadMan.firedMs !== undefined) return 'fired';
  const leftMs = deadMan.firesMs - nowMs;
  if (leftMs <= 0) return 'due';
  return leftMs < soonShare * deadMan.hours * 3_600_000 ? 'soon' : 'waits';
}
