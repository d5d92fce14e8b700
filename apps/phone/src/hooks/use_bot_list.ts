import { useEffect, useMemo, useReducer, useRef } from 'react';

import { listBots, type ListWish } from '../model/bot_list';
import { toNumber } from '../model/decimal';
import type { Bot } from '../model/floor';
import { valueOf } from './use_cell';
import { useSession } from './use_session';

/** Ids in the wished order. Profits are followed, for all tickers, only while they decide it. */
export function useBotList(bots: ReadonlyMap<string, Bot>, wish: ListWish): readonly string[] {
  const { floor } = useSession();
  const [version, changed] = useReducer((n: number) => n + 1, 0);
  const waiting = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const tickers = useMemo(
    () => [...new Set([...bots.values()].map((bot) => bot.ticker))].sort().join('\n'),
    [bots],
  );
  const byProfit = wish.sort === 'profit';
  useEffect(() => {
    if (!byProfit || tickers === '') return;
    const soon = () => {
      waiting.current ??= setTimeout(() => {
        waiting.current = undefined;
        changed();
      }, 500);
    };
    const stops = tickers.split('\n').map((ticker) => floor.performances.subscribe(ticker, soon));
    return () => {
      clearTimeout(waiting.current);
      waiting.current = undefined;
      for (const stop of stops) stop();
    };
  }, [byProfit, tickers, floor]);
  return useMemo(() => {
    // Profits are read from their store, which says by `version` that they have moved.
    void version;
    return listBots([...bots.values()], wish, (ticker) =>
      toNumber(valueOf(floor.performances.get(ticker))?.today.profit),
    );
  }, [bots, wish, floor, version]);
}
