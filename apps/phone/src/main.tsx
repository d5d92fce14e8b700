import { browserHomeSignIn } from './service/home';
import { findPlace, lastPlace } from './service/place';
import './style.css';

// All of this is on its way before any of it is there: the document names these parts, too.
const ui = import('./ui');
const sdk = import('./service/firebase/connect');
const place = findPlace((...asked) => fetch(...asked), localStorage, location.origin);

/** Signing in at home needs neither of these; where this is no home, nobody answers it. */
function beginAtHome() {
  const signIn = browserHomeSignIn();
  void signIn.start();
  return signIn;
}
const guess =
  lastPlace(localStorage, location.origin)?.mode === 'cloud' ? undefined : beginAtHome();

async function open(): Promise<void> {
  const where = await place;
  const home = where.mode === 'home' ? (guess ?? beginAtHome()) : undefined;
  const { connect } = await sdk;
  const connection = await connect(where, home);
  const { show } = await ui;
  show(connection);
  if (!home) await connection.signIn.start();
}

/** Without any part of the page, which may be what is missing. */
function say(problem: string): void {
  const main = document.createElement('main');
  const title = document.createElement('h1');
  title.textContent = 'Outcry';
  const text = document.createElement('p');
  text.className = 'empty';
  text.textContent = problem;
  const again = document.createElement('button');
  again.type = 'button';
  again.className = 'primary';
  again.textContent = 'Try again';
  again.addEventListener('click', () => location.reload());
  main.append(title, text, again);
  document.getElementById('root')?.replaceChildren(main);
}

Promise.all([open(), ui, sdk]).catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
});

// The shell only, so that the page opens without a connection; see shell_worker.js.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  addEventListener('load', () => {
    navigator.serviceWorker.register('/shell_worker.js').catch(() => undefined);
  });
}
