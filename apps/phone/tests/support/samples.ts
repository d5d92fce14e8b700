import { readBot, type Bot } from '../../src/model/floor';
import { Cell } from '../../src/service/cell';
import type { PasscodeSignIn, SignInState } from '../../src/service/sign_in';
import type { FakeDatabase } from './fake_database';

/** As the floor's `to_json(bot_status)` writes it. */
export function botValue(ticker: string, news: Record<string, unknown> = {}) {
  return {
    id: `counter-${ticker}`,
    ticker,
    strategy: 'counter',
    container: 'floor',
    kind: 'hosted',
    state: 'running',
    desired: 'running',
    since: 1_700_000_000_000,
    heartbeat: 1_700_000_000_000,
    details: { count: 3 },
    reason: '',
    ...news,
  };
}

export function bot(ticker: string, news: Record<string, unknown> = {}): Bot {
  const read = readBot(botValue(ticker, news));
  if (!read) throw new Error('not a bot');
  return read;
}

/** As the floor's `owed_order` writes it. */
export function orderValue(botId: string, id: string, news: Record<string, unknown> = {}) {
  const order = {
    id,
    client_order_id: `0123456789abcdef-${botId}-7`,
    created_at: '2025-05-06 14:39:11.760112+00:00',
    side: 'buy',
    order_type: 'limit',
    qty: '4',
    notional: null,
    limit_price: '99.5',
    stop_price: null,
    filled_qty: '0',
    filled_avg_price: null,
    status: 'new',
    ...news,
  };
  return { event: 'new', timestamp: '2025-05-06 14:39:11.760112+00:00', order };
}

/** A floor that was heard just now, with these bots. */
export function openFloor(database: FakeDatabase, nowMs: number, tickers: readonly string[]): void {
  database.set('floor', { heartbeat: nowMs, version: '0.1.0', clockSkew: 0 });
  for (const ticker of tickers) {
    database.set(`bots/counter-${ticker}`, botValue(ticker));
    database.set(`tickers/${ticker}/price`, {
      type: 'price',
      timestamp: new Date(nowMs).toISOString(),
      price: '101.5',
      volume: null,
      symbol: ticker,
    });
  }
}

export class FakeSignIn implements PasscodeSignIn {
  readonly kind = 'passcode';
  readonly state = new Cell<SignInState>({ kind: 'in', uid: 'operator', name: 'home', offline: false });
  start = () => Promise.resolve();
  withPasscode = () => Promise.resolve();
  signOut = () => Promise.resolve();
  signOutEverywhere = () => Promise.resolve();
}

/** A row as the floor mirrors it below /floor/actors/rows. */
export function actorValue(kind: string, atMs: number, news: Record<string, unknown> = {}) {
  return {
    kind,
    state: 'running',
    since: atMs - 60_000,
    mailbox: 0,
    bound: 1000,
    oldestWait: 0,
    in: 12.5,
    out: 3,
    mean: 0.25,
    max: 4,
    errors: 0,
    refused: 0,
    restarts: 0,
    backoffLeft: 0,
    lastExit: '',
    ...news,
  };
}

/** A floor with a bot that is stuck, one that crashed, a pit and a session of its own. */
export function actorsValue(atMs: number) {
  return {
    at: atMs,
    total: 4,
    rows: {
      'bot:AAPL': actorValue('bot', atMs, {
        mailbox: 42,
        oldestWait: 3000,
        serving: { message: 'price_batch', since: atMs - 30_000 },
      }),
      'bot:BRK%2EB': actorValue('bot', atMs, {
        state: 'restarting',
        restarts: 7,
        backoffLeft: 1500,
        lastExit: 'it threw',
      }),
      'pit:AAPL': actorValue('pit', atMs, { mailbox: 7, bound: 0 }),
      session: actorValue('session', atMs, { hidden: true }),
    },
  };
}

export function verdictValue(atMs: number) {
  return {
    level: 'bad',
    headline: 'bot:AAPL is stuck',
    at: atMs,
    lines: [
      {
        rule: 'stuck_handler',
        subject: 'bot:AAPL',
        since: atMs - 30_000,
        what: 'its handler is at one price_batch',
        cost: '42 messages wait',
        advice: 'restart it',
      },
    ],
  };
}
