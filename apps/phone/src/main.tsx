import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app';
import { Empty } from './components/empty';
import { connect } from './service/firebase/connect';
import { findPlace } from './service/place';
import './style.css';

const root = createRoot(document.getElementById('root') as HTMLElement);

async function open(): Promise<void> {
  const place = await findPlace((...asked) => fetch(...asked), localStorage, location.origin);
  const { database, signIn } = await connect(place);
  root.render(
    <StrictMode>
      <App database={database} signIn={signIn} />
    </StrictMode>,
  );
  await signIn.start();
}

open().catch((error: unknown) => {
  root.render(
    <main>
      <h1>Outcry</h1>
      <Empty>{error instanceof Error ? error.message : String(error)}</Empty>
      <button type="button" className="primary" onClick={() => location.reload()}>
        Try again
      </button>
    </main>,
  );
});

// The shell only, so that the page opens without a connection; see shell_worker.js.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  addEventListener('load', () => {
    navigator.serviceWorker.register('/shell_worker.js').catch(() => undefined);
  });
}
