import { describe, expect, it } from 'vitest';

import { everyActor, listActors, readActors, troubleOf, type ActorsView } from '../../src/model/actors';
import { readVerdict } from '../../src/model/verdict';
import { actorsValue, actorValue, verdictValue } from '../support/samples';

const at = 1_700_000_000_000;

function read(value: unknown): ActorsView {
  const view = readActors(value);
  if (!view) throw new Error('not read');
  return view;
}

describe('the actors', () => {
  it('are read with what the floor says and nothing else', () => {
    const view = read(actorsValue(at));
    expect(view.atMs).toBe(at);
    expect(view.total).toBe(4);
    const row = view.rows.find((x) => x.name === 'bot:BRK.B');
    expect(row).toEqual({
      name: 'bot:BRK.B',
      kind: 'bot',
      state: 'restarting',
      sinceMs: at - 60_000,
      mailbox: 0,
      bound: 1000,
      oldestWaitMs: 0,
      inRate: 12.5,
      outRate: 3,
      meanMs: 0.25,
      maxMs: 4,
      errors: 0,
      refused: 0,
      restarts: 7,
      backoffLeftMs: 1500,
      lastExit: 'it threw',
      hidden: false,
      serving: undefined,
    });
    expect(view.rows.find((x) => x.name === 'pit:AAPL')?.bound).toBeUndefined();
    expect(read({ at, rows: { desk: { kind: 'desk', state: 'running' } } }).rows[0]).toMatchObject({
      mailbox: undefined,
      inRate: undefined,
      serving: undefined,
    });
  });

  it('take nothing for an actor that is none', () => {
    for (const wrong of [null, 7, 'x', [], {}, { at: 'x', rows: {} }, { rows: actorsValue(at).rows }])
      expect(readActors(wrong)).toBeUndefined();
    const rows = { a: null, b: 7, c: [], d: { kind: 'bot' }, e: { kind: 'bot', state: 'flying' } };
    expect(read({ at, total: 5, rows }).rows).toEqual([]);
    const odd = actorValue('bot', at, { mailbox: -1, in: NaN, out: '3', serving: { message: 'x' } });
    expect(read({ at, rows: { odd } }).rows[0]).toMatchObject({
      mailbox: undefined,
      inRate: undefined,
      outRate: undefined,
      serving: undefined,
    });
  });

  it('stand out when something is wrong with them', () => {
    const trouble = (news: Record<string, unknown>) => {
      const [row] = read({ at, rows: { x: actorValue('bot', at, news) } }).rows;
      if (!row) throw new Error('no row');
      return troubleOf(row, at);
    };
    expect(trouble({})).toBe('');
    expect(trouble({ state: 'failed' })).toBe('has failed');
    expect(trouble({ state: 'restarting' })).toBe('crashed');
    expect(trouble({ serving: { message: 'm', since: at - 1999 } })).toBe('');
    expect(trouble({ serving: { message: 'm', since: at - 2000 } })).toBe('stuck at m');
    expect(trouble({ mailbox: 499 })).toBe('');
    expect(trouble({ mailbox: 500 })).toBe('mailbox fills up');
    expect(trouble({ mailbox: 500, bound: 0 })).toBe('');
  });

  it('are sorted by any column, those in trouble first if nothing is said', () => {
    const view = read(actorsValue(at));
    const names = (wish: object) => listActors(view, { ...everyActor, ...wish }).map((x) => x.name);
    expect(names({})).toEqual(['bot:AAPL', 'bot:BRK.B', 'pit:AAPL']);
    expect(names({ sort: 'name', reversed: true })).toEqual(['pit:AAPL', 'bot:BRK.B', 'bot:AAPL']);
    expect(names({ sort: 'mailbox' })).toEqual(['bot:AAPL', 'pit:AAPL', 'bot:BRK.B']);
    expect(names({ sort: 'mailbox', reversed: true })).toEqual(['bot:BRK.B', 'pit:AAPL', 'bot:AAPL']);
    expect(names({ sort: 'restarts' })[0]).toBe('bot:BRK.B');
    expect(names({ sort: 'state' })[2]).toBe('bot:BRK.B');
  });

  it('are found by name, kind and state', () => {
    const view = read(actorsValue(at));
    const names = (wish: object) => listActors(view, { ...everyActor, ...wish }).map((x) => x.name);
    expect(names({ text: ' brk' })).toEqual(['bot:BRK.B']);
    expect(names({ text: 'PIT' })).toEqual(['pit:AAPL']);
    expect(names({ text: 'restart' })).toEqual(['bot:BRK.B']);
    expect(names({ hidden: true })).toContain('session');
    expect(names({ troubleOnly: true })).toEqual(['bot:AAPL', 'bot:BRK.B']);
  });
});

describe('the verdict', () => {
  it('is read with its lines', () => {
    expect(readVerdict(verdictValue(at))).toEqual({
      level: 'bad',
      headline: 'bot:AAPL is stuck',
      atMs: at,
      lines: [
        {
          rule: 'stuck_handler',
          subject: 'bot:AAPL',
          sinceMs: at - 30_000,
          what: 'its handler is at one price_batch',
          cost: '42 messages wait',
          advice: 'restart it',
        },
      ],
    });
    expect(readVerdict({ level: 'ok', headline: 'all is well' })?.lines).toEqual([]);
  });

  it('is none where nobody judges', () => {
    for (const wrong of [null, 7, 'ok', [], {}, { level: 'fine' }]) expect(readVerdict(wrong)).toBeUndefined();
    expect(readVerdict({ level: 'warn', lines: [null, 7, {}, { what: '' }] })?.lines).toEqual([]);
  });
});
