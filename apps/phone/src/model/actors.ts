import { unescapeKey } from './keys';
import { childrenOf, fieldsOf, textOf, wordOf, type Fields } from './read';
import { parseTime } from './time';

export const actorStates = ['starting', 'running', 'restarting', 'failed', 'stopped', 'paused'] as const;
export type ActorState = (typeof actorStates)[number];

/** One actor of the floor. A figure that the floor does not say is undefined. */
export interface ActorRow {
  readonly name: string;
  readonly kind: string;
  readonly state: ActorState;
  /** By the floor's clock, as all times here. */
  readonly sinceMs: number | undefined;
  readonly mailbox: number | undefined;
  /** Undefined also for a mailbox without one. */
  readonly bound: number | undefined;
  readonly oldestWaitMs: number | undefined;
  /** Messages a second. */
  readonly inRate: number | undefined;
  readonly outRate: number | undefined;
  /** Of the handlers that were timed: not of all. */
  readonly meanMs: number | undefined;
  readonly maxMs: number | undefined;
  readonly errors: number | undefined;
  readonly refused: number | undefined;
  readonly restarts: number | undefined;
  readonly backoffLeftMs: number | undefined;
  readonly lastExit: string;
  /** The floor's own and the console's. */
  readonly hidden: boolean;
  /** What the handler is at. */
  readonly serving: { readonly message: string; readonly sinceMs: number } | undefined;
}

/** The floor's actors at one moment, at /floor/actors. */
export interface ActorsView {
  readonly atMs: number;
  /** How many there are; the rows are those that need looking at most. */
  readonly total: number;
  readonly rows: readonly ActorRow[];
}

function numberIn(x: Fields, key: string): number | undefined {
  const value = x[key];
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function readRow(key: string, value: unknown): ActorRow | undefined {
  const x = fieldsOf(value);
  const state = wordOf(x?.['state'], actorStates);
  if (!x || !state) return undefined;
  const serving = fieldsOf(x['serving']);
  const servingSinceMs = parseTime(serving?.['since']);
  const bound = numberIn(x, 'bound');
  return {
    name: unescapeKey(key),
    kind: textOf(x['kind']),
    state,
    sinceMs: parseTime(x['since']),
    mailbox: numberIn(x, 'mailbox'),
    bound: bound === 0 ? undefined : bound,
    oldestWaitMs: numberIn(x, 'oldestWait'),
    inRate: numberIn(x, 'in'),
    outRate: numberIn(x, 'out'),
    meanMs: numberIn(x, 'mean'),
    maxMs: numberIn(x, 'max'),
    errors: numberIn(x, 'errors'),
    refused: numberIn(x, 'refused'),
    restarts: numberIn(x, 'restarts'),
    backoffLeftMs: numberIn(x, 'backoffLeft'),
    lastExit: textOf(x['lastExit']),
    hidden: x['hidden'] === true,
    serving:
      serving && servingSinceMs !== undefined
        ? { message: textOf(serving['message']), sinceMs: servingSinceMs }
        : undefined,
  };
}

/** Undefined while no floor says who its actors are. */
export function readActors(value: unknown): ActorsView | undefined {
  const x = fieldsOf(value);
  const atMs = parseTime(x?.['at']);
  if (!x || atMs === undefined) return undefined;
  const rows = childrenOf(x['rows']).flatMap(([key, raw]) => readRow(key, raw) ?? []);
  return { atMs, total: Math.max(numberIn(x, 'total') ?? 0, rows.length), rows };
}

/** A handler that is at one message for longer is stuck. */
export const stuckMs = 2000;

/** What makes an actor stand out, in words; empty = nothing does. */
export function troubleOf(row: ActorRow, atMs: number): string {
  const servedMs = row.serving ? atMs - row.serving.sinceMs : 0;
  if (row.state === 'failed') return 'has failed';
  if (row.state === 'restarting') return 'crashed';
  if (row.serving && servedMs >= stuckMs) return `stuck at ${row.serving.message}`;
  if (row.mailbox !== undefined && row.bound !== undefined && 2 * row.mailbox >= row.bound)
    return 'mailbox fills up';
  return '';
}

export const sortKeys = [
  'trouble',
  'name',
  'kind',
  'state',
  'mailbox',
  'oldestWaitMs',
  'inRate',
  'outRate',
  'meanMs',
  'maxMs',
  'errors',
  'restarts',
] as const;
export type ActorSort = (typeof sortKeys)[number];

export interface ActorWish {
  readonly text: string;
  readonly sort: ActorSort;
  /** Texts from A, numbers from the largest; turned round if true. */
  readonly reversed: boolean;
  readonly hidden: boolean;
  readonly troubleOnly: boolean;
}

export const everyActor: ActorWish = {
  text: '',
  sort: 'trouble',
  reversed: false,
  hidden: false,
  troubleOnly: false,
};

function compared(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The rows that are wished for, in order. */
export function listActors(view: ActorsView, wish: ActorWish): ActorRow[] {
  const text = wish.text.trim().toLowerCase();
  const trouble = (row: ActorRow) => troubleOf(row, view.atMs);
  const found = view.rows.filter(
    (row) =>
      (wish.hidden || !row.hidden) &&
      (!wish.troubleOnly || trouble(row) !== '') &&
      (text === '' || [row.name, row.kind, row.state].some((x) => x.toLowerCase().includes(text))),
  );
  const rank = (row: ActorRow): string | number => {
    switch (wish.sort) {
      case 'name':
      case 'kind':
        return row[wish.sort];
      case 'state':
        return actorStates.indexOf(row.state);
      case 'trouble':
        return (trouble(row) === '' ? 0 : -1e15) - (row.mailbox ?? 0);
      default:
        return -(row[wish.sort] ?? -1);
    }
  };
  const direction = wish.reversed ? -1 : 1;
  return found.sort((a, b) => direction * compared(rank(a), rank(b)) || compared(a.name, b.name));
}
