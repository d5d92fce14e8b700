import { initializeApp } from 'firebase/app';
import { forceWebSockets } from 'firebase/database';

import { HomeSignIn, type Exclusive } from '../controllers/home_sign_in';
import type { Database } from '../database';
import type { Place } from '../place';
import type { SignIn } from '../sign_in';
import { FirebaseDatabase } from './database';
import { carryHomeTokens } from './home_token';

export interface Connection {
  readonly database: Database;
  readonly signIn: SignIn;
}

const exclusive: Exclusive = (work) =>
  // Browsers have locks on https and localhost only.
  'locks' in navigator
    ? (navigator.locks.request('outcry.refresh', work) as ReturnType<typeof work>)
    : work();

/** The database and the way to sign in of a place. */
export async function connect(place: Place): Promise<Connection> {
  if (place.mode === 'home') {
    const signIn = new HomeSignIn({
      fetcher: (...asked) => fetch(...asked),
      storage: localStorage,
      localNow: Date.now,
      exclusive,
    });
    carryHomeTokens(signIn);
    // No proxies stand before a floor at home. The SDK would take long polls after each failure, and
    // those are slower to notice that the floor is back.
    forceWebSockets();
    const url = `${place.databaseUrl}?ns=${encodeURIComponent(place.namespace)}`;
    return { signIn, database: new FirebaseDatabase(initializeApp({ databaseURL: url }), url) };
  }
  // Long polls load scripts from the database, which a strict policy forbids.
  forceWebSockets();
  const { CloudSignIn } = await import('./cloud_sign_in');
  const app = initializeApp(place.firebase);
  return { signIn: new CloudSignIn(app), database: new FirebaseDatabase(app) };
}
