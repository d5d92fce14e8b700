import { silentFor } from '../model/floor';
import { formatSpan, formatTime } from '../model/time';
import { useCell } from '../hooks/use_cell';
import { useNow } from '../hooks/use_now';
import { useSession } from '../hooks/use_session';

interface Notice {
  readonly tone: 'bad' | 'warn';
  readonly text: string;
}

/** How long connecting may take before it is called by its name. */
const patienceMs = 5000;

/** The one worst thing that is known, or nothing. */
function useNotice(): Notice | undefined {
  const session = useSession();
  const now = useNow();
  const offlineSince = useCell(session.offlineSinceMs);
  const offset = useCell(session.database.offsetMs);
  const floor = useCell(session.floor.floor);
  const bots = useCell(session.floor.bots);
  const problem = useCell(session.floor.problem);
  if (offlineSince !== undefined) {
    if (offset === undefined) {
      const waited = session.localNow() - offlineSince;
      if (waited < patienceMs) return { tone: 'warn', text: 'Connecting\u2026' };
      return { tone: 'bad', text: `No connection for ${formatSpan(waited)}. Nothing is known yet.` };
    }
    const since = formatTime(offlineSince + offset, now);
    return { tone: 'bad', text: `Offline since ${since}. What you see is from then.` };
  }
  if (problem) return { tone: 'bad', text: problem };
  if (!floor) {
    return bots ? { tone: 'warn', text: 'No floor has written here yet.' } : undefined;
  }
  const silence = silentFor(floor, now);
  if (silence > 0)
    return { tone: 'bad', text: `The floor has not been heard for ${formatSpan(silence)}.` };
  if (floor.halt === 'killed')
    return {
      tone: 'bad',
      text: `Killed at ${formatTime(floor.haltSinceMs, now)}: only a confirmed start lifts that.`,
    };
  if (floor.halt === 'stopped')
    return { tone: 'warn', text: `ALL is stopped since ${formatTime(floor.haltSinceMs, now)}.` };
  return undefined;
}

export function StatusBar() {
  const notice = useNotice();
  // Seconds are not worth reading aloud again and again.
  const spoken = notice?.text.replace(/ for \d+ \w+\.$/, '.') ?? '';
  return (
    <>
      <div role="status" className="visually-hidden">
        {spoken}
      </div>
      {notice ? (
        <div className={`notice ${notice.tone}`} aria-hidden="true">
          {notice.text}
        </div>
      ) : null}
    </>
  );
}
