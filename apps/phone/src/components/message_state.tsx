import type { LineStatus, MessageState as State } from '../model/ledger';
import { statusWord } from '../model/ledger';
import { Chip, type Tone } from './chip';

const states: Readonly<Record<State, Tone>> = {
  sent: 'warn',
  working: 'warn',
  done: 'good',
  failed: 'bad',
  expired: 'bad',
};

export function MessageState({ state }: { state: State }) {
  return <Chip tone={states[state]}>{state}</Chip>;
}

const lines: Readonly<Record<LineStatus, Tone>> = {
  open: 'warn',
  pending: 'warn',
  done: 'good',
  ignored: 'plain',
  error: 'bad',
  expired: 'bad',
  no_answer: 'bad',
};

export function LineState({ status }: { status: LineStatus }) {
  return <Chip tone={lines[status]}>{statusWord(status)}</Chip>;
}
