import { formatSpan } from '../model/time';
import { useNow } from '../hooks/use_now';

/** How long ago; marked once it is `staleMs` or more. */
export function Age({ atMs, staleMs }: { atMs: number; staleMs?: number }) {
  const age = useNow() - atMs;
  const stale = staleMs !== undefined && age >= staleMs;
  return (
    <span className={stale ? 'age stale' : 'age'}>
      {formatSpan(age)} ago{stale ? ' \u00b7 stale' : ''}
    </span>
  );
}
