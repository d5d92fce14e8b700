import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { newDraft, type Draft } from '../../src/model/draft';
import { readOutbox, wayMs } from '../../src/model/outbox';
import { verbFacts, verbs, type Verb } from '../../src/model/verbs';
import { OutboxController } from '../../src/service/controllers/outbox_controller';
import { FakeDatabase } from '../support/fake_database';

const stop = (id: string): Draft => ({ ...newDraft(id, ['AAPL']) });
const start = (id: string): Draft => ({ ...stop(id), verb: 'start' });
/** One of this verb that has all it needs. */
const of = (verb: Verb): Draft => ({
  ...stop('-id'),
  verb,
  amount: '5',
  changes: [{ name: 'step', value: '7' }],
});

describe('the outbox', () => {
  let database: FakeDatabase;
  let kept: string | null;
  let uid: string;
  let otherWrote: () => void;
  let outbox: OutboxController;

  const open = () => {
    outbox = new OutboxController({
      database,
      shelf: {
        read: () => kept,
        write: (text) => (kept = text),
        follow: (changed) => {
          otherWrote = changed;
          return () => undefined;
        },
      },
      localNow: Date.now,
      uid: () => uid,
    });
    outbox.start();
    return outbox;
  };
  const states = () => outbox.entries.get().map((x) => `${x.id} ${x.state}`);
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  const skip = (ms: number) => vi.setSystemTime(Date.now() + ms);

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_700_000_000_000 });
    database = new FakeDatabase();
    kept = null;
    uid = 'operator';
    open();
  });
  afterEach(() => {
    outbox.stop();
    vi.useRealTimers();
  });

  it('writes the message as the floor reads it, with the server time of the press', async () => {
    database.offsetMs.set(90_000);
    expect(outbox.submit({ ...stop('-id'), description: ' because ' })).toBe('');
    await pass(0);
    expect(database.value('pubsub-messages/-id')).toEqual({
      type: 'stop',
      target: { type: 'SELECTED', selected: ['AAPL'] },
      config: {},
      description: 'because',
      state: 'sent',
      pressedAt: 1_700_000_090_000,
      createdAt: { '.sv': 'timestamp' },
      createdBy: 'operator',
    });
    expect(states()).toEqual(['-id stored']);
  });

  it('makes one message of a double tap', async () => {
    outbox.submit(stop('-id'));
    outbox.submit(stop('-id'));
    await pass(0);
    outbox.submit(stop('-id'));
    await pass(5000);
    expect(database.attempts).toHaveLength(1);
  });

  it('makes one message of a write whose answer was lost', async () => {
    database.failures.push('stored and lost');
    outbox.submit(stop('-id'));
    await pass(0);
    expect(states()).toEqual(['-id queued']);
    // The floor has it already: the repeat must change nothing.
    database.set('pubsub-messages/-id/state', 'working');
    await pass(5000);
    expect(database.attempts).toHaveLength(2);
    expect(database.value('pubsub-messages/-id/state')).toBe('working');
    expect(states()).toEqual(['-id stored']);
  });

  it.each(verbs.filter((verb) => verbFacts[verb].lifeMs > 0))(
    'keeps a %s for as long as it lives and sends it when the connection is back',
    async (verb) => {
      database.connected.set(false);
      outbox.submit(of(verb));
      skip(verbFacts[verb].lifeMs - wayMs - 2000);
      await pass(1000);
      expect(states()).toEqual(['-id queued']);
      expect(database.attempts).toHaveLength(0);
      database.connected.set(true);
      await pass(0);
      expect(states()).toEqual(['-id stored']);
      // The press counts, not the sending.
      expect(database.value('pubsub-messages/-id/pressedAt')).toBe(1_700_000_000_000);
    },
  );

  it.each(verbs.filter((verb) => verbFacts[verb].lifeMs > 0))(
    'drops a %s that would be too late, but never a brake',
    async (verb) => {
      database.connected.set(false);
      outbox.submit(of(verb));
      outbox.submit(stop('-stop'));
      skip(verbFacts[verb].lifeMs - wayMs);
      await pass(1000);
      database.connected.set(true);
      await pass(1000);
      expect(database.value('pubsub-messages/-id')).toBeNull();
      expect(database.value('pubsub-messages/-stop/type')).toBe('stop');
      expect(states()).toEqual(['-stop stored', '-id expired']);
    },
  );

  it('lets only brakes wait while the server clock is unknown', async () => {
    database.connected.set(false);
    database.offsetMs.set(undefined);
    expect(outbox.submit(start('-start'))).toContain('clock');
    expect(outbox.submit(stop('-stop'))).toBe('');
    expect(outbox.submit({ ...stop('-kill'), verb: 'kill' })).toBe('');
    expect(states()).toEqual(['-kill queued', '-stop queued']);
    database.connected.set(true);
    await pass(0);
    expect(database.attempts.map(([path]) => path)).toEqual([
      'pubsub-messages/-stop',
      'pubsub-messages/-kill',
    ]);
  });

  it('sends brakes before what was pressed earlier', async () => {
    database.connected.set(false);
    outbox.submit(start('-a'));
    await pass(10);
    outbox.submit(start('-b'));
    await pass(10);
    outbox.submit(stop('-c'));
    database.connected.set(true);
    await pass(0);
    expect(database.attempts.map(([path]) => path.slice(-1))).toEqual(['c', 'a', 'b']);
  });

  it('survives a reload, in the middle of sending too', async () => {
    database.connected.set(false);
    outbox.submit(stop('-id'));
    await pass(0);
    outbox.stop();
    kept = (kept ?? '').replace('"queued"', '"sending"');
    open();
    expect(states()).toEqual(['-id queued']);
    database.connected.set(true);
    await pass(0);
    expect(database.value('pubsub-messages/-id/type')).toBe('stop');
  });

  it('says what was refused and does not try it again', async () => {
    database.failures.push('refused');
    outbox.submit(stop('-id'));
    await pass(60_000);
    expect(outbox.entries.get()[0]).toMatchObject({ state: 'refused', reason: 'not allowed' });
    expect(database.attempts).toHaveLength(1);
    outbox.forget('-id');
    expect(states()).toEqual([]);
  });

  it('waits longer and longer while nothing gets through', async () => {
    database.failures.push(...Array<'lost'>(100).fill('lost'));
    outbox.submit(stop('-id'));
    await pass(60_000);
    expect(database.attempts.length).toBeGreaterThan(3);
    expect(database.attempts.length).toBeLessThan(10);
    expect(states()).toEqual(['-id queued']);
  });

  it('sends nothing while nobody is signed in for certain', async () => {
    uid = '';
    outbox.submit(stop('-id'));
    await pass(3000);
    expect(database.attempts).toHaveLength(0);
    uid = 'operator';
    await pass(1000);
    expect(states()).toEqual(['-id stored']);
  });

  it('can be taken back until it is on its way', async () => {
    database.connected.set(false);
    outbox.submit(stop('-id'));
    expect(outbox.withdraw('-id')).toBe(true);
    database.connected.set(true);
    outbox.submit(stop('-other'));
    expect(outbox.withdraw('-other')).toBe(false);
    await pass(2000);
    expect(states()).toEqual(['-other stored']);
  });

  it('does not send what another page of this device has taken back', async () => {
    database.connected.set(false);
    outbox.submit(stop('-id'));
    kept = '[]';
    otherWrote();
    database.connected.set(true);
    await pass(2000);
    expect(database.attempts).toHaveLength(0);
  });

  it('does not take what has a problem', () => {
    expect(outbox.submit({ ...stop('-id'), selected: [] })).toContain('Pick');
    expect(states()).toEqual([]);
  });

  it('reads what was kept with care', () => {
    for (const text of ['', '{', '7', '[7,null,{}]', '[{"id":"a","pressedLocalMs":1}]']) {
      expect(readOutbox(text)).toEqual([]);
    }
    const dancing = '[{"id":"a","pressedLocalMs":1,"message":{"type":"dance"}}]';
    expect(readOutbox(dancing)).toEqual([]);
  });
});
