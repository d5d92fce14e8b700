import { useMemo, useState } from 'react';
import { Link } from 'wouter';

import { fillsOf } from '../model/chart';
import { decimalText, formatDecimal, formatQuantity } from '../model/decimal';
import { positionOf, staleAfterMs, type Bot, type Performance } from '../model/floor';
import { formatTime } from '../model/time';
import { Age } from '../components/age';
import { StateChips } from '../components/chip';
import { Empty } from '../components/empty';
import { Figure } from '../components/figure';
import { OrderList } from '../components/order_list';
import { PriceChart } from '../components/price_chart';
import { useCell, useWatched, valueOf } from '../hooks/use_cell';
import { useBot, useSession } from '../hooks/use_session';
import { useTitle } from '../hooks/use_title';
import { ordersKey } from '../service/controllers/history_controller';

const ordersAtOnce = 20;

function Price({ ticker }: { ticker: string }) {
  const { floor } = useSession();
  const price = valueOf(useWatched(floor.prices, ticker));
  if (!price) return <p className="price soft">no price yet</p>;
  return (
    <p className="price">
      <strong>{formatDecimal(price.text)}</strong>{' '}
      <Age atMs={price.atMs} staleMs={staleAfterMs} />
    </p>
  );
}

function Figures({ title, figures }: { title: string; figures: Performance['today'] }) {
  return (
    <>
      <h3>{title}</h3>
      <dl className="figures">
        <Figure name="Profit" text={figures.profit} />
        <Figure name="of it open" text={figures.open} />
        <Figure name="Total" text={figures.total} />
        <Figure name="Realized" text={figures.realized} />
        <Figure name="Unrealized" text={figures.unrealized} />
        <Figure name="Converted" text={figures.converted} />
      </dl>
    </>
  );
}

function PerformanceCard({ ticker }: { ticker: string }) {
  const { floor } = useSession();
  const known = useWatched(floor.performances, ticker);
  const performance = valueOf(known);
  return (
    <section className="card">
      <h2>{`Performance of ${ticker}`}</h2>
      {performance ? (
        <>
          <Figures title={`Trading day ${performance.day}`} figures={performance.today} />
          <Figures title="Since the beginning" figures={performance.ever} />
        </>
      ) : (
        <Empty>{known.state === 'loading' ? 'Loading\u2026' : 'No figures for this ticker.'}</Empty>
      )}
    </section>
  );
}

function History({ bot }: { bot: Bot }) {
  const session = useSession();
  const [limit, setLimit] = useState(ordersAtOnce);
  const prices = useWatched(session.history.long, bot.ticker);
  const known = useWatched(session.history.orders, ordersKey(bot.ticker, limit));
  const all = valueOf(known);
  const own = useMemo(() => all?.filter((order) => order.botId === bot.id), [all, bot.id]);
  const fills = useMemo(() => fillsOf(own ?? []), [own]);
  return (
    <>
      <section className="card">
        <h2>Prices and fills</h2>
        <PriceChart points={valueOf(prices) ?? []} fills={fills} full label={`Prices of ${bot.ticker}`} />
        <p className="soft small">
          {prices.state === 'failed' ? prices.reason : 'Charts by TradingView Lightweight Charts.'}
        </p>
      </section>
      <section className="card">
        <h2>Orders</h2>
        {own && own.length > 0 ? <OrderList orders={own} nowMs={session.now()} /> : null}
        {own?.length === 0 ? (
          <Empty>{`None among the last ${limit} orders of ${bot.ticker}.`}</Empty>
        ) : null}
        {known.state === 'loading' ? <Empty>Loading…</Empty> : null}
        {known.state === 'failed' ? <Empty>{known.reason}</Empty> : null}
        {all && all.length >= limit ? (
          <button type="button" onClick={() => setLimit(limit + ordersAtOnce)}>
            Older orders
          </button>
        ) : null}
      </section>
    </>
  );
}

/** What the strategy says of itself: its plain figures, by their own names. */
function Details({ bot }: { bot: Bot }) {
  const plain = Object.entries(bot.details).filter(
    ([, value]) => decimalText(value) !== undefined || (typeof value === 'string' && value !== ''),
  );
  if (plain.length === 0) return null;
  return (
    <section className="card">
      <h2>{`Strategy ${bot.strategy}`}</h2>
      <dl className="figures">
        {plain.map(([name, value]) => (
          <div className="figure" key={name}>
            <dt>{name.replaceAll('_', ' ')}</dt>
            <dd>{formatQuantity(String(value))}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

export function BotPage({ id }: { id: string }) {
  const session = useSession();
  const bot = useBot(id);
  const loaded = useCell(session.floor.bots) !== undefined;
  const heading = useTitle(bot?.ticker ?? id);
  const position = bot ? positionOf(bot) : undefined;
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {bot?.ticker ?? id}
      </h1>
      {bot ? (
        <>
          <section className="card" aria-label="State">
            <p className="soft">{`${bot.id} \u00b7 ${bot.strategy} \u00b7 ${bot.container}`}</p>
            <StateChips state={bot.state} desired={bot.desired} />
            {bot.sinceMs > 0 ? (
              <p className="soft small">{`since ${formatTime(bot.sinceMs, session.now())}`}</p>
            ) : null}
            {bot.reason ? <p className="reason">{bot.reason}</p> : null}
            <Price ticker={bot.ticker} />
            {position === undefined ? null : (
              <p>
                Position: <strong>{formatQuantity(position)}</strong>
              </p>
            )}
            <p>
              <Link className="button" href={`/send?to=${encodeURIComponent(bot.id)}`}>
                {`Send to ${bot.id}`}
              </Link>
            </p>
          </section>
          <History bot={bot} />
          <PerformanceCard ticker={bot.ticker} />
          <Details bot={bot} />
        </>
      ) : (
        <Empty>{loaded ? `The floor has no bot ${id}.` : 'Loading\u2026'}</Empty>
      )}
    </>
  );
}
