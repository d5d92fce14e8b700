// @vitest-environment jsdom
import '../support/setup';

import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest';

import { App } from '../../src/app';
import { holdMs } from '../../src/components/hold_button';
import { FakeDatabase } from '../support/fake_database';
import { botValue, FakeSignIn, openFloor, orderValue } from '../support/samples';

// Charts need a canvas; what is drawn is said in words beside it.
vi.mock('../../src/components/drawing', () => ({
  draw: () => ({
    colour: () => undefined,
    show: () => undefined,
    mark: () => undefined,
    remove: () => undefined,
  }),
}));

let database: FakeDatabase;
let signIn: FakeSignIn;

function open(path: string) {
  history.replaceState(null, '', path);
  return render(<App database={database} signIn={signIn} />);
}

function sent(): Record<string, unknown>[] {
  return Object.values((database.value('pubsub-messages') ?? {}) as object) as Record<string, unknown>[];
}

async function accessible(): Promise<void> {
  const { violations } = await axe.run(document.body, {
    // Colours need a real browser.
    rules: { 'color-contrast': { enabled: false } },
  });
  expect(violations.map((x) => `${x.id}: ${x.nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
}

beforeEach(() => {
  document.documentElement.lang = 'en';
  document.title = 'Outcry';
  database = new FakeDatabase();
  signIn = new FakeSignIn();
  openFloor(database, Date.now(), ['AAPL', 'GOOGL', 'META']);
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the floor page', () => {
  it('shows every bot with what the floor says of it', async () => {
    database.set('bots/counter-META', botValue('META', { state: 'failed', reason: 'it threw' }));
    database.set('tickers/AAPL/performance', { day: 'd', today: { profit: '-3.5' }, ever: {}, at: 1 });
    database.set('tickers/AAPL/orders/x', orderValue('counter-AAPL', 'x'));
    database.set('performance', { day: 'd', today: { profit: '12.404' }, ever: {}, at: 1 });
    open('/');
    const card = await screen.findByRole('article', { name: /AAPL/ });
    expect(within(card).getByText('101.50')).toBeTruthy();
    expect(within(card).getByText('running')).toBeTruthy();
    expect(within(card).getByText('\u22123.50')).toBeTruthy();
    const orders = () => within(card).getByText('Open orders').nextSibling?.textContent;
    await waitFor(() => expect(orders()).toBe('1'));
    expect(screen.getByText('it threw')).toBeTruthy();
    expect(screen.getByText('2 of 3')).toBeTruthy();
    expect(screen.getByText('+12.40')).toBeTruthy();
    await accessible();
  });

  it('draws only what can be seen of 300 bots', async () => {
    const tickers = Array.from({ length: 300 }, (_, i) => `T${String(i).padStart(3, '0')}`);
    openFloor(database, Date.now(), tickers);
    open('/');
    await screen.findAllByRole('article');
    expect(screen.getAllByRole('article').length).toBeLessThan(40);
    expect(screen.getByText('303 of 303')).toBeTruthy();
  });

  it('asks for history and orders after the prices of all cards', async () => {
    open('/');
    const many = () => database.asked.filter(([path]) => /\/(prices|orders)$/.test(path)).length;
    expect(screen.getAllByText('101.50')).toHaveLength(3);
    expect(many()).toBe(0);
    await waitFor(() => expect(many()).toBeGreaterThan(3));
  });

  it('draws one card anew when one price moves', async () => {
    open('/');
    const card = await screen.findByRole('article', { name: /AAPL/ });
    const others = screen.getAllByRole('article').filter((x) => x !== card);
    const before = others.map((x) => x.innerHTML);
    act(() => {
      database.set('tickers/AAPL/price', { price: '105', timestamp: new Date().toISOString() });
    });
    expect(within(card).getByText('105.00')).toBeTruthy();
    expect(others.map((x) => x.innerHTML)).toEqual(before);
  });

  it('marks a stale price and says how old it is', async () => {
    database.set('tickers/AAPL/price/timestamp', new Date(Date.now() - 120_000).toISOString());
    open('/');
    expect(await screen.findByText(/2 min ago . stale/)).toBeTruthy();
  });

  it('finds, filters and says when nothing matches', async () => {
    open('/');
    await screen.findAllByRole('article');
    await userEvent.type(screen.getByRole('searchbox', { name: 'Find bots' }), 'goo');
    await waitFor(() => expect(screen.getAllByRole('article')).toHaveLength(1));
    await userEvent.type(screen.getByRole('searchbox', { name: 'Find bots' }), 'x');
    expect(await screen.findByText('No bot matches.')).toBeTruthy();
  });

  it('is honest about what it does not have', async () => {
    database = new FakeDatabase();
    open('/');
    expect(await screen.findByText('The floor has no bots.')).toBeTruthy();
    expect(screen.getByText('No floor has written here yet.', { selector: '.notice' })).toBeTruthy();
  });
});

describe('the state of things', () => {
  const notice = () => document.querySelector('.notice')?.textContent ?? '';

  it('says since when it is offline, and that all is well again', async () => {
    open('/');
    await screen.findAllByRole('article');
    expect(notice()).toBe('');
    act(() => database.connected.set(false));
    expect(notice()).toMatch(/^Offline since \d.*\. What you see is from then\.$/);
    expect(screen.getAllByRole('article')).toHaveLength(3);
    act(() => database.connected.set(true));
    expect(notice()).toBe('');
  });

  it('says that it connects before it ever has', () => {
    database.connected.set(false);
    database.offsetMs.set(undefined);
    open('/');
    expect(notice()).toBe('Connecting\u2026');
  });

  it('says that nothing is known when it never connects', () => {
    vi.useFakeTimers();
    database = new FakeDatabase(false);
    database.offsetMs.set(undefined);
    open('/');
    expect(screen.getByText(/^Nothing to show without a connection/)).toBeTruthy();
    act(() => vi.advanceTimersByTime(7000));
    expect(database.reconnects).toBe(1);
    expect(notice()).toMatch(/^No connection for [67] s\. Nothing is known yet\.$/);
  });

  it('says for how long the floor has been silent', () => {
    database.set('floor/heartbeat', Date.now() - 45_000);
    open('/');
    expect(notice()).toMatch(/^The floor has not been heard for 4\d s\.$/);
  });

  it('says that the floor is killed', () => {
    database.set('floor/halt', { kind: 'killed', since: Date.now(), messageId: 'x' });
    open('/');
    expect(notice()).toMatch(/^Killed at /);
  });
});

describe('the dead-man\u2019s switch', () => {
  const hour = 3_600_000;
  const set = (firesInMs: number, fired = {}) => {
    const firesAt = Date.now() + firesInMs;
    database.set('floor', {
      heartbeat: Date.now(),
      version: '0.1.0',
      clockSkew: 0,
      deadMan: { hours: 10, heardAt: firesAt - 10 * hour, firesAt, ...fired },
    });
  };

  it('counts down on the floor page and on More', async () => {
    set(5.5 * hour);
    open('/');
    const line = await screen.findByText(/^Dead-man.s switch: stops ALL in 5 h \d\d min\.$/);
    expect(line.className).not.toContain('notice');
    await userEvent.click(screen.getByRole('link', { name: 'More' }));
    expect(await screen.findByText(/^stops ALL in 5 h \d\d min$/)).toBeTruthy();
    await accessible();
  });

  it('warns when less than a tenth is left, and says that it has fired', async () => {
    set(30_000);
    open('/');
    const line = await screen.findByText(/^Dead-man.s switch: stops ALL in \d+ s\.$/);
    expect(line.className).toContain('notice warn');
    expect(screen.getByText('Dead-man\u2019s switch: soon stops ALL.')).toBeTruthy();
    act(() => set(-1000));
    expect(screen.getAllByText(/was due at .*; the floor has not said that it fired\.$/)).toHaveLength(2);
    act(() => set(-1000, { firedAt: Date.now() }));
    expect(screen.getAllByText(/^Dead-man.s switch: fired at .* and stopped ALL\.$/)).toHaveLength(2);
    await accessible();
  });

  it('is not there while it is off', async () => {
    open('/');
    await screen.findAllByRole('article');
    expect(screen.queryByText(/Dead-man/)).toBeNull();
  });
});

describe('sending', () => {
  const check = (name: string) => userEvent.click(screen.getByRole('checkbox', { name }));
  const verb = (name: string) => userEvent.click(screen.getByRole('radio', { name }));

  it('stops two of three, says before who will ignore it, and shows the ledger', async () => {
    database.set('tickers/AAPL/orders/x', orderValue('counter-AAPL', 'x'));
    open('/send');
    await check('AAPL');
    await check('META');
    expect(
      await screen.findByText('2 bots will act; cancels 1 order; GOOGL will ignore.'),
    ).toBeTruthy();
    await accessible();
    await userEvent.click(screen.getByRole('button', { name: 'Send stop' }));
    expect(await screen.findByRole('heading', { name: 'Stop AAPL, META' })).toBeTruthy();
    const [message] = sent();
    expect(message).toMatchObject({
      type: 'stop',
      target: { type: 'SELECTED', selected: ['AAPL', 'META'] },
      state: 'sent',
      createdBy: 'operator',
    });
    const id = decodeURIComponent(location.pathname.replace('/logs/', ''));
    const line = (ticker: string, status: string) =>
      act(() =>
        database.set(`pubsub-messages/${id}/acknowledgement/counter-${ticker}`, {
          container: 'floor',
          ticker,
          status,
          at: Date.now(),
        }),
      );
    line('AAPL', 'done');
    line('META', 'done');
    line('GOOGL', 'ignored');
    expect(screen.getByText('2 done, 1 ignored')).toBeTruthy();
    await accessible();
  });

  it('sends one message however often it is pressed', async () => {
    open('/send?to=AAPL');
    const button = screen.getByRole('button', { name: 'Send stop' });
    await act(async () => {
      button.click();
      button.click();
      button.click();
      await Promise.resolve();
    });
    expect(sent()).toHaveLength(1);
  });

  it('does not stop ALL by a tap, but by holding', async () => {
    open('/send');
    await userEvent.click(screen.getByRole('radio', { name: 'ALL' }));
    const button = screen.getByRole('button', { name: 'Hold: stop all' });
    vi.useFakeTimers({ shouldAdvanceTime: false });
    fireEvent.pointerDown(button, { button: 0 });
    act(() => vi.advanceTimersByTime(holdMs / 2));
    fireEvent.pointerUp(button);
    act(() => vi.advanceTimersByTime(holdMs));
    expect(screen.getByText('Held too briefly; nothing was sent.')).toBeTruthy();
    expect(database.attempts).toHaveLength(0);
    fireEvent.keyDown(button, { key: ' ' });
    fireEvent.keyDown(button, { key: ' ' }); // keys repeat while held
    await act(() => vi.advanceTimersByTimeAsync(holdMs));
    expect(sent()).toMatchObject([{ type: 'stop', target: { type: 'ALL' } }]);
  });

  it('takes the typed word instead, and no other', async () => {
    open('/send');
    await verb('Kill');
    const box = screen.getByRole('textbox', { name: /or type KILL/ });
    const button = screen.getByRole('button', { name: 'Send' });
    await userEvent.type(box, 'KIL{Enter}');
    expect(button).toHaveProperty('disabled', true);
    expect(database.attempts).toHaveLength(0);
    await userEvent.type(box, 'L{Enter}');
    await waitFor(() => expect(sent()).toMatchObject([{ type: 'kill', target: { type: 'ALL' } }]));
  });

  it('asks for what enter needs and offers nothing before it has it', async () => {
    open('/send?to=AAPL');
    await verb('Enter');
    expect(screen.getByRole('button', { name: 'Hold: enter' })).toHaveProperty('disabled', true);
    const shares = screen.getByRole('textbox', { name: 'Shares' });
    await userEvent.type(shares, '1,5');
    expect(screen.getByText('An amount above 0')).toBeTruthy();
    await userEvent.clear(shares);
    await userEvent.type(shares, '5');
    expect(screen.getByText('buys 5 shares at the market')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Hold: enter' })).toHaveProperty('disabled', false);
    await accessible();
  });

  it('queues visibly without a connection, and can take it back', async () => {
    database.connected.set(false);
    open('/send?to=AAPL');
    await verb('Start');
    await userEvent.click(screen.getByRole('button', { name: 'Send start' }));
    expect(await screen.findByText('waits for the connection')).toBeTruthy();
    expect(screen.getByText(/^dropped in 9:\d\d min$/)).toBeTruthy();
    await userEvent.click(screen.getByRole('link', { name: /Logs/ }));
    await userEvent.click(await screen.findByRole('button', { name: 'Withdraw' }));
    act(() => database.connected.set(true));
    expect(screen.queryByText('On this device')).toBeNull();
    expect(database.attempts).toHaveLength(0);
  });

  it('lets only the brakes wait while the clock is unknown', async () => {
    database.connected.set(false);
    database.offsetMs.set(undefined);
    open('/send?to=AAPL');
    await verb('Start');
    expect(screen.getByText(/server's clock is not known/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Send start' })).toHaveProperty('disabled', true);
    await verb('Stop');
    await userEvent.click(screen.getByRole('button', { name: 'Send stop' }));
    expect(await screen.findByText('never goes stale')).toBeTruthy();
  });
});

describe('a page opened without a connection', () => {
  it('can still stop whoever is typed', async () => {
    database = new FakeDatabase(false);
    database.offsetMs.set(undefined);
    open('/send');
    expect(screen.getByText('The bots of the floor are not known here yet.')).toBeTruthy();
    await userEvent.type(screen.getByRole('searchbox'), 'TSLA');
    await userEvent.click(screen.getByRole('button', { name: 'Send to TSLA, not known here' }));
    await accessible();
    await userEvent.click(screen.getByRole('button', { name: 'Send stop' }));
    expect(await screen.findByText('never goes stale')).toBeTruthy();
    act(() => {
      database.offsetMs.set(0);
      database.connected.set(true);
    });
    await waitFor(() =>
      expect(sent()).toMatchObject([{ type: 'stop', target: { selected: ['TSLA'] } }]),
    );
  });
});

describe('the operator', () => {
  const minute = 60_000;
  let put: MockInstance<FakeDatabase['put']>;
  let visible: DocumentVisibilityState;
  const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));
  const touch = () => fireEvent.pointerDown(document.body);
  const look = (state: DocumentVisibilityState) => {
    visible = state;
    fireEvent(document, new Event('visibilitychange'));
  };

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_700_000_000_000 });
    visible = 'visible';
    vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visible);
    put = vi.spyOn(database, 'put');
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('is heard when at the page, and not more than once a minute', () => {
    open('/');
    expect(put).toHaveBeenCalledTimes(1);
    expect(put).toHaveBeenCalledWith('operator/heartbeat', database.serverTime);
    for (let i = 0; i < 59; ++i) {
      pass(1000);
      touch();
      fireEvent.keyDown(document.body, { key: 'a' });
    }
    expect(put).toHaveBeenCalledTimes(1);
    pass(1000);
    fireEvent.wheel(document.body);
    expect(put).toHaveBeenCalledTimes(2);
    pass(minute);
    look('hidden');
    expect(put).toHaveBeenCalledTimes(2);
    look('visible');
    expect(put).toHaveBeenCalledTimes(3);
  });

  it('is not there because a page lies open, nor because its connection comes back', () => {
    open('/');
    pass(60 * minute);
    act(() => database.connected.set(false));
    pass(minute);
    act(() => database.connected.set(true));
    expect(put).toHaveBeenCalledTimes(1);
  });

  it('was there a moment ago when the connection comes back, but not for long', () => {
    open('/');
    act(() => database.connected.set(false));
    pass(2 * minute);
    touch();
    expect(put).toHaveBeenCalledTimes(1);
    pass(2 * minute);
    act(() => database.connected.set(true));
    expect(put).toHaveBeenCalledTimes(1);
    act(() => database.connected.set(false));
    touch();
    pass(minute / 2);
    act(() => database.connected.set(true));
    expect(put).toHaveBeenCalledTimes(2);
  });

  it('is heard by a device whose clock is put back', () => {
    open('/');
    vi.setSystemTime(Date.now() - 24 * 60 * minute);
    touch();
    expect(put).toHaveBeenCalledTimes(2);
  });
});

describe('the logs', () => {
  it('shows what was sent and filters it', async () => {
    for (const [id, state] of Object.entries({ a: 'done', b: 'failed' }))
      database.set(`message-summaries/${id}`, {
        type: 'stop',
        target: { type: 'SELECTED', selected: [id] },
        state,
        pressedAt: Date.now(),
        counts: { done: 1 },
      });
    open('/logs');
    expect(await screen.findAllByRole('listitem')).toHaveLength(2);
    await accessible();
    await userEvent.click(screen.getByRole('radio', { name: 'Failed' }));
    expect(screen.getAllByRole('listitem')).toHaveLength(1);
    await userEvent.click(screen.getByRole('radio', { name: 'Expired' }));
    expect(screen.getByText('None of the 2 loaded messages.')).toBeTruthy();
  });

  it('shows why a line failed', async () => {
    database.set('pubsub-messages/a', {
      type: 'stop',
      target: { type: 'SELECTED', selected: ['AAPL'] },
      state: 'failed',
      pressedAt: Date.now(),
      unmatched: ['NOPE'],
      acknowledgement: {
        'counter-AAPL': {
          container: 'floor',
          ticker: 'AAPL',
          status: 'no_answer',
          code: 'no_answer',
          reason: 'no word within 10 s',
          at: Date.now(),
        },
      },
    });
    open('/logs/a');
    expect(await screen.findByText('no_answer: no word within 10 s')).toBeTruthy();
    expect(screen.getByText('1 no answer')).toBeTruthy();
    expect(screen.getByText('Nobody is called NOPE.')).toBeTruthy();
  });
});

describe('a bot', () => {
  it('shows its orders with events, its figures and its strategy', async () => {
    database.set('bots/counter-AAPL', botValue('AAPL', { details: { shares: '4', next_buy: '99.5' } }));
    database.set('tickers/AAPL/orders/x', {
      ...orderValue('counter-AAPL', 'x', { status: 'filled', filled_qty: '4', filled_avg_price: '99' }),
      events: { '-a': { event: 'fill', timestamp: Date.now(), price: '99', qty: '4' } },
    });
    database.set('tickers/AAPL/orders/y', orderValue('counter-META', 'y'));
    open('/bots/counter-AAPL');
    expect(await screen.findByText(/buy 4 limit at 99.50/)).toBeTruthy();
    expect(screen.getAllByText(/fill/).length).toBeGreaterThan(0);
    expect(screen.getByText('No figures for this ticker.')).toBeTruthy();
    expect(screen.getByText('next buy')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Send to counter-AAPL' })).toBeTruthy();
    await accessible();
  });

  it('says when there is none of that name', async () => {
    open('/bots/nobody');
    expect(await screen.findByText('The floor has no bot nobody.')).toBeTruthy();
  });
});

describe('signing in', () => {
  it('asks, and shows nothing before', async () => {
    signIn.state.set({ kind: 'out', problem: 'That is not the passcode.', possible: true });
    open('/');
    expect(screen.getByRole('alert').textContent).toBe('That is not the passcode.');
    expect(screen.getByLabelText('Passcode')).toBeTruthy();
    expect(database.watches).toBe(0);
    await accessible();
    act(() => signIn.state.set({ kind: 'in', uid: 'u', name: 'home', offline: false }));
    expect(await screen.findAllByRole('article')).toHaveLength(3);
    act(() => signIn.state.set({ kind: 'out', problem: '', possible: true }));
    expect(screen.queryByRole('article')).toBeNull();
    expect(database.watches).toBe(0);
  });
});
