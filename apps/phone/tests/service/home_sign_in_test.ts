import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { HomeSignIn } from '../../src/service/controllers/home_sign_in';
import { findPlace, lastPlace, readPlace } from '../../src/service/place';
import { FakeStorage } from '../support/storage';

const now = 1_700_000_000_000;

/** A home that gives tokens for the passcode, each refresh token once. */
class Home {
  readonly asked: string[] = [];
  passcodeNeeded = true;
  down = false;
  granted = 0;
  private valid = '';

  readonly fetch = ((path: string, init?: RequestInit) => {
    this.asked.push(path);
    if (this.down) return Promise.reject(new TypeError('network'));
    return Promise.resolve(this.answer(path, JSON.parse(String(init?.body ?? '{}')) as never));
  }) as typeof fetch;

  private answer(path: string, body: { passcode?: string; refreshToken?: string }): Response {
    if (path === '/auth/state') return json({ passcodeNeeded: this.passcodeNeeded, canSignIn: true });
    if (path === '/auth/passcode')
      return !this.passcodeNeeded || body.passcode === 'open sesame' ? this.grant() : json({}, 401);
    if (path === '/auth/refresh')
      return body.refreshToken === this.valid ? this.grant() : json({}, 401);
    if (path === '/auth/sign-out') this.valid = '';
    return json({});
  }

  private grant(): Response {
    this.valid = `refresh-${++this.granted}`;
    const claims = btoa(JSON.stringify({ uid: 'operator', n: this.granted }));
    return json({ idToken: `h.${claims}.s`, refreshToken: this.valid, expiresIn: 900 });
  }
}

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status });
}

