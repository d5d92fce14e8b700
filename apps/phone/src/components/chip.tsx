import type { BotState } from '../model/floor';

export type Tone = 'good' | 'bad' | 'warn' | 'plain';

export function Chip({ tone, children }: { tone: Tone; children: string }) {
  return <span className={`chip ${tone}`}>{children}</span>;
}

const tones: Readonly<Record<BotState, Tone>> = {
  starting: 'warn',
  running: 'good',
  waiting_for_open: 'plain',
  stopped: 'plain',
  restarting: 'warn',
  failed: 'bad',
  absent: 'bad',
};

const words: Readonly<Record<BotState, string>> = {
  starting: 'starting',
  running: 'running',
  waiting_for_open: 'waiting for open',
  stopped: 'stopped',
  restarting: 'restarting',
  failed: 'failed',
  absent: 'absent',
};

/** What a bot does, and what is wanted of it where that differs. */
export function StateChips({ state, desired }: { state: BotState; desired: 'running' | 'stopped' }) {
  const agrees = desired === 'stopped' ? state === 'stopped' : state !== 'stopped';
  return (
    <span className="chips">
      <Chip tone={tones[state]}>{words[state]}</Chip>
      {agrees ? null : <Chip tone="warn">{`wanted: ${desired}`}</Chip>}
    </span>
  );
}
