import type { ReactNode } from 'react';

import {
  listActors,
  troubleOf,
  type ActorRow,
  type ActorSort,
  type ActorState,
  type ActorsView,
  type ActorWish,
} from '../model/actors';
import { formatSpan } from '../model/time';
import { Chip, type Tone } from './chip';

const tones: Readonly<Record<ActorState, Tone>> = {
  starting: 'warn',
  running: 'good',
  restarting: 'bad',
  failed: 'bad',
  stopped: 'plain',
  paused: 'warn',
};

/** "3.2 ms", "1.50 s"; nothing where the floor does not say it. */
function duration(ms: number | undefined): string {
  if (ms === undefined) return '';
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return ms >= 10 ? `${ms.toFixed(0)} ms` : `${ms.toFixed(1)} ms`;
}

function rate(perSecond: number | undefined): string {
  if (perSecond === undefined) return '';
  return perSecond >= 10 ? perSecond.toFixed(0) : perSecond.toFixed(1);
}

function count(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}

function State({ row, atMs }: { row: ActorRow; atMs: number }) {
  const trouble = troubleOf(row, atMs);
  return (
    <>
      <Chip tone={tones[row.state]}>{row.state}</Chip>{' '}
      <span className="soft small">
        {row.sinceMs === undefined ? '' : formatSpan(atMs - row.sinceMs)}
      </span>
      {trouble ? <span className="loss small">{` ${trouble}`}</span> : null}
      {row.serving && trouble.startsWith('stuck') ? (
        <span className="loss small">{` for ${formatSpan(atMs - row.serving.sinceMs)}`}</span>
      ) : null}
    </>
  );
}

interface Column {
  readonly title: string;
  readonly hint?: string;
  readonly sort: ActorSort | undefined;
  readonly cell: (row: ActorRow, atMs: number) => ReactNode;
}

const columns: readonly Column[] = [
  { title: 'State', sort: 'state', cell: (row, atMs) => <State row={row} atMs={atMs} /> },
  {
    title: 'Mailbox',
    sort: 'mailbox',
    cell: (row) => `${count(row.mailbox)}${row.bound === undefined ? '' : ` of ${row.bound}`}`,
  },
  { title: 'Oldest', sort: 'oldestWaitMs', cell: (row) => duration(row.oldestWaitMs) },
  { title: 'In/s', sort: 'inRate', cell: (row) => rate(row.inRate) },
  { title: 'Out/s', sort: 'outRate', cell: (row) => rate(row.outRate) },
  { title: 'Mean', hint: 'sampled', sort: 'meanMs', cell: (row) => duration(row.meanMs) },
  { title: 'Max', hint: 'sampled', sort: 'maxMs', cell: (row) => duration(row.maxMs) },
  { title: 'Errors', sort: 'errors', cell: (row) => count(row.errors) },
  {
    title: 'Restarts',
    sort: 'restarts',
    cell: (row) =>
      `${count(row.restarts)}${row.backoffLeftMs ? `, again in ${duration(row.backoffLeftMs)}` : ''}`,
  },
  { title: 'Kind', sort: 'kind', cell: (row) => row.kind },
  { title: 'Last exit', sort: undefined, cell: (row) => row.lastExit },
];

/** Texts from A and numbers from the largest, unless turned round. */
function directionOf(sort: ActorSort, wish: ActorWish): 'ascending' | 'descending' | undefined {
  if (wish.sort !== sort) return undefined;
  const text = sort === 'name' || sort === 'kind' || sort === 'state';
  return text === wish.reversed ? 'descending' : 'ascending';
}

interface Wish {
  readonly view: ActorsView;
  readonly wish: ActorWish;
  readonly onWish: (wish: ActorWish) => void;
}

/** The actors as a table that scrolls sideways in itself. */
export function ActorTable({ view, wish, onWish }: Wish) {
  const rows = listActors(view, wish);
  const head = (title: string, sort: ActorSort | undefined, hint?: string) => (
    <th key={title} scope="col" aria-sort={sort && directionOf(sort, wish)}>
      {sort ? (
        <button
          type="button"
          onClick={() => onWish({ ...wish, sort, reversed: wish.sort === sort && !wish.reversed })}
        >
          {title}
          {hint ? <span className="soft small">{` ${hint}`}</span> : null}
        </button>
      ) : (
        title
      )}
    </th>
  );
  return (
    <div className="wide" role="region" aria-label="Actors" tabIndex={0}>
      <table className="actors">
        <thead>
          <tr>
            {head('Name', 'name')}
            {columns.map((x) => head(x.title, x.sort, x.hint))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name} className={troubleOf(row, view.atMs) ? 'trouble' : undefined}>
              <th scope="row">{row.name}</th>
              {columns.map((x) => (
                <td key={x.title}>{x.cell(row, view.atMs)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
