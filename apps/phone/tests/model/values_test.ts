import { describe, expect, it } from 'vitest';

import { decimalText, formatDecimal, formatProfit, formatQuantity } from '../../src/model/decimal';
import {
  botOfOrder,
  isOpen,
  openStatusRanges,
  positionOf,
  readBot,
  readFloor,
  readOrder,
  readPerformance,
  readPrice,
  silentFor,
} from '../../src/model/floor';
import { formatCountdown, formatSpan, parseTime } from '../../src/model/time';
import { bot, botValue, orderValue } from '../support/samples';

describe('decimals', () => {
  it('shows every place that is there and two at least', () => {
    expect(['1234.5', '0.00012', '-3', '107', '1.20'].map(formatDecimal)).toEqual([
      '1,234.50',
      '0.00012',
      '\u22123.00',
      '107.00',
      '1.20',
    ]);
  });

  it('rounds profits to the cent without binary fractions', () => {
    expect(['12.4', '-310', '1.005', '-0.004', '0', '999.995'].map(formatProfit)).toEqual([
      '+12.40',
      '\u2212310.00',
      '+1.01',
      '0.00',
      '0.00',
      '+1,000.00',
    ]);
  });

  it('shows quantities without empty places', () => {
    expect(['8.5', '100', '0.40000', '1200.25'].map(formatQuantity)).toEqual([
      '8.5',
      '100',
      '0.4',
      '1,200.25',
    ]);
  });

  it('takes nothing for a decimal that is none', () => {
    for (const value of ['', 'NaN', '1,5', '0x10', null, {}, Infinity, '1e']) {
      expect(decimalText(value)).toBeUndefined();
    }
  });
});

describe('times', () => {
  it('reads what the floor writes', () => {
    const at = Date.UTC(2025, 4, 6, 14, 39, 11, 760);
    expect(parseTime('2025-05-06T14:39:11.760112345Z')).toBe(at);
    expect(parseTime('2025-05-06 14:39:11.760112+00:00')).toBe(at);
    expect(parseTime(at)).toBe(at);
    for (const value of ['', 'soon', 0, Number.NaN, null]) expect(parseTime(value)).toBeUndefined();
  });

  it('words spans and countdowns', () => {
    expect([-5, 59_999, 60_000, 7_200_000, 200_000_000].map(formatSpan)).toEqual([
      '0 s',
      '59 s',
      '1 min',
      '2 h',
      '2 d',
    ]);
    expect([8_200, 545_000, 7_380_000].map(formatCountdown)).toEqual(['9 s', '9:05 min', '2 h 03 min']);
  });
});

describe('values of the floor', () => {
  it('refuses what is no bot', () => {
    expect(readBot(botValue('AAPL'))?.ticker).toBe('AAPL');
    for (const news of [{ state: 'dancing' }, { id: '' }, { ticker: 7 }, { kind: null }]) {
      expect(readBot(botValue('AAPL', news))).toBeUndefined();
    }
    expect(readBot(null)).toBeUndefined();
  });

  it('knows a position only where the strategy tells it', () => {
    expect(positionOf(bot('A'))).toBeUndefined();
    expect(positionOf(bot('A', { details: { shares: '12.5' } }))).toBe('12.5');
    expect(positionOf(bot('A', { details: { trade: { side: 'short', held: '3' } } }))).toBe('-3');
    expect(positionOf(bot('A', { details: { trade: { side: 'long', held: '3' } } }))).toBe('3');
  });

  it('reads prices with their own time', () => {
    expect(readPrice({ price: '101.25', timestamp: '2025-05-06T14:39:11Z' })).toEqual({
      text: '101.25',
      value: 101.25,
      atMs: Date.UTC(2025, 4, 6, 14, 39, 11),
    });
    expect(readPrice({ price: 'much', timestamp: '2025-05-06T14:39:11Z' })).toBeUndefined();
    expect(readPrice({ price: '1' })).toBeUndefined();
  });

  it('reads figures and leaves out what is not there', () => {
    const read = readPerformance({ day: '2025-05-06', today: { profit: '-1.5' }, ever: {}, at: 5 });
    expect(read).toEqual({ day: '2025-05-06', today: { profit: '-1.5' }, ever: {}, atMs: 5 });
    expect(readPerformance({ day: '2025-05-06' })).toBeUndefined();
  });

  it('counts the silence of a floor whose clock is wrong', () => {
    const floor = readFloor({ heartbeat: 1_000_000, clockSkew: 60_000 });
    if (!floor) throw new Error('no floor');
    expect(silentFor(floor, 1_080_000)).toBe(0);
    expect(silentFor(floor, 1_100_000)).toBe(40_000);
  });

  it('reads orders, whose they are and their events in order', () => {
    const value = {
      ...orderValue('scale_t-BRK.B', 'x-1'),
      events: {
        '-b': { event: 'fill', timestamp: '2025-05-06 14:39:13+00:00', price: '99', qty: '4' },
        '-a': { event: 'new', timestamp: '2025-05-06 14:39:12+00:00', price: null, qty: null },
      },
    };
    const order = readOrder('x-1', value);
    expect(order?.botId).toBe('scale_t-BRK.B');
    expect(order?.events.map((x) => x.event)).toEqual(['new', 'fill']);
    expect(botOfOrder('somebody else')).toBe('');
    expect(readOrder('x', { event: 'new' })).toBeUndefined();
  });

  it('asks by status for all open orders and for no closed one', () => {
    // The floor's words: messages/trading.hpp.
    const open =
      'intended unknown pending_new accepted new partially_filled done_for_day pending_cancel ' +
      'pending_replace stopped suspended calculated held';
    const closed = 'never_sent filled canceled expired replaced rejected';
    const isAsked = (word: string) => openStatusRanges.some(([a, b]) => a <= word && word <= b);
    for (const status of open.split(' ')) {
      expect(isOpen({ ...sample, status }), status).toBe(true);
      expect(isAsked(status), status).toBe(true);
    }
    for (const status of closed.split(' ')) {
      expect(isOpen({ ...sample, status }), status).toBe(false);
      // Two of them stand between open ones.
      if (status !== 'canceled') expect(isAsked(status), status).toBe(false);
    }
  });
});

const sample = (() => {
  const order = readOrder('1', orderValue('b', '1'));
  if (!order) throw new Error('no order');
  return order;
})();
