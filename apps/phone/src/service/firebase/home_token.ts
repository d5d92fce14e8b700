import { Component, type ComponentType } from '@firebase/component';
import * as sdk from 'firebase/app';

import type { HomeSignIn } from '../controllers/home_sign_in';

type Listener = (token: string | null) => void;

/** What the SDK's packages register themselves with; exported, and left out of its public types. */
interface Registry {
  _registerComponent(component: Component<never>): boolean;
}

/**
 * Lets the SDK carry the home's tokens. The SDK takes tokens from the component "auth-internal",
 * which otherwise Firebase Auth registers; so this is called before the app is made, and never in a
 * page that loads Firebase Auth.
 */
export function carryHomeTokens(signIn: HomeSignIn): void {
  const provider = {
    getUid: () => null,
    getToken: async (force?: boolean) => {
      const token = await signIn.getToken(force === true);
      return token === undefined ? null : { accessToken: token };
    },
    addAuthTokenListener: (listener: Listener) => signIn.onToken(listener),
    removeAuthTokenListener: (listener: Listener) => signIn.offToken(listener),
  };
  const kind = 'PRIVATE' as ComponentType.PRIVATE;
  const component = new Component<never>('auth-internal' as never, () => provider as never, kind);
  (sdk as unknown as Registry)._registerComponent(component);
}
