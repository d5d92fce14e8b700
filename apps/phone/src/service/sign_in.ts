import type { Cell } from './cell';

export type SignInState =
  /** Not known yet: asking. */
  | { readonly kind: 'asking' }
  /** `problem` says why the last try failed; `possible` false: nobody can sign in here now. */
  | { readonly kind: 'out'; readonly problem: string; readonly possible: boolean }
  /** `offline`: who was signed in last; the server has not confirmed it yet. */
  | { readonly kind: 'in'; readonly uid: string; readonly name: string; readonly offline: boolean };

interface Common {
  readonly state: Cell<SignInState>;
  /** Finds out who is signed in already. */
  start(): Promise<void>;
  signOut(): Promise<void>;
}

export interface PasscodeSignIn extends Common {
  readonly kind: 'passcode';
  withPasscode(passcode: string): Promise<void>;
  /** Ends every session of everybody, on every device. */
  signOutEverywhere(): Promise<void>;
}

export interface AccountSignIn extends Common {
  readonly kind: 'account';
  withPassword(email: string, password: string): Promise<void>;
  withGoogle(): Promise<void>;
}

export type SignIn = PasscodeSignIn | AccountSignIn;
