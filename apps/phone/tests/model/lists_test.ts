import { describe, expect, it } from 'vitest';

import { everything, isInTrouble, listBots, totalsOf } from '../../src/model/bot_list';
import { fillsOf, pointsOf, withPrice } from '../../src/model/chart';
import { readOrder, readPrice } from '../../src/model/floor';
import { countsText, hasOutcome, newestFirst, readLedger, readSummary } from '../../src/model/ledger';
import { bot, orderValue } from '../support/samples';

const bots = [
  bot('META', { state: 'failed' }),
  bot('AAPL', { desired: 'stopped', state: 'stopped' }),
  bot('GOOGL', { strategy: 'scale_t' }),
];
const profits: Record<string, number> = { AAPL: -5, GOOGL: 12 };
const list = (news: Partial<typeof everything>) =>
  listBots(bots, { ...everything, ...news }, (ticker) => profits[ticker]).map((x) => x.slice(8));

describe('the list of bots', () => {
  it('sorts', () => {
    expect(list({})).toEqual(['AAPL', 'GOOGL', 'META']);
    expect(list({ sort: 'state' })).toEqual(['META', 'AAPL', 'GOOGL']);
    expect(list({ sort: 'profit' })).toEqual(['GOOGL', 'AAPL', 'META']);
  });

  it('filters', () => {
    expect(list({ text: ' scale ' })).toEqual(['GOOGL']);
    expect(list({ state: 'stopped' })).toEqual(['AAPL']);
    expect(list({ state: 'trouble' })).toEqual(['META']);
    expect(list({ state: 'running', text: 'a' })).toEqual(['GOOGL']);
  });

  it('counts', () => {
    expect(totalsOf(bots)).toEqual({ bots: 3, running: 1, stopped: 1, trouble: 1 });
    expect(isInTrouble(bot('A', { desired: 'running', state: 'stopped' }))).toBe(true);
    expect(isInTrouble(bot('A', { state: 'waiting_for_open' }))).toBe(false);
  });
});

describe('charts', () => {
  const price = (text: string, atMs: number) => {
    const read = readPrice({ price: text, timestamp: atMs });
    if (!read) throw new Error('no price');
    return read;
  };

  it('has one point a second, in order, and the newest of too many', () => {
    const points = pointsOf([price('3', 3000), price('1', 1000), price('2', 1900)], 10);
    expect(points).toEqual([
      { time: 1, value: 2 },
      { time: 3, value: 3 },
    ]);
    expect(pointsOf([price('3', 3000), price('1', 1000)], 1)).toEqual([{ time: 3, value: 3 }]);
  });

  it('goes on with what is new and never back', () => {
    const points = pointsOf([price('1', 1000), price('2', 2000)], 10);
    expect(withPrice(points, price('9', 1500), 10)).toBe(points);
    expect(withPrice(points, price('2', 2400), 10)).toBe(points);
    expect(withPrice(points, price('3', 2500), 10)).toEqual([
      { time: 1, value: 1 },
      { time: 2, value: 3 },
    ]);
    expect(withPrice(points, price('4', 5000), 2)).toEqual([
      { time: 2, value: 2 },
      { time: 5, value: 4 },
    ]);
  });

  it('marks fills only', () => {
    const event = (what: string, second: number) => ({
      event: what,
      timestamp: second * 1000,
      price: '99',
      qty: '4',
    });
    const order = readOrder('1', {
      ...orderValue('b', '1'),
      events: { a: event('new', 1), c: event('fill', 9), b: event('partial_fill', 5) },
    });
    expect(fillsOf(order ? [order] : []).map((x) => x.time)).toEqual([5, 9]);
  });
});

describe('ledgers', () => {
  const line = (status: string, news: Record<string, unknown> = {}) => ({
    container: 'floor',
    ticker: 'T',
    status,
    code: '',
    reason: '',
    at: 5,
    late: false,
    ...news,
  });
  const message = {
    type: 'stop',
    target: { type: 'SELECTED', selected: ['AAPL', 'META'] },
    state: 'failed',
    pressedAt: 7,
    acknowledgement: {
      'counter-AAPL': line('done'),
      'counter-BRK%2EB': line('no_answer', { code: 'no_answer', reason: 'no word' }),
      'counter-GOOGL': line('ignored'),
      'counter-META': line('done', { late: true }),
    },
    unmatched: ['NOPE'],
  };

  it('converges line by line', () => {
    const ledger = readLedger('-id', message);
    expect(countsText(ledger?.counts ?? {})).toBe('2 done, 1 ignored, 1 no answer');
    expect(ledger?.lines.map((x) => x.botId)).toEqual([
      'counter-BRK.B',
      'counter-AAPL',
      'counter-META',
      'counter-GOOGL',
    ]);
    expect(ledger?.lines[2]?.late).toBe(true);
    expect(ledger?.unmatched).toEqual(['NOPE']);
    expect(ledger?.target).toBe('AAPL, META');
  });

  it('reads summaries, also odd ones', () => {
    const summary = readSummary('a%2Eb', { type: 'kill', target: { type: 'ALL' }, counts: { done: 2 } });
    expect(summary).toMatchObject({ id: 'a.b', target: 'ALL', state: 'sent', counts: { done: 2 } });
    expect(readSummary('x', 5)).toBeUndefined();
    expect(readSummary('x', { state: 'dancing', counts: { done: 'x' } })?.counts).toEqual({});
  });

  it('sorts the newest first and filters by outcome', () => {
    const of = (id: string, atMs: number, state: string) => {
      const read = readSummary(id, { pressedAt: atMs, state });
      if (!read) throw new Error('no summary');
      return read;
    };
    const all = [of('a', 1, 'done'), of('b', 3, 'working'), of('c', 3, 'failed')].sort(newestFirst);
    expect(all.map((x) => x.id)).toEqual(['c', 'b', 'a']);
    expect(all.filter((x) => hasOutcome(x, 'open')).map((x) => x.id)).toEqual(['b']);
    expect(all.filter((x) => hasOutcome(x, 'failed')).map((x) => x.id)).toEqual(['c']);
  });
});
