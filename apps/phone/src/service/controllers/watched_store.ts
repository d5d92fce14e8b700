import type { Stop } from '../cell';

/** What is known of a place: nothing yet, its value, or why it cannot be had. */
export type Known<V> =
  | { readonly state: 'loading' }
  | { readonly state: 'there'; readonly value: V }
  | { readonly state: 'failed'; readonly reason: string };

const loading = { state: 'loading' } as const;

interface Place<V> {
  known: Known<V>;
  readonly listeners: Set<() => void>;
  stop: Stop | undefined;
  closing: ReturnType<typeof setTimeout> | undefined;
}

export type Open<V> = (
  key: string,
  on: (value: V) => void,
  failed: (reason: string) => void,
) => Stop;

/**
 * Values by key. A key is watched in the database while somebody listens to it, and a moment longer:
 * cards that scroll out and in again do not ask anew. What was known stays known meanwhile.
 */
export class WatchedStore<V> {
  private readonly places = new Map<string, Place<V>>();

  constructor(
    private readonly open: Open<V>,
    private readonly lingerMs = 5000,
  ) {}

  readonly get = (key: string): Known<V> => this.places.get(key)?.known ?? loading;

  readonly subscribe = (key: string, listener: () => void): Stop => {
    const place = this.placeOf(key);
    clearTimeout(place.closing);
    place.listeners.add(listener);
    place.stop ??= this.open(
      key,
      (value) => this.say(place, { state: 'there', value }),
      (reason) => this.say(place, { state: 'failed', reason }),
    );
    return () => {
      place.listeners.delete(listener);
      if (place.listeners.size > 0) return;
      clearTimeout(place.closing);
      place.closing = setTimeout(() => this.close(key, place), this.lingerMs);
    };
  };

  /** Ends every watch; listeners stay and hear nothing more. */
  stop(): void {
    for (const [key, place] of this.places) this.close(key, place);
  }

  private placeOf(key: string): Place<V> {
    let place = this.places.get(key);
    if (!place) {
      place = { known: loading, listeners: new Set(), stop: undefined, closing: undefined };
      this.places.set(key, place);
    }
    return place;
  }

  private close(key: string, place: Place<V>): void {
    clearTimeout(place.closing);
    place.stop?.();
    place.stop = undefined;
    // What nobody watches grows old: the next one to look shall not take it for new. Another may
    // stand there already, if all was stopped meanwhile.
    if (this.places.get(key) === place) this.places.delete(key);
  }

  private say(place: Place<V>, known: Known<V>): void {
    place.known = known;
    for (const listener of [...place.listeners]) listener();
  }
}
