import { useDeferredValue, useState } from 'react';

import { everything, totalsOf, type ListWish, type SortKey, type StateFilter } from '../model/bot_list';
import type { Bot } from '../model/floor';
import { formatTime } from '../model/time';
import { BotCard } from '../components/bot_card';
import { DeadManLine } from '../components/dead_man';
import { Empty } from '../components/empty';
import { Figure } from '../components/figure';
import { VerdictLine } from '../components/verdict';
import { VirtualList } from '../components/virtual_list';
import { useBotList } from '../hooks/use_bot_list';
import { useCell } from '../hooks/use_cell';
import { useSession } from '../hooks/use_session';
import { useTitle } from '../hooks/use_title';

function Totals({ bots }: { bots: ReadonlyMap<string, Bot> }) {
  const session = useSession();
  const account = useCell(session.floor.account);
  const totals = totalsOf([...bots.values()]);
  return (
    <section className="card totals" aria-label="Totals">
      <dl className="figures">
        <div className="figure">
          <dt>Running</dt>
          <dd>{`${totals.running} of ${totals.bots}`}</dd>
        </div>
        {totals.trouble > 0 ? (
          <div className="figure">
            <dt>In trouble</dt>
            <dd className="loss">{totals.trouble}</dd>
          </div>
        ) : null}
        <Figure name="Profit today" text={account?.today.profit} />
        <Figure name="of it open" text={account?.today.open} />
        <Figure name="Profit ever" text={account?.ever.profit} />
      </dl>
      {account && account.atMs > 0 ? (
        <p className="soft small">{`Figures of ${formatTime(account.atMs, session.now())}`}</p>
      ) : null}
    </section>
  );
}

const sorts: readonly (readonly [SortKey, string])[] = [
  ['ticker', 'Ticker'],
  ['state', 'State, worst first'],
  ['profit', 'Profit today'],
];

const filters: readonly (readonly [StateFilter, string])[] = [
  ['all', 'All states'],
  ['running', 'Running'],
  ['stopped', 'Stopped'],
  ['trouble', 'In trouble'],
];

function BotList({ bots }: { bots: ReadonlyMap<string, Bot> }) {
  const [wish, setWish] = useState<ListWish>(everything);
  const ids = useBotList(bots, useDeferredValue(wish));
  return (
    <>
      <form className="tools" role="search" onSubmit={(event) => event.preventDefault()}>
        <label>
          <span className="visually-hidden">Find bots</span>
          <input
            type="search"
            placeholder="Find bots"
            value={wish.text}
            onChange={(event) => setWish({ ...wish, text: event.target.value })}
          />
        </label>
        <label>
          <span className="visually-hidden">Show</span>
          <select
            value={wish.state}
            onChange={(event) => setWish({ ...wish, state: event.target.value as StateFilter })}
          >
            {filters.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span className="visually-hidden">Sort by</span>
          <select
            value={wish.sort}
            onChange={(event) => setWish({ ...wish, sort: event.target.value as SortKey })}
          >
            {sorts.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </form>
      {ids.length === 0 ? (
        <Empty>{bots.size === 0 ? 'The floor has no bots.' : 'No bot matches.'}</Empty>
      ) : (
        <VirtualList ids={ids} label="Bots" estimate={216} columnWidth={330}>
          {(id) => <BotCard id={id} />}
        </VirtualList>
      )}
    </>
  );
}

export function FloorPage() {
  const { floor, database } = useSession();
  const bots = useCell(floor.bots);
  const facts = useCell(floor.floor);
  const connected = useCell(database.connected);
  const problem = useCell(floor.problem);
  const heading = useTitle('Floor');
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className="visually-hidden">
        Floor
      </h1>
      {facts ? <DeadManLine floor={facts} /> : null}
      <VerdictLine />
      {bots ? (
        <>
          <Totals bots={bots} />
          <h2 className="visually-hidden">Bots</h2>
          <BotList bots={bots} />
        </>
      ) : (
        <Empty>
          {problem
            ? 'Nothing can be shown.'
            : connected
              ? 'Loading the floor\u2026'
              : 'Nothing to show without a connection. Stop and kill can be sent; they wait for it.'}
        </Empty>
      )}
    </>
  );
}
