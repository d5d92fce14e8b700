import { childrenOf, fieldsOf, textOf, wordOf } from './read';
import { parseTime } from './time';

export const verdictLevels = ['ok', 'warn', 'bad'] as const;
export type VerdictLevel = (typeof verdictLevels)[number];

/** One thing that is wrong on the floor. */
export interface VerdictLine {
  readonly rule: string;
  readonly subject: string;
  /** By the floor's clock; 0 = it does not say. */
  readonly sinceMs: number;
  readonly what: string;
  readonly cost: string;
  readonly advice: string;
}

/** What the floor says of itself at /floor/verdict. */
export interface Verdict {
  readonly level: VerdictLevel;
  readonly headline: string;
  readonly atMs: number;
  readonly lines: readonly VerdictLine[];
}

/** Undefined where no floor judges itself. */
export function readVerdict(value: unknown): Verdict | undefined {
  const x = fieldsOf(value);
  const level = wordOf(x?.['level'], verdictLevels);
  if (!x || !level) return undefined;
  const lines = childrenOf(x['lines']).flatMap(([, raw]): VerdictLine[] => {
    const line = fieldsOf(raw);
    if (!line || !textOf(line['what'])) return [];
    return [
      {
        rule: textOf(line['rule']),
        subject: textOf(line['subject']),
        sinceMs: parseTime(line['since']) ?? 0,
        what: textOf(line['what']),
        cost: textOf(line['cost']),
        advice: textOf(line['advice']),
      },
    ];
  });
  return { level, headline: textOf(x['headline']), atMs: parseTime(x['at']) ?? 0, lines };
}
