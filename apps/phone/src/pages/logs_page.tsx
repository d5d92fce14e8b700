import { useMemo, useState } from 'react';
import { Link } from 'wouter';

import { countsText, hasOutcome, outcomes, type Outcome, type Summary } from '../model/ledger';
import { isWaiting } from '../model/outbox';
import { formatTime } from '../model/time';
import { verbLabel } from '../model/verbs';
import { Empty } from '../components/empty';
import { OutboxList } from '../components/outbox_list';
import { MessageState } from '../components/message_state';
import { VirtualList } from '../components/virtual_list';
import { useCell } from '../hooks/use_cell';
import { useSession } from '../hooks/use_session';
import { useTitle } from '../hooks/use_title';

function LogLine({ line, nowMs }: { line: Summary; nowMs: number }) {
  return (
    <Link href={`/logs/${encodeURIComponent(line.id)}`} className="card log-line">
      <span className="what">
        <strong>{verbLabel(line.type)}</strong> <span className="target">{line.target}</span>
      </span>
      <MessageState state={line.state} />
      <span className="counts">
        {countsText(line.counts) || (line.state === 'sent' ? 'waits for the floor' : 'nobody has answered yet')}
      </span>
      <time className="soft">{line.atMs > 0 ? formatTime(line.atMs, nowMs) : ''}</time>
    </Link>
  );
}

const labels: Readonly<Record<Outcome, string>> = {
  all: 'All',
  open: 'Open',
  done: 'Done',
  failed: 'Failed',
  expired: 'Expired',
};

export function LogsPage() {
  const session = useSession();
  const view = useCell(session.log.view);
  const entries = useCell(session.outbox.entries);
  const [wanted, setWanted] = useState<Outcome>('all');
  const heading = useTitle('Logs');
  const lines = useMemo(() => view.lines.filter((x) => hasOutcome(x, wanted)), [view.lines, wanted]);
  const byId = useMemo(() => new Map(lines.map((line) => [line.id, line])), [lines]);
  const ids = useMemo(() => lines.map((line) => line.id), [lines]);
  const local = entries.filter((x) => isWaiting(x) || x.state === 'expired' || x.state === 'refused');
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        Logs
      </h1>
      <OutboxList entries={local} />
      <fieldset className="segments">
        <legend className="visually-hidden">Outcome</legend>
        {outcomes.map((outcome) => (
          <label key={outcome}>
            <input
              type="radio"
              name="outcome"
              checked={wanted === outcome}
              onChange={() => setWanted(outcome)}
            />
            <span>{labels[outcome]}</span>
          </label>
        ))}
      </fieldset>
      {view.problem ? <p className="notice bad">{view.problem}</p> : null}
      {!view.loaded && !view.problem ? <Empty>Loading the log…</Empty> : null}
      {view.loaded && ids.length === 0 ? (
        <Empty>
          {view.lines.length === 0
            ? 'No message has been sent yet.'
            : `None of the ${view.lines.length} loaded messages.`}
        </Empty>
      ) : null}
      <VirtualList ids={ids} label="Messages, newest first" estimate={84} columnWidth={0}>
        {(id) => {
          const line = byId.get(id);
          return line ? <LogLine line={line} nowMs={session.now()} /> : null;
        }}
      </VirtualList>
      {view.loaded && !view.complete ? (
        <button
          type="button"
          className="wide"
          disabled={view.loadingOlder}
          onClick={() => void session.log.loadOlder()}
        >
          {view.loadingOlder ? 'Loading\u2026' : 'Older messages'}
        </button>
      ) : null}
    </>
  );
}
