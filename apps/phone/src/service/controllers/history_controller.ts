import { pointsOf, withPrice, type Point } from '../../model/chart';
import { readOrder, readPrice, type Order } from '../../model/floor';
import { pathOf } from '../../model/keys';
import { childrenOf } from '../../model/read';
import type { Database } from '../database';
import type { FloorController } from './floor_controller';
import { WatchedStore } from './watched_store';

/** Points of a card's chart and of a bot's page. */
export const briefPoints = 120;
export const longPoints = 1500;

/** What was: prices and orders, by ticker. */
export class HistoryController {
  readonly brief: WatchedStore<readonly Point[]>;
  readonly long: WatchedStore<readonly Point[]>;
  /** The newest orders with their events, newest first, by `ordersKey`. */
  readonly orders: WatchedStore<readonly Order[]>;

  constructor(
    private readonly database: Database,
    private readonly floor: FloorController,
  ) {
    this.brief = this.pointsStore(briefPoints);
    this.long = this.pointsStore(longPoints);
    this.orders = new WatchedStore((key, on, failed) => {
      const [ticker, limit] = JSON.parse(key) as [string, number];
      const orders = new Map<string, Order>();
      let ready = false;
      const say = () => {
        if (ready) on([...orders.values()].sort((a, b) => b.atMs - a.atMs));
      };
      return database.watchChildren(
        pathOf('tickers', ticker, 'orders'),
        { orderBy: { child: 'timestamp' }, limitToLast: limit },
        {
          put: (id, value) => {
            const order = readOrder(id, value);
            if (order) orders.set(id, order);
            say();
          },
          drop: (id) => {
            orders.delete(id);
            say();
          },
          ready: () => {
            ready = true;
            say();
          },
          failed,
        },
      );
    });
  }

  stop(): void {
    for (const store of [this.brief, this.long, this.orders]) store.stop();
  }

  /** What was kept, asked for once, and from then on the current price as it moves. */
  private pointsStore(limit: number): WatchedStore<readonly Point[]> {
    return new WatchedStore((ticker, on, failed) => {
      let points: readonly Point[] | undefined;
      let over = false;
      const follow = () => {
        const price = this.floor.prices.get(ticker);
        if (points === undefined || price.state !== 'there' || !price.value) return;
        const next = withPrice(points, price.value, limit);
        if (next !== points) on((points = next));
      };
      const stop = this.floor.prices.subscribe(ticker, follow);
      const path = pathOf('tickers', ticker, 'prices');
      this.database.get(path, { orderBy: 'key', limitToLast: limit }).then(
        (value) => {
          if (over) return;
          const prices = childrenOf(value).flatMap(([, raw]) => readPrice(raw) ?? []);
          on((points = pointsOf(prices, limit)));
          follow();
        },
        (error: unknown) => {
          if (!over) failed(error instanceof Error ? error.message : String(error));
        },
      );
      return () => {
        over = true;
        stop();
      };
    });
  }
}

export function ordersKey(ticker: string, limit: number): string {
  return JSON.stringify([ticker, limit]);
}
