import { useState, type FormEvent } from 'react';

import type { AccountSignIn, PasscodeSignIn, SignIn } from '../service/sign_in';
import { useCell } from '../hooks/use_cell';
import { useTitle } from '../hooks/use_title';

function useBusy(): [boolean, (work: () => Promise<void>) => void] {
  const [busy, setBusy] = useState(false);
  return [
    busy,
    (work) => {
      setBusy(true);
      void work().finally(() => setBusy(false));
    },
  ];
}

function PasscodeForm({ signIn }: { signIn: PasscodeSignIn }) {
  const [passcode, setPasscode] = useState('');
  const [busy, run] = useBusy();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(async () => {
      await signIn.withPasscode(passcode);
      setPasscode('');
    });
  };
  return (
    <form onSubmit={submit}>
      {/* For password managers, which keep a passcode by a name. */}
      <input type="text" name="username" autoComplete="username" value="operator" readOnly hidden />
      <label className="field">
        Passcode
        <input
          type="password"
          autoComplete="current-password"
          value={passcode}
          onChange={(event) => setPasscode(event.target.value)}
        />
      </label>
      <button type="submit" className="primary wide" disabled={busy || passcode === ''}>
        {busy ? 'Signing in\u2026' : 'Sign in'}
      </button>
    </form>
  );
}

function AccountForm({ signIn }: { signIn: AccountSignIn }) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [busy, run] = useBusy();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(() => signIn.withPassword(email.trim(), password));
  };
  return (
    <>
      <form onSubmit={submit}>
        <label className="field">
          E-mail
          <input
            type="email"
            autoComplete="username"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </label>
        <label className="field">
          Password
          <input
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </label>
        <button type="submit" className="primary wide" disabled={busy || !email || !password}>
          {busy ? 'Signing in\u2026' : 'Sign in'}
        </button>
      </form>
      <button type="button" className="wide" disabled={busy} onClick={() => run(() => signIn.withGoogle())}>
        Sign in with Google
      </button>
    </>
  );
}

export function SignInPage({ signIn }: { signIn: SignIn }) {
  const state = useCell(signIn.state);
  const heading = useTitle('Sign in');
  const problem = state.kind === 'out' ? state.problem : '';
  return (
    <main className="sign-in" id="main">
      <h1 ref={heading} tabIndex={-1}>
        Outcry
      </h1>
      <section className="card" aria-label="Sign in">
        {problem ? (
          <p className="notice bad" role="alert">
            {problem}
          </p>
        ) : null}
        {signIn.kind === 'passcode' ? <PasscodeForm signIn={signIn} /> : <AccountForm signIn={signIn} />}
      </section>
    </main>
  );
}
