import { Cell, type Stop } from '../../src/service/cell';
import { Refusal, type ChildListener, type Database, type Query } from '../../src/service/database';

type Tree = Record<string, unknown>;
type Children = Map<string, unknown>;

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null;
}

function at(value: unknown, path: string): unknown {
  return path.split('/').reduce<unknown>((x, key) => (isTree(x) ? x[key] : undefined), value) ?? null;
}

/** The children a query sees, in its order. Numbers stand before texts. */
function windowOf(value: unknown, query: Query | undefined): Children {
  if (!isTree(value)) return new Map();
  const by = query?.orderBy ?? 'key';
  const rank = (key: string) => (by === 'key' ? key : at(value[key], by.child)) as string | number;
  const before = (a: [string | number, string], b: [string | number, string]) =>
    a[0] === b[0] ? a[1] < b[1] : typeof a[0] === typeof b[0] ? a[0] < b[0] : typeof a[0] === 'number';
  let keys = Object.keys(value)
    .filter((key) => value[key] !== null)
    .sort((a, b) => (before([rank(a), a], [rank(b), b]) ? -1 : 1));
  if (query?.equalTo !== undefined) keys = keys.filter((key) => rank(key) === query.equalTo);
  if (query?.startAt !== undefined) keys = keys.filter((key) => rank(key) >= (query.startAt ?? ''));
  if (query?.endAt !== undefined) keys = keys.filter((key) => rank(key) <= (query.endAt ?? ''));
  const end = query?.endBefore;
  if (end) keys = keys.filter((key) => before([rank(key), key], [end.value, end.key]));
  if (query?.limitToLast !== undefined) keys = keys.slice(-query.limitToLast);
  return new Map(keys.map((key) => [key, value[key]]));
}

interface Watch {
  readonly path: string;
  update(): void;
}

/** A database in memory that answers at once; tests write into it as the floor would. */
export class FakeDatabase implements Database {
  readonly connected: Cell<boolean>;
  readonly offsetMs = new Cell<number | undefined>(0);
  readonly serverTime = { '.sv': 'timestamp' };
  /** Every attempt to create, also those that found something there. */
  readonly attempts: [string, unknown][] = [];
  /** Asked for so far, with their queries. */
  readonly asked: [string, Query | undefined][] = [];
  /** Says how the next creates end; empty = they are taken. */
  readonly failures: ('refused' | 'lost' | 'stored and lost')[] = [];
  /** How many watches are open. */
  get watches(): number {
    return this.open.size;
  }
  /** Their places. */
  get watched(): string[] {
    return [...this.open].map((watch) => watch.path);
  }
  private tree: Tree = {};
  private readonly open = new Set<Watch>();
  private readonly unready: (() => void)[] = [];
  private heard: boolean;

  /** One that has never connected tells nothing until it does. */
  constructor(connected = true) {
    this.connected = new Cell(connected);
    this.heard = connected;
    this.connected.subscribe(() => this.connect());
  }

  get(path: string, query?: Query): Promise<unknown> {
    this.asked.push([path, query]);
    const value = at(this.tree, path);
    return Promise.resolve(query ? Object.fromEntries(windowOf(value, query)) : value);
  }

  async create(path: string, value: unknown): Promise<boolean> {
    this.attempts.push([path, value]);
    await Promise.resolve();
    const failure = this.failures.shift();
    if (failure === 'refused') throw new Refusal('not allowed');
    if (failure === 'lost') throw new Error('the connection went');
    if (at(this.tree, path) !== null) return false;
    this.set(path, value);
    if (failure === 'stored and lost') throw new Error('the connection went');
    return true;
  }

  reconnects = 0;
  reconnect(): void {
    ++this.reconnects;
  }

  put(path: string, value: unknown): Promise<void> {
    this.set(path, value);
    return Promise.resolve();
  }

  watch(path: string, on: (value: unknown) => void): Stop {
    let last: string | undefined;
    return this.add({
      path,
      update: () => {
        const value = at(this.tree, path);
        const text = JSON.stringify(value);
        if (text === last) return;
        last = text;
        on(value);
      },
    });
  }

  watchChildren(path: string, query: Query | undefined, listener: ChildListener): Stop {
    this.asked.push([path, query]);
    const shown = new Map<string, string>();
    const stop = this.add({
      path,
      update: () => {
        const now = windowOf(at(this.tree, path), query);
        for (const key of [...shown.keys()]) {
          if (now.has(key)) continue;
          shown.delete(key);
          listener.drop(key);
        }
        for (const [key, value] of now) {
          const text = JSON.stringify(value);
          if (shown.get(key) === text) continue;
          shown.set(key, text);
          listener.put(key, value);
        }
      },
    });
    if (this.heard) listener.ready();
    else this.unready.push(() => listener.ready());
    return stop;
  }

  set(path: string, value: unknown): void {
    const keys = path.split('/');
    const last = keys.pop() ?? '';
    let node = this.tree;
    for (const key of keys) {
      const next = isTree(node[key]) ? node[key] : {};
      node[key] = next;
      node = next;
    }
    node[last] = structuredClone(value);
    for (const watch of [...this.open]) {
      const related = `${watch.path}/`.startsWith(`${path}/`) || path.startsWith(`${watch.path}/`);
      if (related) watch.update();
    }
  }

  value(path: string): unknown {
    return at(this.tree, path);
  }

  private connect(): void {
    if (this.heard || !this.connected.get()) return;
    this.heard = true;
    for (const watch of [...this.open]) watch.update();
    for (const ready of this.unready.splice(0)) ready();
  }

  private add(watch: Watch): Stop {
    this.open.add(watch);
    if (this.heard) watch.update();
    return () => this.open.delete(watch);
  }
}
