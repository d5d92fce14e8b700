import { initializeApp } from 'firebase/app';
import { forceWebSockets } from 'firebase/database';

import type { HomeSignIn } from '../controllers/home_sign_in';
import type { Database } from '../database';
import type { Place } from '../place';
import type { SignIn } from '../sign_in';
import { FirebaseDatabase } from './database';
import { carryHomeTokens } from './home_token';

export interface Connection {
  readonly database: Database;
  readonly signIn: SignIn;
}

/** The database and the way to sign in of a place; `home` is the way at home. */
export async function connect(place: Place, home: HomeSignIn | undefined): Promise<Connection> {
  if (place.mode === 'home') {
    if (!home) throw new Error('nobody can sign in');
    carryHomeTokens(home);
    // No proxies stand before a floor at home. The SDK would take long polls after each failure, and
    // those are slower to notice that the floor is back.
    forceWebSockets();
    const url = `${place.databaseUrl}?ns=${encodeURIComponent(place.namespace)}`;
    return { signIn: home, database: new FirebaseDatabase(initializeApp({ databaseURL: url }), url) };
  }
  // Long polls load scripts from the database, which a strict policy forbids.
  forceWebSockets();
  const { CloudSignIn } = await import('./cloud_sign_in');
  const app = initializeApp(place.firebase);
  return { signIn: new CloudSignIn(app), database: new FirebaseDatabase(app) };
}
