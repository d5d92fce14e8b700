import { expiresLocalMs, type OutboxEntry } from '../model/outbox';
import { formatCountdown } from '../model/time';
import { verbLabel } from '../model/verbs';
import { useNow } from '../hooks/use_now';
import { useSession } from '../hooks/use_session';
import { Chip } from './chip';

function Expiry({ entry }: { entry: OutboxEntry }) {
  useNow();
  const session = useSession();
  const expires = expiresLocalMs(entry);
  if (expires === 0) return <span className="soft">never goes stale</span>;
  return (
    <span className="soft">{`dropped in ${formatCountdown(expires - session.localNow())}`}</span>
  );
}

/** Where one message stands that this device has not been rid of. */
export function OutboxState({ entry }: { entry: OutboxEntry }) {
  const { outbox } = useSession();
  switch (entry.state) {
    case 'queued':
      return (
        <>
          <Chip tone="warn">waits for the connection</Chip> <Expiry entry={entry} />{' '}
          <button type="button" onClick={() => outbox.withdraw(entry.id)}>
            Withdraw
          </button>
          {entry.reason ? <p className="reason">{entry.reason}</p> : null}
        </>
      );
    case 'sending':
      return <Chip tone="warn">sending</Chip>;
    case 'stored':
      return <Chip tone="good">sent</Chip>;
    case 'expired':
    case 'refused':
      return (
        <>
          <Chip tone="bad">{entry.state === 'expired' ? 'too late, not sent' : 'refused'}</Chip>{' '}
          <button type="button" onClick={() => outbox.forget(entry.id)}>
            Dismiss
          </button>
          <p className="reason">{entry.reason}</p>
        </>
      );
  }
}

/** What is still on this device only. */
export function OutboxList({ entries }: { entries: readonly OutboxEntry[] }) {
  if (entries.length === 0) return null;
  return (
    <section className="card" aria-labelledby="outbox">
      <h2 id="outbox">On this device</h2>
      <ul className="outbox">
        {entries.map((entry) => (
          <li key={entry.id}>
            <strong>{verbLabel(entry.message.type)}</strong>{' '}
            {entry.message.target.selected?.join(', ') ?? 'ALL'}
            <div>
              <OutboxState entry={entry} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
