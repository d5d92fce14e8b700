import { formatSpan, formatTime } from '../model/time';
import { Age } from '../components/age';
import { DeadManRow } from '../components/dead_man';
import { useCell } from '../hooks/use_cell';
import { useSession } from '../hooks/use_session';
import { useTitle } from '../hooks/use_title';

function Row({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="figure">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function MorePage() {
  const session = useSession();
  const floor = useCell(session.floor.floor);
  const connected = useCell(session.database.connected);
  const offset = useCell(session.database.offsetMs);
  const state = useCell(session.signIn.state);
  const heading = useTitle('More');
  const { signIn } = session;
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        More
      </h1>
      <section className="card">
        <h2>Connection</h2>
        <dl className="rows">
          <Row name="Database">{connected ? 'connected' : 'not connected'}</Row>
          <Row name="This device's clock">
            {offset === undefined
              ? 'not compared yet'
              : Math.abs(offset) < 2000
                ? 'right'
                : `off by ${formatSpan(Math.abs(offset))}; that is allowed for`}
          </Row>
          {floor ? (
            <>
              <Row name="Floor heard">
                <Age atMs={floor.heartbeatMs + floor.clockSkewMs} />
              </Row>
              <Row name="Floor's version">{floor.version || 'unknown'}</Row>
              <Row name="Halt">
                {floor.halt === 'none'
                  ? 'none'
                  : `${floor.halt} since ${formatTime(floor.haltSinceMs, session.now())}`}
              </Row>
              <DeadManRow floor={floor} />
            </>
          ) : null}
        </dl>
      </section>
      <section className="card">
        <h2>Account</h2>
        {state.kind === 'in' ? (
          <p>{`Signed in as ${state.name}${state.offline ? ', not confirmed while offline' : ''}.`}</p>
        ) : null}
        <div className="buttons">
          <button type="button" onClick={() => void signIn.signOut()}>
            Sign out
          </button>
          {signIn.kind === 'passcode' ? (
            <button type="button" className="danger" onClick={() => void signIn.signOutEverywhere()}>
              Sign out everywhere
            </button>
          ) : null}
        </div>
      </section>
    </>
  );
}
