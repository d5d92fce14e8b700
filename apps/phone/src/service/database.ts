import type { Cell, Stop } from './cell';

/** Children in the order of one of theirs (by its path) or of their keys. Bounds are inclusive. */
export interface Query {
  readonly orderBy: { readonly child: string } | 'key';
  readonly startAt?: string | number;
  readonly endAt?: string | number;
  readonly equalTo?: string | number;
  /** Only what stands before this child: its value of `orderBy` and its key. */
  readonly endBefore?: { readonly value: string | number; readonly key: string };
  readonly limitToLast?: number;
}

export interface ChildListener {
  put(key: string, value: unknown): void;
  drop(key: string): void;
  /** All that is there has been put; said once. */
  ready(): void;
  /** The watch has ended for good; the reason is for people. */
  failed(reason: string): void;
}

/** What the page needs of a Realtime Database. Paths are escaped already, without leading slash. */
export interface Database {
  watch(path: string, on: (value: unknown) => void, failed: (reason: string) => void): Stop;
  watchChildren(path: string, query: Query | undefined, listener: ChildListener): Stop;
  /** The value, once, from the server. Rejects while there is no connection. */
  get(path: string, query?: Query): Promise<unknown>;
  /**
   * Writes only where nothing stands. False: something stood there, which is left alone. Rejects
   * with a `Refusal` when it will never be taken, with anything else when it may be tried again.
   */
  create(path: string, value: unknown): Promise<boolean>;
  put(path: string, value: unknown): Promise<void>;
  /** Tries to connect now instead of after the pause that grows with every failure. */
  reconnect(): void;
  /** Stands for the server's own time in what is written. */
  readonly serverTime: unknown;
  readonly connected: Cell<boolean>;
  /** The server's clock less this device's; undefined until the server has been heard. */
  readonly offsetMs: Cell<number | undefined>;
}

/** The database will never take this write. */
export class Refusal extends Error {}
