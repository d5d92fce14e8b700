import { Link } from 'wouter';

import type { Verdict, VerdictLevel } from '../model/verdict';
import { formatSpan } from '../model/time';
import { useCell } from '../hooks/use_cell';
import { useSession } from '../hooks/use_session';
import { Chip, type Tone } from './chip';

const looks: Readonly<Record<VerdictLevel, readonly [tone: Tone, word: string]>> = {
  ok: ['good', 'all is well'],
  warn: ['warn', 'take a look'],
  bad: ['bad', 'something is wrong'],
};

/** The verdict whole: what is wrong, since when, what it costs, what to do. */
export function VerdictCard({ verdict }: { verdict: Verdict }) {
  const [tone, word] = looks[verdict.level];
  return (
    <section className="card verdict" aria-label="Verdict">
      <p>
        <Chip tone={tone}>{word}</Chip> <strong>{verdict.headline}</strong>
      </p>
      {verdict.lines.length > 0 ? (
        <ul>
          {verdict.lines.map((line) => (
            <li key={`${line.rule} ${line.subject}`}>
              <strong>{line.subject}</strong>
              {`: ${line.what}`}
              {line.sinceMs > 0 && verdict.atMs > 0 ? (
                <span className="soft">{` for ${formatSpan(verdict.atMs - line.sinceMs)}`}</span>
              ) : null}
              {line.cost ? <p className="soft small">{`It costs: ${line.cost}`}</p> : null}
              {line.advice ? <p className="small">{`What to do: ${line.advice}`}</p> : null}
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

/** One line that leads to the actors; nothing while all is well. */
export function VerdictLine() {
  const { floor } = useSession();
  const verdict = useCell(floor.verdict);
  if (!verdict || verdict.level === 'ok') return null;
  return (
    <p className={`notice ${verdict.level}`}>
      <Link href="/actors">{verdict.headline}</Link>
    </p>
  );
}
