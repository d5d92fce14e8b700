import { useDeferredValue, useState } from 'react';

import { everyActor, type ActorsView } from '../model/actors';
import { ActorTable } from '../components/actor_table';
import { Age } from '../components/age';
import { Empty } from '../components/empty';
import { VerdictCard } from '../components/verdict';
import { actorsKey } from '../service/controllers/floor_controller';
import { useCell, useWatched } from '../hooks/use_cell';
import { useSession } from '../hooks/use_session';
import { useTitle } from '../hooks/use_title';

/** The floor tells of its actors every 10 s; two missed ones are silence. */
const staleMs = 25_000;

function Actors({ view, clockSkewMs }: { view: ActorsView; clockSkewMs: number }) {
  const [wish, setWish] = useState(everyActor);
  const shown = useDeferredValue(wish);
  return (
    <>
      <form className="tools" role="search" onSubmit={(event) => event.preventDefault()}>
        <label>
          <span className="visually-hidden">Find actors</span>
          <input
            type="search"
            placeholder="Find actors"
            value={wish.text}
            onChange={(event) => setWish({ ...wish, text: event.target.value })}
          />
        </label>
        <label className="tick">
          <input
            type="checkbox"
            checked={wish.troubleOnly}
            onChange={(event) => setWish({ ...wish, troubleOnly: event.target.checked })}
          />
          In trouble only
        </label>
        <label className="tick">
          <input
            type="checkbox"
            checked={wish.hidden}
            onChange={(event) => setWish({ ...wish, hidden: event.target.checked })}
          />
          The floor&apos;s own too
        </label>
      </form>
      <p className="soft small">
        {view.rows.length < view.total
          ? `The ${view.rows.length} of ${view.total} actors that need looking at most, `
          : `${view.total} actors, `}
        <Age atMs={view.atMs + clockSkewMs} staleMs={staleMs} />
      </p>
      <ActorTable view={view} wish={shown} onWish={setWish} />
    </>
  );
}

/** Every actor and what the floor says of itself. Read-only. */
export function ActorsPage() {
  const { floor, database } = useSession();
  const known = useWatched(floor.actors, actorsKey);
  const verdict = useCell(floor.verdict);
  const facts = useCell(floor.floor);
  const connected = useCell(database.connected);
  const heading = useTitle('Actors');
  const view = known.state === 'there' ? known.value : undefined;
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        Actors
      </h1>
      {verdict ? <VerdictCard verdict={verdict} /> : null}
      {view ? (
        <Actors view={view} clockSkewMs={facts?.clockSkewMs ?? 0} />
      ) : (
        <Empty>
          {known.state === 'failed'
            ? 'Nothing can be shown.'
            : known.state === 'there'
              ? 'The floor does not tell of its actors.'
              : connected
                ? 'Loading the actors\u2026'
                : 'Nothing to show without a connection.'}
        </Empty>
      )}
    </>
  );
}
