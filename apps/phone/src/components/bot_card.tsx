import { memo } from 'react';
import { Link } from 'wouter';

import { formatDecimal, formatQuantity } from '../model/decimal';
import { positionOf, staleAfterMs } from '../model/floor';
import { useWatched, valueOf } from '../hooks/use_cell';
import { useRested } from '../hooks/use_rested';
import { useBot, useSession } from '../hooks/use_session';
import { Age } from './age';
import { StateChips } from './chip';
import { Figure } from './figure';
import { PriceChart } from './price_chart';

function CardPrice({ ticker }: { ticker: string }) {
  const { floor } = useSession();
  const known = useWatched(floor.prices, ticker);
  if (known.state === 'loading') return <p className="price soft">…</p>;
  if (known.state === 'failed') return <p className="price soft">{known.reason}</p>;
  if (!known.value) return <p className="price soft">no price yet</p>;
  return (
    <p className="price">
      <strong>{formatDecimal(known.value.text)}</strong>{' '}
      <Age atMs={known.value.atMs} staleMs={staleAfterMs} />
    </p>
  );
}

function CardChart({ ticker }: { ticker: string }) {
  const { history } = useSession();
  const points = valueOf(useWatched(history.brief, ticker)) ?? [];
  return <PriceChart points={points} label={`Prices of ${ticker}`} />;
}

function CardFigures({ ticker }: { ticker: string }) {
  const { floor } = useSession();
  const performance = valueOf(useWatched(floor.performances, ticker));
  return (
    <>
      <Figure name="Today" text={performance?.today.profit} />
      <Figure name="Ever" text={performance?.ever.profit} />
    </>
  );
}

function OpenOrders({ ticker, botId }: { ticker: string; botId: string }) {
  const { floor } = useSession();
  const orders = valueOf(useWatched(floor.openOrders, ticker));
  return <OpenOrderCount count={orders?.filter((order) => order.botId === botId).length} />;
}

/** Stands there before it is known, so that nothing moves when it is. */
function OpenOrderCount({ count }: { count?: number | undefined }) {
  return (
    <div className="figure">
      <dt>Open orders</dt>
      <dd>{count ?? '\u2026'}</dd>
    </div>
  );
}

/**
 * One bot at a glance. Each of its parts follows only what it shows. History and orders, which are
 * much, are asked for when the prices of all cards are on their way.
 */
export const BotCard = memo(function BotCard({ id }: { id: string }) {
  const bot = useBot(id);
  const rested = useRested();
  if (!bot) return null;
  const position = positionOf(bot);
  return (
    <article className="card bot" aria-label={`${bot.ticker}, ${bot.id}`}>
      <header>
        <h3>
          <Link href={`/bots/${encodeURIComponent(id)}`}>{bot.ticker}</Link>
        </h3>
        <span className="soft name">{bot.id}</span>
        <StateChips state={bot.state} desired={bot.desired} />
      </header>
      <div className="market">
        <CardPrice ticker={bot.ticker} />
        {rested ? <CardChart ticker={bot.ticker} /> : <div className="chart" />}
      </div>
      <dl className="figures">
        {position === undefined ? null : (
          <div className="figure">
            <dt>Position</dt>
            <dd>{formatQuantity(position)}</dd>
          </div>
        )}
        <CardFigures ticker={bot.ticker} />
        {rested ? <OpenOrders ticker={bot.ticker} botId={bot.id} /> : <OpenOrderCount />}
      </dl>
      {bot.reason ? <p className="reason">{bot.reason}</p> : null}
    </article>
  );
});
