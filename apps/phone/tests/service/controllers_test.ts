import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FloorController } from '../../src/service/controllers/floor_controller';
import { HistoryController, ordersKey } from '../../src/service/controllers/history_controller';
import { LogController, pageSize } from '../../src/service/controllers/log_controller';
import { WatchedStore } from '../../src/service/controllers/watched_store';
import { FakeDatabase } from '../support/fake_database';
import { botValue, openFloor, orderValue } from '../support/samples';

const now = 1_700_000_000_000;
let database: FakeDatabase;

beforeEach(() => {
  vi.useFakeTimers({ now });
  database = new FakeDatabase();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the floor', () => {
  let floor: FloorController;
  beforeEach(() => {
    openFloor(database, now, ['AAPL', 'BRK.B', 'META'].map((x) => x.replace('.', '%2E')));
    database.set('bots/counter-BRK%2EB', botValue('BRK.B'));
    floor = new FloorController(database);
    floor.start();
  });

  it('knows every bot by its plain id', () => {
    expect([...(floor.bots.get()?.keys() ?? [])]).toEqual([
      'counter-AAPL',
      'counter-BRK.B',
      'counter-META',
    ]);
    expect(floor.floor.get()?.version).toBe('0.1.0');
  });

  it('tells a change to the one it concerns, and to lists now and then', () => {
    const one = vi.fn();
    const other = vi.fn();
    const list = vi.fn();
    floor.subscribeBot('counter-AAPL', one);
    floor.subscribeBot('counter-META', other);
    floor.bots.subscribe(list);
    for (let i = 0; i < 50; ++i)
      database.set('bots/counter-AAPL', botValue('AAPL', { details: { count: i } }));
    expect(one).toHaveBeenCalledTimes(50);
    expect(other).not.toHaveBeenCalled();
    expect(list).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(list).toHaveBeenCalledTimes(1);
    expect(floor.bots.get()?.get('counter-AAPL')?.details).toEqual({ count: 49 });
  });

  it('forgets a bot that has left', () => {
    database.set('bots/counter-META', null);
    vi.advanceTimersByTime(1000);
    expect(floor.bots.get()?.has('counter-META')).toBe(false);
  });

  it('watches prices only while somebody looks, and asks never for the history of all', () => {
    const before = database.watches;
    const stop = floor.prices.subscribe('AAPL', () => undefined);
    expect(floor.prices.get('AAPL')).toMatchObject({ state: 'there', value: { text: '101.5' } });
    expect(database.watches).toBe(before + 1);
    stop();
    vi.advanceTimersByTime(10_000);
    expect(database.watches).toBe(before);
    expect(floor.prices.get('AAPL')).toEqual({ state: 'loading' });
    expect(database.asked.map(([path]) => path)).not.toContain('tickers');
  });

  it('finds open orders among closed ones', () => {
    for (const [id, status] of Object.entries({ a: 'new', b: 'filled', c: 'held', d: 'canceled' }))
      database.set(`tickers/AAPL/orders/${id}`, orderValue('counter-AAPL', id, { status }));
    const ids = () => {
      const known = floor.openOrders.get('AAPL');
      return known.state === 'there' ? known.value.map((x) => x.id).sort() : known.state;
    };
    const stop = floor.openOrders.subscribe('AAPL', () => undefined);
    expect(ids()).toEqual(['a', 'c']);
    database.set('tickers/AAPL/orders/a/order/status', 'filled');
    expect(ids()).toEqual(['c']);
    stop();
  });

  it('ends every watch', () => {
    floor.prices.subscribe('AAPL', () => undefined);
    floor.stop();
    expect(database.watches).toBe(0);
  });
});

describe('what was', () => {
  it('draws the kept prices and goes on with the current one', async () => {
    openFloor(database, now, ['AAPL']);
    const price = (text: string, at: number) => ({
      type: 'price',
      price: text,
      timestamp: new Date(at).toISOString(),
    });
    database.set('tickers/AAPL/prices', { '-b': price('2', now - 5000), '-a': price('1', now - 9000) });
    const floor = new FloorController(database);
    const history = new HistoryController(database, floor);
    history.brief.subscribe('AAPL', () => undefined);
    await vi.advanceTimersByTimeAsync(0);
    const values = () => {
      const known = history.brief.get('AAPL');
      return known.state === 'there' ? known.value.map((x) => x.value) : known.state;
    };
    expect(values()).toEqual([1, 2, 101.5]);
    database.set('tickers/AAPL/price', price('3', now + 1000));
    expect(values()).toEqual([1, 2, 101.5, 3]);
    expect(database.asked).toContainEqual([
      'tickers/AAPL/prices',
      { orderBy: 'key', limitToLast: 120 },
    ]);
    history.stop();
    floor.stop();
    expect(database.watches).toBe(0);
  });

  it('shows the newest orders first', () => {
    const at = (timestamp: string, id: string) => ({ ...orderValue('b', id), timestamp });
    database.set('tickers/AAPL/orders', {
      x: at('2025-05-06 10:00:00+00:00', 'x'),
      y: at('2025-05-06 12:00:00+00:00', 'y'),
      z: at('2025-05-06 11:00:00+00:00', 'z'),
    });
    const floor = new FloorController(database);
    const history = new HistoryController(database, floor);
    const key = ordersKey('AAPL', 2);
    history.orders.subscribe(key, () => undefined);
    const known = history.orders.get(key);
    expect(known.state === 'there' && known.value.map((x) => x.id)).toEqual(['y', 'z']);
    history.stop();
  });
});

