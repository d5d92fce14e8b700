import { childrenOf, fieldsOf, textOf, wordOf } from './read';
import { unescapeKey } from './keys';
import { parseTime } from './time';

export const messageStates = ['sent', 'working', 'done', 'failed', 'expired'] as const;
export type MessageState = (typeof messageStates)[number];

export const lineStatuses = [
  'open',
  'pending',
  'done',
  'ignored',
  'error',
  'expired',
  'no_answer',
] as const;
export type LineStatus = (typeof lineStatuses)[number];

export type Counts = Readonly<Partial<Record<LineStatus, number>>>;

/** One small line per message, at /message-summaries/<id>. */
export interface Summary {
  readonly id: string;
  readonly type: string;
  readonly target: string;
  readonly state: MessageState;
  /** When it was pressed, or else stored; 0 = not known. */
  readonly atMs: number;
  /** As it is stored, for paging. */
  readonly pressedMs: number;
  readonly createdBy: string;
  readonly counts: Counts;
}

export function targetText(value: unknown): string {
  const target = fieldsOf(value);
  if (target?.['type'] === 'ALL') return 'ALL';
  return childrenOf(target?.['selected'])
    .map(([, name]) => textOf(name))
    .filter((name) => name !== '')
    .join(', ');
}

export function readSummary(key: string, value: unknown): Summary | undefined {
  const x = fieldsOf(value);
  if (!x) return undefined;
  const counts: Partial<Record<LineStatus, number>> = {};
  for (const status of lineStatuses) {
    const n = fieldsOf(x['counts'])?.[status];
    if (typeof n === 'number' && n > 0) counts[status] = n;
  }
  return {
    id: unescapeKey(key),
    type: textOf(x['type']),
    target: targetText(x['target']),
    state: wordOf(x['state'], messageStates) ?? 'sent',
    atMs: parseTime(x['pressedAt']) ?? parseTime(x['createdAt']) ?? 0,
    pressedMs: typeof x['pressedAt'] === 'number' ? x['pressedAt'] : 0,
    createdBy: textOf(x['createdBy']),
    counts,
  };
}

/** One bot's acknowledgement. */
export interface Line {
  readonly botId: string;
  readonly ticker: string;
  readonly container: string;
  readonly status: LineStatus;
  readonly code: string;
  readonly reason: string;
  readonly result: unknown;
  readonly atMs: number;
  readonly late: boolean;
}

export interface Ledger extends Summary {
  readonly description: string;
  readonly config: unknown;
  readonly code: string;
  readonly reason: string;
  readonly unmatched: readonly string[];
  readonly lines: readonly Line[];
}

function countLines(lines: readonly Line[]): Counts {
  const counts: Partial<Record<LineStatus, number>> = {};
  for (const { status } of lines) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** A message with its acknowledgements, at /pubsub-messages/<id>. */
export function readLedger(key: string, value: unknown): Ledger | undefined {
  const x = fieldsOf(value);
  const summary = readSummary(key, value);
  if (!x || !summary) return undefined;
  const lines = childrenOf(x['acknowledgement']).map(([botKey, raw]): Line => {
    const line = fieldsOf(raw) ?? {};
    return {
      botId: unescapeKey(botKey),
      ticker: textOf(line['ticker']),
      container: textOf(line['container']),
      status: wordOf(line['status'], lineStatuses) ?? 'open',
      code: textOf(line['code']),
      reason: textOf(line['reason']),
      result: line['result'],
      atMs: parseTime(line['at']) ?? 0,
      late: line['late'] === true,
    };
  });
  // Who wants attention first; those who were not meant last.
  const rank = ['error', 'no_answer', 'expired', 'pending', 'open', 'done', 'ignored'];
  lines.sort(
    (a, b) => rank.indexOf(a.status) - rank.indexOf(b.status) || (a.botId < b.botId ? -1 : 1),
  );
  return {
    ...summary,
    counts: countLines(lines),
    description: textOf(x['description']),
    config: x['config'],
    code: textOf(x['code']),
    reason: textOf(x['reason']),
    unmatched: childrenOf(x['unmatched']).map(([, name]) => textOf(name)),
    lines,
  };
}

const statusWords: Readonly<Record<LineStatus, string>> = {
  open: 'open',
  pending: 'pending',
  done: 'done',
  ignored: 'ignored',
  error: 'error',
  expired: 'expired',
  no_answer: 'no answer',
};

export function statusWord(status: LineStatus): string {
  return statusWords[status];
}

/** "2 done, 1 ignored, 1 no answer"; empty while nobody has said anything. */
export function countsText(counts: Counts): string {
  return (['done', 'pending', 'open', 'ignored', 'error', 'expired', 'no_answer'] as const)
    .filter((status) => (counts[status] ?? 0) > 0)
    .map((status) => `${counts[status] ?? 0} ${statusWords[status]}`)
    .join(', ');
}

export type Outcome = 'all' | 'open' | 'done' | 'failed' | 'expired';
export const outcomes: readonly Outcome[] = ['all', 'open', 'done', 'failed', 'expired'];

export function hasOutcome(summary: Summary, wanted: Outcome): boolean {
  if (wanted === 'all') return true;
  if (wanted === 'open') return summary.state === 'sent' || summary.state === 'working';
  return summary.state === wanted;
}

/** Newest first; of two at once the one with the greater key, which a push id makes the newer. */
export function newestFirst(a: Summary, b: Summary): number {
  return b.atMs - a.atMs || (a.id < b.id ? 1 : -1);
}
