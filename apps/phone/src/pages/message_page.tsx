import { countsText, type Line } from '../model/ledger';
import { formatTime } from '../model/time';
import { verbLabel } from '../model/verbs';
import { Empty } from '../components/empty';
import { LineState, MessageState } from '../components/message_state';
import { OutboxState } from '../components/outbox_list';
import { useCell, useWatched } from '../hooks/use_cell';
import { useSession } from '../hooks/use_session';
import { useTitle } from '../hooks/use_title';

function LedgerLine({ line, nowMs }: { line: Line; nowMs: number }) {
  return (
    <li className="card line">
      <header>
        <strong>{line.ticker}</strong> <span className="soft">{line.botId}</span>
        <LineState status={line.status} />
      </header>
      {line.code || line.reason ? (
        <p className="reason">{[line.code, line.reason].filter((x) => x !== '').join(': ')}</p>
      ) : null}
      {line.result === undefined ? null : (
        <details>
          <summary>Result</summary>
          <pre>{JSON.stringify(line.result, null, 2)}</pre>
        </details>
      )}
      <p className="soft small">
        {line.container}
        {line.atMs > 0 ? ` \u00b7 ${formatTime(line.atMs, nowMs)}` : ''}
        {line.late ? ' \u00b7 late' : ''}
      </p>
    </li>
  );
}

/** One message and its ledger, converging while one looks. */
export function MessagePage({ id }: { id: string }) {
  const session = useSession();
  const known = useWatched(session.log.ledgers, id);
  const entry = useCell(session.outbox.entries).find((x) => x.id === id);
  const ledger = known.state === 'there' ? known.value : undefined;
  const type = ledger?.type ?? entry?.message.type ?? '';
  const target = ledger?.target ?? entry?.message.target.selected?.join(', ') ?? 'ALL';
  const title = type ? `${verbLabel(type)} ${target}` : 'Message';
  const heading = useTitle(title);
  const now = session.now();
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {ledger ? (
        <>
          <section className="card" aria-label="Outcome">
            <p role="status" className="outcome">
              <MessageState state={ledger.state} />{' '}
              <strong>
                {countsText(ledger.counts) ||
                  (ledger.state === 'sent' ? 'waits for the floor' : 'nobody has answered yet')}
              </strong>
            </p>
            {ledger.unmatched.length > 0 ? (
              <p className="reason">{`Nobody is called ${ledger.unmatched.join(', ')}.`}</p>
            ) : null}
            {ledger.code ? <p className="reason">{`${ledger.code}: ${ledger.reason}`}</p> : null}
            {ledger.description ? <p>{ledger.description}</p> : null}
            {ledger.config === undefined || ledger.config === null ? null : (
              <pre>{JSON.stringify(ledger.config)}</pre>
            )}
            <p className="soft small">
              {ledger.atMs > 0 ? formatTime(ledger.atMs, now) : ''}
              {ledger.createdBy ? ` \u00b7 by ${ledger.createdBy}` : ''}
            </p>
          </section>
          <h2 className="visually-hidden">Ledger</h2>
          <ul className="ledger">
            {ledger.lines.map((line) => (
              <LedgerLine key={line.botId} line={line} nowMs={now} />
            ))}
          </ul>
        </>
      ) : entry ? (
        <section className="card" aria-label="Outcome">
          <div role="status">
            <OutboxState entry={entry} />
          </div>
        </section>
      ) : (
        <Empty>
          {known.state === 'loading'
            ? 'Loading\u2026'
            : known.state === 'failed'
              ? known.reason
              : 'There is no message of that id.'}
        </Empty>
      )}
    </>
  );
}
