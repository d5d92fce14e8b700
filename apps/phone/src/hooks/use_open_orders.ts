import { useEffect, useReducer } from 'react';

import type { Bot, Order } from '../model/floor';
import type { OrdersOf } from '../model/preview';
import { valueOf } from './use_cell';
import { useSession } from './use_session';

/**
 * The open orders of these tickers, followed while they matter. The answer says undefined for a bot
 * whose orders are not known yet.
 */
export function useOpenOrders(tickers: readonly string[]): OrdersOf {
  const { floor } = useSession();
  const [, changed] = useReducer((n: number) => n + 1, 0);
  const key = [...new Set(tickers)].sort().join('\n');
  useEffect(() => {
    if (key === '') return;
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      waiting ??= setTimeout(() => {
        waiting = undefined;
        changed();
      }, 100);
    };
    const stops = key.split('\n').map((ticker) => floor.openOrders.subscribe(ticker, soon));
    return () => {
      clearTimeout(waiting);
      for (const stop of stops) stop();
    };
  }, [key, floor]);
  return (bot: Bot): readonly Order[] | undefined =>
    valueOf(floor.openOrders.get(bot.ticker))?.filter((order) => order.botId === bot.id);
}
