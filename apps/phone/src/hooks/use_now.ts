import { useSyncExternalStore } from 'react';

import { useSession } from './use_session';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let second = 0;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    ++second;
    for (const one of [...listeners]) one();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/**
 * The server's clock as far as it is known, anew every second. For small components only: whoever
 * uses it is drawn every second.
 */
export function useNow(): number {
  const { now } = useSession();
  useSyncExternalStore(subscribe, () => second);
  return now();
}
