import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';

import type { Bot } from '../model/floor';
import type { Session } from '../service/session';

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('no session around this component');
  return session;
}

/** One bot; undefined when there is none of that id. */
export function useBot(id: string): Bot | undefined {
  const { floor } = useSession();
  const subscribe = useCallback((on: () => void) => floor.subscribeBot(id, on), [floor, id]);
  return useSyncExternalStore(subscribe, () => floor.bot(id));
}
