import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app';
import type { Database } from './service/database';
import type { SignIn } from './service/sign_in';

/** Draws the page, for good. */
export function show({ database, signIn }: { database: Database; signIn: SignIn }): void {
  createRoot(document.getElementById('root') as HTMLElement).render(
    <StrictMode>
      <App database={database} signIn={signIn} />
    </StrictMode>,
  );
}
