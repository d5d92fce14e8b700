import type { FirebaseApp } from 'firebase/app';
import {
  browserPopupRedirectResolver,
  GoogleAuthProvider,
  indexedDBLocalPersistence,
  initializeAuth,
  onAuthStateChanged,
  signInWithEmailAndPassword,
  signInWithPopup,
  signOut,
  type Auth,
} from 'firebase/auth';

import { Cell } from '../cell';
import type { AccountSignIn, SignInState } from '../sign_in';

const words: Readonly<Record<string, string>> = {
  'auth/invalid-credential': 'The address or the password is wrong.',
  'auth/invalid-email': 'That is not an e-mail address.',
  'auth/user-disabled': 'This account is disabled.',
  'auth/too-many-requests': 'Too many attempts; try again later.',
  'auth/popup-closed-by-user': 'The window was closed before it was done.',
  'auth/popup-blocked': 'The browser blocked the window.',
  'auth/network-request-failed': 'Google cannot be reached.',
};

/** Firebase Auth: an account of the operator's own project. A part of its own, loaded when needed. */
export class CloudSignIn implements AccountSignIn {
  readonly kind = 'account';
  readonly state = new Cell<SignInState>({ kind: 'asking' });
  private readonly auth: Auth;

  constructor(app: FirebaseApp) {
    this.auth = initializeAuth(app, {
      persistence: indexedDBLocalPersistence,
      popupRedirectResolver: browserPopupRedirectResolver,
    });
  }

  start(): Promise<void> {
    return new Promise((resolve) => {
      onAuthStateChanged(this.auth, (user) => {
        this.state.set(
          user
            ? { kind: 'in', uid: user.uid, name: user.email ?? user.uid, offline: false }
            : { kind: 'out', problem: '', possible: true },
        );
        resolve();
      });
    });
  }

  async withPassword(email: string, password: string): Promise<void> {
    await this.attempt(() => signInWithEmailAndPassword(this.auth, email, password));
  }

  async withGoogle(): Promise<void> {
    await this.attempt(() => signInWithPopup(this.auth, new GoogleAuthProvider()));
  }

  async signOut(): Promise<void> {
    await signOut(this.auth);
  }

  private async attempt(way: () => Promise<unknown>): Promise<void> {
    try {
      await way();
    } catch (error) {
      const code = String((error as { code?: unknown }).code);
      this.state.set({ kind: 'out', problem: words[code] ?? `Not signed in: ${code}`, possible: true });
    }
  }
}
