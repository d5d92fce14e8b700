import { describe, expect, it } from 'vitest';

import { configOf, gestureOf, messageOf, newDraft, problemsOf, type Draft } from '../../src/model/draft';
import { readOrder, type Order } from '../../src/model/floor';
import { previewOf } from '../../src/model/preview';
import { bot, orderValue } from '../support/samples';

function draft(news: Partial<Draft>): Draft {
  return { ...newDraft('id'), ...news };
}

function order(botId: string, id: string, news: Record<string, unknown> = {}): Order {
  const read = readOrder(id, orderValue(botId, id, news));
  if (!read) throw new Error('no order');
  return read;
}

const floor = [bot('AAPL'), bot('META'), bot('GOOGL')];
const none = () => [];

describe('a draft', () => {
  it('becomes a message with the arguments of its verb only', () => {
    const typed = { selected: ['AAPL'], amount: '5', limitPrice: '99.5', thenStart: true };
    expect(messageOf(draft({ ...typed, verb: 'exit' }))).toEqual({
      type: 'exit',
      target: { type: 'SELECTED', selected: ['AAPL'] },
      config: { limit_price: '99.5', then: 'start' },
      description: '',
    });
    expect(configOf(draft({ ...typed, verb: 'enter' }))).toEqual({
      side: 'buy',
      qty: '5',
      limit_price: '99.5',
    });
    expect(configOf(draft({ ...typed, verb: 'stop' }))).toEqual({});
    expect(messageOf(draft({ ...typed, verb: 'kill' })).target).toEqual({ type: 'ALL' });
  });

  it('is not sent to nobody', () => {
    expect(problemsOf(draft({}))).toHaveProperty('selected');
    expect(problemsOf(draft({ toAll: true }))).toEqual({});
    expect(problemsOf(draft({ verb: 'kill' }))).toEqual({});
  });

  it.each(['0', '-1', '1,5', 'many', '0.000', '1e3'])('does not take %j for an amount', (amount) => {
    expect(problemsOf(draft({ verb: 'enter', toAll: true, amount }))).toHaveProperty('amount');
  });

  it('buys for money at the market only', () => {
    const enter = draft({ verb: 'enter', toAll: true, measure: 'notional', amount: '250' });
    expect(problemsOf(enter)).toEqual({});
    expect(problemsOf({ ...enter, limitPrice: '9' })).toHaveProperty('limitPrice');
  });

  it.each([
    [[], 'At least one'],
    [[{ name: '__proto__', value: '1' }], 'no name'],
    [[{ name: 'step', value: '' }], 'needs a value'],
    [[{ name: 'max_position', value: '-1' }], 'at least 0'],
    [[{ name: 'max_orders_per_minute', value: '1.5' }], 'whole'],
    [
      [
        { name: 'step', value: '1' },
        { name: 'step', value: '2' },
      ],
      'twice',
    ],
  ])('does not set %j', (changes, words) => {
    expect(problemsOf(draft({ verb: 'set', toAll: true, changes }))['changes']).toContain(words);
  });

  it('keeps the digits of what is set', () => {
    const changes = [
      { name: 'step', value: '0.1' },
      { name: 'rows', value: '100' },
      { name: 'chase', value: 'false' },
      { name: '', value: '' },
    ];
    expect(configOf(draft({ verb: 'set', changes }))).toEqual({ step: '0.1', rows: 100, chase: false });
  });

  it('asks twice for what is dangerous, and for nothing else', () => {
    expect(gestureOf(draft({ verb: 'kill' }))).toBe('KILL');
    expect(gestureOf(draft({ verb: 'stop', toAll: true }))).toBe('STOP ALL');
    expect(gestureOf(draft({ verb: 'exit' }))).toBe('EXIT');
    expect(gestureOf(draft({ verb: 'enter', toAll: true }))).toBe('ENTER ALL');
    expect(gestureOf(draft({ verb: 'start', confirm: true }))).toBe('START');
    for (const verb of ['stop', 'start', 'set', 'status'] as const) {
      expect(gestureOf(draft({ verb, selected: ['AAPL'] }))).toBe('');
    }
  });
});

describe('the preview', () => {
  it('says what is cancelled and who will ignore it', () => {
    const orders: Record<string, Order[]> = {
      'counter-AAPL': [order('counter-AAPL', '1'), order('counter-AAPL', '2')],
      'counter-META': [order('counter-META', '3'), order('counter-META', '4', { status: 'filled' })],
    };
    const stop = draft({ selected: ['aapl', 'META'], cancelProtective: true });
    const preview = previewOf(stop, floor, 'none', (x) => orders[x.id] ?? []);
    expect(preview.headline).toBe('2 bots will act; cancels 3 orders; GOOGL will ignore');
    expect(preview.lines.map((x) => x.expected)).toEqual(['acts', 'acts', 'ignores']);
  });

  it('lets protective orders stay under a stop and not under a kill', () => {
    const long = [bot('AAPL', { details: { shares: '4' } })];
    const sale = () => [order('counter-AAPL', '1', { side: 'sell' }), order('counter-AAPL', '2')];
    const says = (news: Partial<Draft>) =>
      previewOf(draft({ toAll: true, ...news }), long, 'none', sale).lines[0]?.says;
    expect(says({})).toBe('stops, cancels 1 order; 1 protective order may stay');
    expect(says({ verb: 'kill' })).toBe('stops, cancels 2 orders');
    expect(says({ cancelProtective: true })).toBe('stops, cancels 2 orders');
  });

  it('does not make up orders it has not heard of', () => {
    const { headline } = previewOf(draft({ toAll: true }), floor, 'none', () => undefined);
    expect(headline).toContain('orders are still being counted');
  });

  it('names who refuses and why', () => {
    const bots = [
      bot('AAPL', { kind: 'observed' }),
      bot('META', { desired: 'stopped', state: 'stopped' }),
      bot('GOOGL', { state: 'failed', reason: 'crashed' }),
    ];
    const enter = draft({ verb: 'enter', toAll: true, amount: '5' });
    const { lines, acting } = previewOf(enter, bots, 'none', none);
    expect(acting).toBe(0);
    expect(lines.map((x) => x.expected)).toEqual(['refuses', 'refuses', 'refuses']);
    expect(lines.map((x) => x.says).join()).toMatch(/keys of its own.*crashed.*stopped/);
  });

  it('knows what a kill blocks', () => {
    const start = draft({ verb: 'start', toAll: true });
    const expected = (news: Partial<Draft>) =>
      previewOf({ ...start, ...news }, floor, 'killed', none).lines[0]?.expected;
    expect(expected({})).toBe('refuses');
    expect(expected({ confirm: true })).toBe('acts');
    expect(expected({ verb: 'exit', thenStart: true })).toBe('refuses');
    expect(expected({ verb: 'exit' })).toBe('acts');
  });

  it('names whom nobody is called', () => {
    const preview = previewOf(draft({ selected: ['AAPL', 'NOPE'] }), floor, 'none', none);
    expect(preview.unmatched).toEqual(['NOPE']);
    expect(preview.headline).toContain('nobody is called NOPE');
  });

  it('calls a bot by id where two share a ticker', () => {
    const two = [bot('AAPL'), bot('AAPL', { id: 'ladder-AAPL' })];
    const to = (name: string) => previewOf(draft({ selected: [name] }), two, 'none', none).acting;
    expect(to('AAPL')).toBe(2);
    expect(to('ladder-AAPL')).toBe(1);
    // Ids are told apart by case.
    expect(to('LADDER-AAPL')).toBe(0);
  });
});
