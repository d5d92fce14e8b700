import type { FirebaseApp } from 'firebase/app';
import {
  endAt,
  endBefore,
  equalTo,
  get,
  getDatabase,
  goOnline,
  limitToLast,
  onChildAdded,
  onChildChanged,
  onChildRemoved,
  onValue,
  orderByChild,
  orderByKey,
  query,
  ref,
  runTransaction,
  serverTimestamp,
  set,
  startAt,
  type Database as Sdk,
  type DataSnapshot,
  type Query as SdkQuery,
  type QueryConstraint,
} from 'firebase/database';

import { Cell, type Stop } from '../cell';
import { Refusal, type ChildListener, type Database, type Query } from '../database';

function constraintsOf(wanted: Query | undefined): QueryConstraint[] {
  if (!wanted) return [];
  const { orderBy } = wanted;
  const list = [orderBy === 'key' ? orderByKey() : orderByChild(orderBy.child)];
  if (wanted.equalTo !== undefined) list.push(equalTo(wanted.equalTo));
  if (wanted.startAt !== undefined) list.push(startAt(wanted.startAt));
  if (wanted.endAt !== undefined) list.push(endAt(wanted.endAt));
  if (wanted.endBefore !== undefined) {
    const { value, key } = wanted.endBefore;
    list.push(orderBy === 'key' ? endBefore(key) : endBefore(value, key));
  }
  if (wanted.limitToLast !== undefined) list.push(limitToLast(wanted.limitToLast));
  return list;
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code ?? (error as Error).message);
}

function reasonOf(error: unknown): string {
  const denied = codeOf(error).toLowerCase().includes('permission_denied');
  return denied ? 'The database does not let this account do that.' : codeOf(error);
}

/** The Realtime Database through the official SDK, at home and in the cloud alike. */
export class FirebaseDatabase implements Database {
  readonly connected = new Cell(false);
  readonly offsetMs = new Cell<number | undefined>(undefined);
  readonly serverTime = serverTimestamp();
  private readonly sdk: Sdk;

  constructor(app: FirebaseApp, url?: string) {
    this.sdk = getDatabase(app, url);
    let offset = 0;
    let heard = false;
    // The SDK says 0 before it knows better: only what comes with a connection counts.
    onValue(ref(this.sdk, '.info/serverTimeOffset'), (snapshot) => {
      offset = Number(snapshot.val()) || 0;
      if (heard) this.offsetMs.set(offset);
    });
    onValue(ref(this.sdk, '.info/connected'), (snapshot) => {
      const connected = snapshot.val() === true;
      heard ||= connected;
      if (connected) this.offsetMs.set(offset);
      this.connected.set(connected);
    });
  }

  private at(path: string, wanted?: Query): SdkQuery {
    return query(ref(this.sdk, path), ...constraintsOf(wanted));
  }

  watch(path: string, on: (value: unknown) => void, failed: (reason: string) => void): Stop {
    return onValue(
      this.at(path),
      (snapshot) => on(snapshot.val()),
      (error) => failed(reasonOf(error)),
    );
  }

  watchChildren(path: string, wanted: Query | undefined, listener: ChildListener): Stop {
    const place = this.at(path, wanted);
    const put = (child: DataSnapshot) => listener.put(child.key ?? '', child.val());
    const failed = (error: Error) => listener.failed(reasonOf(error));
    // One listener of the server's for all of these; the value is told after the children.
    const stops = [
      onChildAdded(place, put, failed),
      onChildChanged(place, put),
      onChildRemoved(place, (child) => listener.drop(child.key ?? '')),
    ];
    stops.push(onValue(place, () => listener.ready(), { onlyOnce: true }));
    return () => {
      for (const stop of stops) stop();
    };
  }

  async get(path: string, wanted?: Query): Promise<unknown> {
    try {
      return (await get(this.at(path, wanted))).val() as unknown;
    } catch (error) {
      throw new Error(reasonOf(error), { cause: error });
    }
  }

  /** Only shortens the pause: an attempt that is under way goes on. */
  reconnect(): void {
    goOnline(this.sdk);
  }

  put(path: string, value: unknown): Promise<void> {
    return set(ref(this.sdk, path), value);
  }

  async create(path: string, value: unknown): Promise<boolean> {
    const place = ref(this.sdk, path);
    try {
      const { committed } = await runTransaction(
        place,
        (there: unknown) => (there === null ? value : undefined),
        { applyLocally: false },
      );
      return committed;
    } catch (error) {
      if (!codeOf(error).toLowerCase().includes('permission_denied'))
        throw new Error(reasonOf(error), { cause: error });
      // Rules that allow creating only refuse the repeat of what has arrived already, too.
      const there = await get(place).catch(() => undefined);
      if (there?.exists()) return false;
      throw new Refusal(reasonOf(error), { cause: error });
    }
  }
}
