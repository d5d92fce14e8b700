import { lazy, Suspense, useEffect, useMemo } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';

import { Empty } from './components/empty';
import { StatusBar } from './components/status_bar';
import { useCell } from './hooks/use_cell';
import { SessionContext, useSession } from './hooks/use_session';
import { FloorPage } from './pages/floor_page';
import { LogsPage } from './pages/logs_page';
import { MessagePage } from './pages/message_page';
import { SendPage } from './pages/send_page';
import { SignInPage } from './pages/sign_in_page';
import type { Database } from './service/database';
import { Session } from './service/session';
import type { SignIn } from './service/sign_in';
import { isWaiting } from './model/outbox';

const BotPage = lazy(async () => ({ default: (await import('./pages/bot_page')).BotPage }));
const ActorsPage = lazy(async () => ({ default: (await import('./pages/actors_page')).ActorsPage }));
const MorePage = lazy(async () => ({ default: (await import('./pages/more_page')).MorePage }));

const pages = [
  ['/', 'Floor'],
  ['/send', 'Send'],
  ['/logs', 'Logs'],
  ['/actors', 'Actors'],
  ['/more', 'More'],
] as const;

function Navigation() {
  const [location] = useLocation();
  const { outbox } = useSession();
  const waiting = useCell(outbox.entries).filter(isWaiting).length;
  const isHere = (path: string) =>
    path === '/' ? location === '/' || location.startsWith('/bots') : location.startsWith(path);
  return (
    <nav aria-label="Pages">
      {pages.map(([path, name]) => (
        <Link key={path} href={path} aria-current={isHere(path) ? 'page' : undefined}>
          {name}
          {path === '/logs' && waiting > 0 ? (
            <span className="badge">
              {waiting}
              <span className="visually-hidden"> waiting</span>
            </span>
          ) : null}
        </Link>
      ))}
    </nav>
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function Pages() {
  return (
    <Suspense fallback={<Empty>Loading…</Empty>}>
      <Switch>
        <Route path="/">
          <FloorPage />
        </Route>
        <Route path="/send">
          <SendPage />
        </Route>
        <Route path="/logs">
          <LogsPage />
        </Route>
        <Route path="/logs/:id">
          {({ id }) => <MessagePage key={id} id={decoded(id)} />}
        </Route>
        <Route path="/bots/:id">{({ id }) => <BotPage key={id} id={decoded(id)} />}</Route>
        <Route path="/actors">
          <ActorsPage />
        </Route>
        <Route path="/more">
          <MorePage />
        </Route>
        <Route>
          <Empty>There is no such page.</Empty>
        </Route>
      </Switch>
    </Suspense>
  );
}

function SignedIn({ database, signIn, uid }: { database: Database; signIn: SignIn; uid: string }) {
  // Another account sees nothing of what the one before has loaded.
  const session = useMemo(() => {
    void uid;
    return new Session(database, signIn, localStorage);
  }, [database, signIn, uid]);
  useEffect(() => {
    session.start();
    return () => session.stop();
  }, [session]);
  return (
    <SessionContext value={session}>
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <header className="top">
        <span className="brand">Outcry</span>
        <Navigation />
      </header>
      <StatusBar />
      <main id="main" tabIndex={-1}>
        <Pages />
      </main>
    </SessionContext>
  );
}

export function App({ database, signIn }: { database: Database; signIn: SignIn }) {
  const state = useCell(signIn.state);
  if (state.kind === 'asking')
    return (
      <main>
        <h1 className="visually-hidden">Outcry</h1>
        <Empty>Signing in…</Empty>
      </main>
    );
  if (state.kind === 'out') return <SignInPage signIn={signIn} />;
  return <SignedIn database={database} signIn={signIn} uid={state.uid} />;
}
