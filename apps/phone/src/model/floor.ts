import { readDeadMan, type DeadMan } from './dead_man';
import { decimalText, toNumber } from './decimal';
import { childrenOf, fieldsOf, textOf, wordOf, type Fields } from './read';
import { parseTime } from './time';

export const botStates = [
  'starting',
  'running',
  'waiting_for_open',
  'stopped',
  'restarting',
  'failed',
  'absent',
] as const;
export type BotState = (typeof botStates)[number];

const botKinds = ['hosted', 'controlled', 'observed', 'desk'] as const;
export type BotKind = (typeof botKinds)[number];

/** A bot as the floor mirrors it at /bots/<id>. */
export interface Bot {
  readonly id: string;
  readonly ticker: string;
  readonly strategy: string;
  readonly container: string;
  readonly kind: BotKind;
  readonly state: BotState;
  readonly desired: 'running' | 'stopped';
  readonly sinceMs: number;
  readonly heartbeatMs: number;
  readonly reason: string;
  readonly details: Fields;
}

export function readBot(value: unknown): Bot | undefined {
  const x = fieldsOf(value);
  const state = wordOf(x?.['state'], botStates);
  const kind = wordOf(x?.['kind'], botKinds);
  if (!x || !state || !kind || !textOf(x['id']) || !textOf(x['ticker'])) return undefined;
  return {
    id: textOf(x['id']),
    ticker: textOf(x['ticker']),
    strategy: textOf(x['strategy']),
    container: textOf(x['container']),
    kind,
    state,
    desired: x['desired'] === 'stopped' ? 'stopped' : 'running',
    sinceMs: parseTime(x['since']) ?? 0,
    heartbeatMs: parseTime(x['heartbeat']) ?? 0,
    reason: textOf(x['reason']),
    details: fieldsOf(x['details']) ?? {},
  };
}

/**
 * What the bot says it holds, in shares; undefined where its strategy does not say. Each strategy
 * words it in its own way: a ladder by `shares`, a follower by its trade's `held`.
 */
export function positionOf(bot: Bot): string | undefined {
  const trade = fieldsOf(bot.details['trade']);
  const shares = decimalText(bot.details['position']) ?? decimalText(bot.details['shares']);
  if (shares !== undefined) return shares;
  const held = decimalText(trade?.['held']);
  if (held === undefined || trade?.['side'] !== 'short' || (toNumber(held) ?? 0) === 0) return held;
  return held.startsWith('-') ? held : `-${held}`;
}

export interface Price {
  readonly text: string;
  readonly value: number;
  /** When the trade was, by its source. */
  readonly atMs: number;
}

export function readPrice(value: unknown): Price | undefined {
  const x = fieldsOf(value);
  const text = decimalText(x?.['price']);
  const number = toNumber(text);
  const atMs = parseTime(x?.['timestamp']);
  return text !== undefined && number !== undefined && atMs !== undefined
    ? { text, value: number, atMs }
    : undefined;
}

const figureNames = ['profit', 'open', 'total', 'unrealized', 'realized', 'converted'] as const;
export type FigureName = (typeof figureNames)[number];
export type Figures = Readonly<Partial<Record<FigureName, string>>>;

/** One ticker's day or the account's: what has been earned today and since the beginning. */
export interface Performance {
  readonly day: string;
  readonly today: Figures;
  readonly ever: Figures;
  readonly atMs: number;
}

export function readFigures(value: unknown): Figures {
  const x = fieldsOf(value) ?? {};
  const figures: Partial<Record<FigureName, string>> = {};
  for (const name of figureNames) {
    const text = decimalText(x[name]);
    if (text !== undefined) figures[name] = text;
  }
  return figures;
}

export function readPerformance(value: unknown): Performance | undefined {
  const x = fieldsOf(value);
  if (!x || !fieldsOf(x['today'])) return undefined;
  return {
    day: textOf(x['day']),
    today: readFigures(x['today']),
    ever: readFigures(x['ever']),
    atMs: parseTime(x['at']) ?? 0,
  };
}

/** The floor itself, at /floor. */
export interface FloorFacts {
  readonly heartbeatMs: number;
  readonly clockSkewMs: number;
  readonly version: string;
  readonly halt: 'none' | 'stopped' | 'killed';
  readonly haltSinceMs: number;
  /** Undefined while that switch is off. */
  readonly deadMan: DeadMan | undefined;
}

