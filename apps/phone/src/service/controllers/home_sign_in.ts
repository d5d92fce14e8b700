import { fieldsOf, textOf } from '../../model/read';
import { Cell } from '../cell';
import type { PasscodeSignIn, SignInState } from '../sign_in';

/** Ends what it guards only when the other tabs of this page are not in it. */
export type Exclusive = <T>(work: () => Promise<T>) => Promise<T>;

export interface HomeServices {
  readonly fetcher: typeof fetch;
  readonly storage: Storage;
  readonly localNow: () => number;
  readonly exclusive: Exclusive;
}

interface Token {
  readonly text: string;
  readonly uid: string;
  readonly expiresMs: number;
}

class Answer extends Error {
  constructor(
    readonly status: number,
    text: string,
  ) {
    super(text);
  }
}

const refreshKey = 'outcry.refresh';
const uidKey = 'outcry.uid';
/** A token that ends sooner than this is exchanged before it is used. */
const marginMs = 60_000;

/** The claims of a token; it is the server that checks them. */
function claimsOf(token: string): Readonly<Record<string, unknown>> {
  try {
    const body = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
    return fieldsOf(JSON.parse(atob(body))) ?? {};
  } catch {
    return {};
  }
}

/**
 * Signing in at home: a passcode against a short token that the database takes, and a longer one
 * that is exchanged for the next. Each of the longer ones can be used once.
 */
export class HomeSignIn implements PasscodeSignIn {
  readonly kind = 'passcode';
  readonly state = new Cell<SignInState>({ kind: 'asking' });
  private token: Token | undefined;
  private refreshing: Promise<Token | undefined> | undefined;
  private starting: Promise<void> | undefined;
  private readonly listeners = new Set<(token: string | null) => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly services: HomeServices) {}

  start(): Promise<void> {
    return (this.starting = this.findOut());
  }

  private async findOut(): Promise<void> {
    const { storage } = this.services;
    if (storage.getItem(refreshKey) !== null) {
      try {
        if (await this.refresh()) return;
      } catch {
        // No server: what was is shown as offline, and nothing can be sent before it is confirmed.
        const uid = storage.getItem(uidKey) ?? '';
        this.state.set({ kind: 'in', uid, name: 'home', offline: true });
        return;
      }
    }
    await this.enterWithoutPasscode();
  }

  /** On the floor's own machine no passcode may be needed. */
  private async enterWithoutPasscode(): Promise<void> {
    try {
      const state = await this.ask('GET', '/auth/state');
      if (state['passcodeNeeded'] === false && state['canSignIn'] !== false)
        this.take(await this.ask('POST', '/auth/passcode', {}));
      else this.out(state['canSignIn'] === false ? noPasscode : '', state['canSignIn'] !== false);
    } catch (error) {
      this.out(textOfError(error), true);
    }
  }

  async withPasscode(passcode: string): Promise<void> {
    try {
      this.take(await this.ask('POST', '/auth/passcode', { passcode }));
    } catch (error) {
      const wrong = error instanceof Answer && error.status === 401;
      this.out(wrong ? 'That is not the passcode.' : textOfError(error), true);
    }
  }

  async signOut(): Promise<void> {
    await this.leave(false);
  }

  async signOutEverywhere(): Promise<void> {
    await this.leave(true);
  }

  private async leave(everywhere: boolean): Promise<void> {
    const refreshToken = this.services.storage.getItem(refreshKey);
    let problem = '';
    try {
      if (refreshToken !== null)
        await this.ask('POST', '/auth/sign-out', everywhere ? { refreshToken, everywhere } : { refreshToken });
    } catch (error) {
      // This device forgets its tokens whatever the server says; others may still be in.
      if (everywhere) problem = `Not signed out elsewhere: ${textOfError(error)}`;
    }
    this.out(problem, true);
  }

  // -- what the database's client asks for --------------------------------------------------------

  /** A token that still lives, or undefined when nobody is signed in. Rejects without a server. */
  async getToken(force: boolean): Promise<string | undefined> {
    // "Nobody" while that is still being asked would connect without a token, and keep to it.
    await this.starting;
    const now = this.services.localNow();
    if (!force && this.token && this.token.expiresMs - marginMs > now) return this.token.text;
    if (this.services.storage.getItem(refreshKey) === null) return undefined;
    return (await this.refresh())?.text;
  }

  onToken(listener: (token: string | null) => void): void {
    this.listeners.add(listener);
    listener(this.token?.text ?? null);
  }

  offToken(listener: (token: string | null) => void): void {
    this.listeners.delete(listener);
  }

  // -- tokens -------------------------------------------------------------------------------------

  private refresh(): Promise<Token | undefined> {
    this.refreshing ??= this.services
      .exclusive(async () => {
        // Read inside: another tab may just have used the one that was there.
        const refreshToken = this.services.storage.getItem(refreshKey);
        if (refreshToken === null) return undefined;
        try {
          return this.take(await this.ask('POST', '/auth/refresh', { refreshToken }));
        } catch (error) {
          if (!(error instanceof Answer) || error.status >= 500 || error.status === 429) throw error;
          this.out('Please sign in again.', true);
          return undefined;
        }
      })
      .finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  private take(answer: Readonly<Record<string, unknown>>): Token {
    const text = textOf(answer['idToken']);
    const seconds = Number(answer['expiresIn']);
    if (text === '' || !(seconds > 0)) throw new Error('The server answers without a token.');
    const claims = claimsOf(text);
    const uid = textOf(claims['uid']) || textOf(claims['sub']);
    const { storage, localNow } = this.services;
    this.token = { text, uid, expiresMs: localNow() + seconds * 1000 };
    storage.setItem(refreshKey, textOf(answer['refreshToken']));
    storage.setItem(uidKey, uid);
    // Before it ends, so that the database never has to say so.
    clearTimeout(this.timer);
    const wait = Math.max(seconds * 1000 - 2 * marginMs, 10_000);
    this.timer = setTimeout(() => void this.refresh().catch(() => undefined), wait);
    // The database first: what the page asks for then goes with the token.
    for (const listener of [...this.listeners]) listener(text);
    this.state.set({ kind: 'in', uid, name: 'home', offline: false });
    return this.token;
  }

  private out(problem: string, possible: boolean): void {
    clearTimeout(this.timer);
    this.token = undefined;
    this.services.storage.removeItem(refreshKey);
    this.services.storage.removeItem(uidKey);
    this.state.set({ kind: 'out', problem, possible });
    for (const listener of [...this.listeners]) listener(null);
  }

  private async ask(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
  ): Promise<Readonly<Record<string, unknown>>> {
    const answer = await this.services.fetcher(path, {
      method,
      cache: 'no-store',
      ...(body === undefined
        ? {}
        : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const value = fieldsOf(await answer.json().catch(() => undefined)) ?? {};
    if (!answer.ok)
      throw new Answer(answer.status, textOf(value['error']) || `The server answers ${answer.status}.`);
    return value;
  }
}

const noPasscode =
  'No passcode is set. On the floor\u2019s machine run: outcry passcode set';

function textOfError(error: unknown): string {
  if (error instanceof Answer) return error.message;
  return 'The server cannot be reached.';
}