describe('signing in at home', () => {
  let home: Home;
  let storage: FakeStorage;
  const make = () =>
    new HomeSignIn({
      fetcher: home.fetch,
      storage,
      localNow: Date.now,
      exclusive: (work) => work(),
    });

  beforeEach(() => {
    vi.useFakeTimers({ now });
    home = new Home();
    storage = new FakeStorage();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('asks for the passcode where one is set', async () => {
    const signIn = make();
    await signIn.start();
    expect(signIn.state.get()).toEqual({ kind: 'out', problem: '', possible: true });
    await signIn.withPasscode('wrong');
    expect(signIn.state.get()).toMatchObject({ kind: 'out', problem: 'That is not the passcode.' });
    await signIn.withPasscode('open sesame');
    expect(signIn.state.get()).toMatchObject({ kind: 'in', uid: 'operator', offline: false });
  });

  it('needs none on the machine itself', async () => {
    home.passcodeNeeded = false;
    const signIn = make();
    await signIn.start();
    expect(signIn.state.get()).toMatchObject({ kind: 'in', uid: 'operator' });
  });

  it('tells the database each token, before the last one ends', async () => {
    const signIn = make();
    const tokens: (string | null)[] = [];
    signIn.onToken((token) => tokens.push(token));
    await signIn.withPasscode('open sesame');
    await vi.advanceTimersByTimeAsync(899_000);
    expect(home.granted).toBe(2);
    expect(tokens).toHaveLength(3);
    expect(tokens[0]).toBeNull();
    expect(new Set(tokens).size).toBe(3);
  });

  it('uses a refresh token once, whoever asks at the same time', async () => {
    const signIn = make();
    await signIn.withPasscode('open sesame');
    await Promise.all([signIn.getToken(true), signIn.getToken(true), signIn.getToken(true)]);
    expect(home.asked.filter((x) => x === '/auth/refresh')).toHaveLength(1);
    await signIn.getToken(false);
    expect(home.asked.filter((x) => x === '/auth/refresh')).toHaveLength(1);
  });

  it('lets the database wait for its token while it finds out who is there', async () => {
    home.passcodeNeeded = false;
    const signIn = make();
    const order: string[] = [];
    signIn.onToken((token) => token !== null && order.push('token'));
    signIn.state.subscribe(() => order.push(signIn.state.get().kind));
    void signIn.start();
    expect(await signIn.getToken(false)).toContain('h.');
    // What is asked for by who is in has to go with it.
    expect(order).toEqual(['token', 'in']);
  });

  it('is still in after a reload', async () => {
    await make().withPasscode('open sesame');
    const again = make();
    await again.start();
    expect(again.state.get()).toMatchObject({ kind: 'in', offline: false });
  });

  it('opens without a server as who it was, unconfirmed', async () => {
    await make().withPasscode('open sesame');
    home.down = true;
    const again = make();
    await again.start();
    expect(again.state.get()).toMatchObject({ kind: 'in', uid: 'operator', offline: true });
    home.down = false;
    expect(await again.getToken(false)).toContain('h.');
    expect(again.state.get()).toMatchObject({ kind: 'in', offline: false });
  });

  it('asks again when the home has ended the session', async () => {
    const signIn = make();
    await signIn.withPasscode('open sesame');
    storage.setItem('outcry.refresh', 'stolen');
    expect(await signIn.getToken(true)).toBeUndefined();
    expect(signIn.state.get()).toMatchObject({ kind: 'out', problem: 'Please sign in again.' });
    expect(storage.length).toBe(0);
  });

  it('forgets its tokens when signed out, even without a server', async () => {
    const signIn = make();
    await signIn.withPasscode('open sesame');
    const tokens: (string | null)[] = [];
    signIn.onToken((token) => tokens.push(token));
    home.down = true;
    await signIn.signOut();
    expect(storage.length).toBe(0);
    expect(tokens.at(-1)).toBeNull();
    expect(signIn.state.get()).toMatchObject({ kind: 'out', problem: '' });
  });

  it('says so when others may still be signed in', async () => {
    const signIn = make();
    await signIn.withPasscode('open sesame');
    home.down = true;
    await signIn.signOutEverywhere();
    expect(signIn.state.get()).toMatchObject({ problem: expect.stringContaining('elsewhere') });
  });

  it('keeps no passcode', async () => {
    await make().withPasscode('open sesame');
    for (let i = 0; i < storage.length; ++i)
      expect(storage.getItem(storage.key(i) ?? '')).not.toContain('sesame');
  });
});

describe('where the data lives', () => {
  it('reads home and cloud, and refuses the rest by name', () => {
    expect(readPlace({ mode: 'home', namespace: 'outcry' }, 'http://x:9')).toEqual({
      mode: 'home',
      databaseUrl: 'http://x:9',
      namespace: 'outcry',
    });
    const firebase = { apiKey: 'a', databaseURL: 'https://d', projectId: 'p' };
    expect(readPlace({ mode: 'cloud', firebase }, 'x')).toEqual({ mode: 'cloud', firebase });
    expect(() => readPlace({ mode: 'cloud', firebase: { apiKey: 'a' } }, 'x')).toThrow('databaseURL');
    expect(() => readPlace({ mode: 'moon' }, 'x')).toThrow('mode');
    expect(() => readPlace(null, 'x')).toThrow('mode');
  });

  it('remembers the last answer for when there is no connection', async () => {
    const storage = new FakeStorage();
    const answers = (() => Promise.resolve(json({ mode: 'home' }))) as typeof fetch;
    const fails = (() => Promise.reject(new TypeError('network'))) as typeof fetch;
    await expect(findPlace(fails, storage, 'http://x')).rejects.toThrow('network');
    await findPlace(answers, storage, 'http://x');
    expect(await findPlace(fails, storage, 'http://x')).toMatchObject({ mode: 'home' });
    expect(lastPlace(storage, 'http://x')).toMatchObject({ mode: 'home' });
  });

  it('knows no last place where none was kept, or nonsense', () => {
    const storage = new FakeStorage();
    expect(lastPlace(storage, 'http://x')).toBeUndefined();
    storage.setItem('outcry.place', '{"mode":"moon"}');
    expect(lastPlace(storage, 'http://x')).toBeUndefined();
  });
});
