import { stateOf, type DeadManState } from '../model/dead_man';
import type { FloorFacts } from '../model/floor';
import { formatCountdown, formatTime } from '../model/time';
import { useNow } from '../hooks/use_now';

interface Words {
  readonly state: DeadManState;
  readonly text: string;
}

/** How the switch stands, anew every second; undefined while it is off. */
function useWords({ deadMan, clockSkewMs }: FloorFacts): Words | undefined {
  const now = useNow();
  if (!deadMan) return undefined;
  const state = stateOf(deadMan, now - clockSkewMs);
  const firesMs = deadMan.firesMs + clockSkewMs;
  const at = formatTime((deadMan.firedMs ?? deadMan.firesMs) + clockSkewMs, now);
  switch (state) {
    case 'fired':
      return { state, text: `fired at ${at} and stopped ALL` };
    case 'due':
      return { state, text: `was due at ${at}; the floor has not said that it fired` };
    default:
      return { state, text: `stops ALL in ${formatCountdown(firesMs - now)}` };
  }
}

const looks: Readonly<Record<DeadManState, readonly [row: string, line: string]>> = {
  waits: ['', 'soft small'],
  soon: ['stale', 'notice warn'],
  due: ['loss', 'notice bad'],
  fired: ['loss', 'notice bad'],
};

/** The countdown of the dead-man's switch in a list of rows; nothing while it is off. */
export function DeadManRow({ floor }: { floor: FloorFacts }) {
  const words = useWords(floor);
  if (!words) return null;
  return (
    <div className="figure">
      <dt>Dead-man&apos;s switch</dt>
      <dd className={looks[words.state][0]}>{words.text}</dd>
    </div>
  );
}

/** The same as a line above the bots: a notice when it is about to fire or has. */
export function DeadManLine({ floor }: { floor: FloorFacts }) {
  const words = useWords(floor);
  if (!words) return null;
  const said = (text: string) => `Dead-man\u2019s switch: ${text}.`;
  // Read aloud when it becomes serious, and not every second.
  const spoken = { waits: '', soon: said('soon stops ALL'), due: said(words.text), fired: said(words.text) };
  return (
    <>
      <div role="status" className="visually-hidden">
        {spoken[words.state]}
      </div>
      <p className={looks[words.state][1]}>{said(words.text)}</p>
    </>
  );
}
