import { formatDecimal, formatQuantity } from '../model/decimal';
import type { Order } from '../model/floor';
import { formatTime } from '../model/time';

function terms(order: Order): string {
  const amount = order.qty
    ? formatQuantity(order.qty)
    : order.notional
      ? `for ${formatDecimal(order.notional)}`
      : '';
  const limit = order.limitPrice ? ` at ${formatDecimal(order.limitPrice)}` : '';
  const stop = order.stopPrice ? ` stop ${formatDecimal(order.stopPrice)}` : '';
  return `${order.side} ${amount} ${order.type.replace('_', ' ')}${limit}${stop}`;
}

/** Orders with what happened to each. */
export function OrderList({ orders, nowMs }: { orders: readonly Order[]; nowMs: number }) {
  return (
    <ul className="orders">
      {orders.map((order) => (
        <li key={order.id}>
          <details>
            <summary>
              <span className={`side ${order.side}`}>{terms(order)}</span>
              <span className="soft">
                {order.status.replaceAll('_', ' ')}
                {order.filledQty !== '0' ? `, ${formatQuantity(order.filledQty)} filled` : ''}
                {order.filledPrice ? ` at ${formatDecimal(order.filledPrice)}` : ''}
              </span>
              <time className="soft">{formatTime(order.atMs, nowMs)}</time>
            </summary>
            <ol className="events">
              {order.events.map((event) => (
                <li key={event.key}>
                  <time className="soft">{formatTime(event.atMs, nowMs)}</time> {event.event.replaceAll('_', ' ')}
                  {event.qty && event.price
                    ? `: ${formatQuantity(event.qty)} at ${formatDecimal(event.price)}`
                    : ''}
                </li>
              ))}
            </ol>
          </details>
        </li>
      ))}
    </ul>
  );
}
