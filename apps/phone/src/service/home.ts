import { HomeSignIn, type Exclusive } from './controllers/home_sign_in';

const exclusive: Exclusive = (work) =>
  // Browsers have locks on https and localhost only.
  'locks' in navigator
    ? (navigator.locks.request('outcry.refresh', work) as ReturnType<typeof work>)
    : work();

/** Signing in at the floor behind this very address, with what the browser has. */
export function browserHomeSignIn(): HomeSignIn {
  return new HomeSignIn({
    fetcher: (...asked) => fetch(...asked),
    storage: localStorage,
    localNow: Date.now,
    exclusive,
  });
}