describe('the log', () => {
  const summary = (pressedAt: number, state = 'done') => ({
    type: 'stop',
    target: { type: 'ALL' },
    state,
    pressedAt,
    counts: { done: 1 },
  });
  const ids = (log: LogController) => log.view.get().lines.map((x) => x.id);

  it('pages through thousands without losing or repeating one', async () => {
    // Many at the same moment: pages meet within it.
    const all: Record<string, unknown> = {};
    for (let i = 0; i < 2 * pageSize + 7; ++i)
      all[`m${String(i).padStart(4, '0')}`] = summary(now + Math.floor(i / 20));
    database.set('message-summaries', all);
    const log = new LogController(database);
    log.start();
    await vi.advanceTimersByTimeAsync(100);
    expect(ids(log)).toHaveLength(pageSize);
    await log.loadOlder();
    expect(ids(log)).toHaveLength(2 * pageSize);
    expect(log.view.get().complete).toBe(false);
    await log.loadOlder();
    expect(log.view.get().complete).toBe(true);
    expect(ids(log)).toEqual(Object.keys(all).reverse());
    const asked = database.asked.length;
    await log.loadOlder();
    expect(database.asked).toHaveLength(asked);
    log.stop();
  });

  it('shows what the floor has not taken up yet, once', async () => {
    const message = { type: 'stop', target: { type: 'ALL' }, state: 'sent', pressedAt: now };
    database.set('pubsub-messages/-new', message);
    const log = new LogController(database);
    log.start();
    await vi.advanceTimersByTimeAsync(100);
    expect(log.view.get().lines).toMatchObject([{ id: '-new', state: 'sent' }]);
    database.set('message-summaries/-new', summary(now, 'working'));
    database.set('pubsub-messages/-new/state', 'working');
    await vi.advanceTimersByTimeAsync(100);
    expect(log.view.get().lines).toMatchObject([{ id: '-new', state: 'working' }]);
    log.stop();
  });

  it('keeps lines that newer ones push out of the window', async () => {
    for (let i = 0; i < pageSize; ++i) database.set(`message-summaries/m${i}`, summary(now + i));
    const log = new LogController(database);
    log.start();
    database.set('message-summaries/newest', summary(now + 1000));
    await vi.advanceTimersByTimeAsync(100);
    expect(ids(log)).toHaveLength(pageSize + 1);
    expect(ids(log)[0]).toBe('newest');
    expect(ids(log)).toContain('m0');
    log.stop();
  });

  it('loads a ledger only when somebody looks', async () => {
    database.set('message-summaries/a', summary(now));
    const log = new LogController(database);
    log.start();
    const before = database.watches;
    await vi.advanceTimersByTimeAsync(100);
    expect(database.watches).toBe(before);
    log.ledgers.subscribe('a', () => undefined);
    expect(database.watches).toBe(before + 1);
    log.stop();
    expect(database.watches).toBe(0);
  });
});

describe('a watched store', () => {
  it('shares one watch and outlasts a moment without listeners', () => {
    let open = 0;
    const store = new WatchedStore<number>((_, on) => {
      ++open;
      on(open);
      return () => undefined;
    }, 1000);
    const stops = [store.subscribe('a', () => undefined), store.subscribe('a', () => undefined)];
    for (const stop of stops) stop();
    vi.advanceTimersByTime(500);
    store.subscribe('a', () => undefined)();
    expect(open).toBe(1);
    vi.advanceTimersByTime(2000);
    store.subscribe('a', () => undefined);
    expect(open).toBe(2);
  });

  it('is not confused by listeners of before it was stopped', () => {
    const store = new WatchedStore<number>((_, on) => {
      on(1);
      return () => undefined;
    }, 1000);
    const leave = store.subscribe('a', () => undefined);
    store.stop();
    store.subscribe('a', () => undefined);
    leave();
    vi.advanceTimersByTime(5000);
    expect(store.get('a')).toEqual({ state: 'there', value: 1 });
  });

  it('says why a place cannot be had', () => {
    const store = new WatchedStore<number>((_, _on, failed) => {
      failed('not yours');
      return () => undefined;
    });
    store.subscribe('a', () => undefined);
    expect(store.get('a')).toEqual({ state: 'failed', reason: 'not yours' });
  });
});
