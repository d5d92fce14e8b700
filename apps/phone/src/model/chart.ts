import type { Order, Price } from './floor';

/** A point of a chart; whole seconds, as the chart wants them. */
export interface Point {
  readonly time: number;
  readonly value: number;
}

function pointOf(price: Price): Point {
  return { time: Math.floor(price.atMs / 1000), value: price.value };
}

/** In the order of time, one for each second: its last. At most the newest `limit`. */
export function pointsOf(prices: readonly Price[], limit: number): readonly Point[] {
  const sorted = [...prices].sort((a, b) => a.atMs - b.atMs);
  const bySecond = new Map(sorted.map((price) => [pointOf(price).time, pointOf(price)]));
  return [...bySecond.values()].slice(-limit);
}

/** With one price more; what comes late changes nothing. */
export function withPrice(points: readonly Point[], price: Price, limit: number): readonly Point[] {
  const point = pointOf(price);
  const last = points[points.length - 1];
  if (last && (point.time < last.time || (point.time === last.time && point.value === last.value)))
    return points;
  const before = last?.time === point.time ? points.slice(0, -1) : points;
  return [...before, point].slice(-limit);
}

export interface Fill {
  readonly time: number;
  readonly side: 'buy' | 'sell';
  readonly qty: string;
  readonly price: string;
}

/** What the orders' events say was traded, in the order of time. */
export function fillsOf(orders: readonly Order[]): readonly Fill[] {
  return orders
    .flatMap((order) =>
      order.events
        .filter((x) => x.event === 'fill' || x.event === 'partial_fill')
        .map((x) => ({
          time: Math.floor(x.atMs / 1000),
          side: order.side,
          qty: x.qty ?? '',
          price: x.price ?? '',
        })),
    )
    .sort((a, b) => a.time - b.time);
}
