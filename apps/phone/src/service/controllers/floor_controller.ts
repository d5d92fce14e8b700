import { readActors, type ActorsView } from '../../model/actors';
import { readBot, readFloor, readOrder, readPerformance, readPrice, openStatusRanges } from '../../model/floor';
import type { Bot, FloorFacts, Order, Performance, Price } from '../../model/floor';
import { pathOf, unescapeKey } from '../../model/keys';
import { readVerdict, type Verdict } from '../../model/verdict';
import { Cell, type Stop } from '../cell';
import type { Database } from '../database';
import { WatchedStore } from './watched_store';

const listDelayMs = 200;

/** Of `actors`: there is one view of them all. */
export const actorsKey = '';

/** Each by itself: the actors stand there too, and are asked for by who looks at them. The last one
 * says that there is a floor. */
const floorFields = ['halt', 'deadMan', 'version', 'clockSkew', 'heartbeat'] as const;

/**
 * The floor as it stands in the database. Each bot, price and figure is followed by itself, so that
 * one price of 300 moves one card. `bots` changes a few times a second at most.
 */
export class FloorController {
  /** Every bot, by id, for lists and previews; undefined until they have been heard. */
  readonly bots = new Cell<ReadonlyMap<string, Bot> | undefined>(undefined);
  readonly floor = new Cell<FloorFacts | undefined>(undefined);
  readonly account = new Cell<Performance | undefined>(undefined);
  /** Undefined while the floor does not judge itself. */
  readonly verdict = new Cell<Verdict | undefined>(undefined);
  /** Why the database says nothing more; empty = it does. */
  readonly problem = new Cell('');

  /** By ticker; a value of undefined says that nothing stands there. */
  readonly prices: WatchedStore<Price | undefined>;
  readonly performances: WatchedStore<Performance | undefined>;
  readonly openOrders: WatchedStore<readonly Order[]>;
  /** At `actorsKey`; undefined where the floor does not tell of them. */
  readonly actors: WatchedStore<ActorsView | undefined>;

  private readonly known = new Map<string, Bot>();
  private readonly single = new Map<string, Set<() => void>>();
  private pending: ReturnType<typeof setTimeout> | undefined;
  private stops: Stop[] = [];

  constructor(private readonly database: Database) {
    const at = <V>(place: string, read: (value: unknown) => V) =>
      new WatchedStore<V>((ticker, on, failed) =>
        database.watch(pathOf('tickers', ticker, place), (value) => on(read(value)), failed),
      );
    this.prices = at('price', readPrice);
    this.performances = at('performance', readPerformance);
    this.openOrders = new WatchedStore((ticker, on, failed) => this.watchOrders(ticker, on, failed));
    this.actors = new WatchedStore((_, on, failed) =>
      database.watch('floor/actors', (value) => on(readActors(value)), failed),
    );
  }

  start(): void {
    const failed = (reason: string) => this.problem.set(reason);
    this.stops = [
      ...this.watchFloor(failed),
      this.database.watch('floor/verdict', (value) => this.verdict.set(readVerdict(value)), failed),
      this.database.watch('performance', (value) => this.account.set(readPerformance(value)), failed),
      this.database.watchChildren('bots', undefined, {
        put: (key, value) => this.put(unescapeKey(key), readBot(value)),
        drop: (key) => this.put(unescapeKey(key), undefined),
        ready: () => this.publish(),
        failed,
      }),
    ];
  }

  stop(): void {
    clearTimeout(this.pending);
    this.pending = undefined;
    for (const stop of this.stops.splice(0)) stop();
    for (const store of [this.prices, this.performances, this.openOrders, this.actors]) store.stop();
  }

  readonly bot = (id: string): Bot | undefined => this.known.get(id);

  readonly subscribeBot = (id: string, listener: () => void): Stop => {
    const listeners = this.single.get(id) ?? new Set();
    this.single.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.single.delete(id);
    };
  };

  private watchFloor(failed: (reason: string) => void): Stop[] {
    const known: Record<string, unknown> = {};
    return floorFields.map((field) =>
      this.database.watch(
        `floor/${field}`,
        (value) => {
          known[field] = value;
          this.floor.set(readFloor(known));
        },
        failed,
      ),
    );
  }

  private put(id: string, bot: Bot | undefined): void {
    if (bot) this.known.set(id, bot);
    else this.known.delete(id);
    for (const listener of [...(this.single.get(id) ?? [])]) listener();
    // Before `ready` the list would grow under the reader's eyes.
    if (this.bots.get() === undefined) return;
    this.pending ??= setTimeout(() => this.publish(), listDelayMs);
  }

  private publish(): void {
    clearTimeout(this.pending);
    this.pending = undefined;
    this.bots.set(new Map(this.known));
  }

  /** Open orders only: closed ones are many and never asked for here. */
  private watchOrders(
    ticker: string,
    on: (orders: readonly Order[]) => void,
    failed: (reason: string) => void,
  ): Stop {
    const parts = openStatusRanges.map(() => new Map<string, Order>());
    const waiting = new Set(parts.keys());
    const say = () => {
      if (waiting.size > 0) return;
      on(parts.flatMap((part) => [...part.values()]).sort((a, b) => b.createdMs - a.createdMs));
    };
    const stops = openStatusRanges.map(([startAt, endAt], i) =>
      this.database.watchChildren(
        pathOf('tickers', ticker, 'orders'),
        { orderBy: { child: 'order/status' }, startAt, endAt },
        {
          put: (key, value) => {
            const order = readOrder(key, value);
            if (order) parts[i]?.set(key, order);
            say();
          },
          drop: (key) => {
            parts[i]?.delete(key);
            say();
          },
          ready: () => {
            waiting.delete(i);
            say();
          },
          failed,
        },
      ),
    );
    return () => {
      for (const stop of stops) stop();
    };
  }
}
