import { useCallback, useSyncExternalStore } from 'react';

import type { Cell } from '../service/cell';
import type { Known, WatchedStore } from '../service/controllers/watched_store';

export function useCell<T>(cell: Cell<T>): T {
  return useSyncExternalStore(cell.subscribe, cell.get);
}

/** Follows one key; it is watched in the database while something on the page does. */
export function useWatched<V>(store: WatchedStore<V>, key: string): Known<V> {
  const subscribe = useCallback((on: () => void) => store.subscribe(key, on), [store, key]);
  return useSyncExternalStore(subscribe, () => store.get(key));
}

/** The value, or undefined while it is not there. */
export function valueOf<V>(known: Known<V>): V | undefined {
  return known.state === 'there' ? known.value : undefined;
}