export function readFloor(value: unknown): FloorFacts | undefined {
  const x = fieldsOf(value);
  const heartbeatMs = parseTime(x?.['heartbeat']);
  if (!x || heartbeatMs === undefined) return undefined;
  const halt = fieldsOf(x['halt']);
  const skew = x['clockSkew'];
  return {
    heartbeatMs,
    clockSkewMs: typeof skew === 'number' && Number.isFinite(skew) ? skew : 0,
    version: textOf(x['version']),
    halt: wordOf(halt?.['kind'], ['none', 'stopped', 'killed'] as const) ?? 'none',
    haltSinceMs: parseTime(halt?.['since']) ?? 0,
    deadMan: readDeadMan(x['deadMan']),
  };
}

/** The floor writes a heartbeat every 10 s; two missed ones are silence. */
export const silentAfterMs = 25_000;

/** For how long the floor has been silent at `nowMs` of the server's clock; 0 = it speaks. */
export function silentFor(floor: FloorFacts, nowMs: number): number {
  const age = nowMs - (floor.heartbeatMs + floor.clockSkewMs);
  return age > silentAfterMs ? age : 0;
}

/** A price this old is marked as stale. */
export const staleAfterMs = 60_000;

export interface OrderEvent {
  readonly key: string;
  readonly event: string;
  readonly atMs: number;
  readonly price: string | undefined;
  readonly qty: string | undefined;
}

/** The last state of an order and, where it was asked for whole, what happened to it. */
export interface Order {
  readonly id: string;
  readonly botId: string;
  readonly side: 'buy' | 'sell';
  readonly type: string;
  readonly qty: string | undefined;
  readonly notional: string | undefined;
  readonly limitPrice: string | undefined;
  readonly stopPrice: string | undefined;
  readonly filledQty: string;
  readonly filledPrice: string | undefined;
  readonly status: string;
  readonly createdMs: number;
  readonly atMs: number;
  readonly events: readonly OrderEvent[];
}

/** "<16 digits of the floor>-<bot id>-<number>"; empty for an order that is nobody's here. */
export function botOfOrder(clientOrderId: string): string {
  return /^[0-9A-Za-z]{16}-(.+)-\d+$/.exec(clientOrderId)?.[1] ?? '';
}

export function readOrder(key: string, value: unknown): Order | undefined {
  const x = fieldsOf(value);
  const order = fieldsOf(x?.['order']);
  const side = wordOf(order?.['side'], ['buy', 'sell'] as const);
  if (!x || !order || !side) return undefined;
  const events = childrenOf(x['events']).map(([eventKey, raw]): OrderEvent => {
    const event = fieldsOf(raw) ?? {};
    return {
      key: eventKey,
      event: textOf(event['event']),
      atMs: parseTime(event['timestamp']) ?? 0,
      price: decimalText(event['price']),
      qty: decimalText(event['qty']),
    };
  });
  // Their keys are push ids in the journal's order.
  events.sort((a, b) => (a.key < b.key ? -1 : 1));
  return {
    id: textOf(order['id']) || key,
    botId: botOfOrder(textOf(order['client_order_id'])),
    side,
    type: textOf(order['order_type']),
    qty: decimalText(order['qty']),
    notional: decimalText(order['notional']),
    limitPrice: decimalText(order['limit_price']),
    stopPrice: decimalText(order['stop_price']),
    filledQty: decimalText(order['filled_qty']) ?? '0',
    filledPrice: decimalText(order['filled_avg_price']),
    status: textOf(order['status']),
    createdMs: parseTime(order['created_at']) ?? 0,
    atMs: parseTime(x['timestamp']) ?? 0,
    events,
  };
}

const closed = ['never_sent', 'filled', 'canceled', 'expired', 'replaced', 'rejected'];

export function isOpen(order: Order): boolean {
  return order.status !== '' && !closed.includes(order.status);
}

/**
 * Where the words of open orders stand in the order of texts, so that a query by status brings
 * those alone and never the thousands that are over. Each range is inclusive.
 */
export const openStatusRanges: readonly (readonly [string, string])[] = [
  ['accepted', 'calculated'],
  ['done_for_day', 'done_for_day'],
  ['held', 'held'],
  ['intended', 'intended'],
  ['new', 'pending_replace'],
  ['stopped', 'unknown'],
];
