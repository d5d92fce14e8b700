import { useId } from 'react';

import { limitNames, type Change, type Draft, type Problems } from '../model/draft';
import type { Bot } from '../model/floor';
import { Field } from './field';

interface Wish {
  readonly draft: Draft;
  /** Whom the message is for. */
  readonly bots: readonly Bot[];
  readonly change: (news: Partial<Draft>) => void;
  readonly problems: Problems;
}

function Check({ label, on, set }: { label: string; on: boolean; set: (on: boolean) => void }) {
  return (
    <label className="check">
      <input type="checkbox" checked={on} onChange={(event) => set(event.target.checked)} />
      <span>{label}</span>
    </label>
  );
}

function LimitPrice({ draft, change, problems }: Wish) {
  return (
    <Field
      label="Limit price"
      value={draft.limitPrice}
      numeric
      problem={problems['limitPrice']}
      hint="Empty: at the market"
      onChange={(limitPrice) => change({ limitPrice })}
    />
  );
}

function Enter(wish: Wish) {
  const { draft, change, problems } = wish;
  return (
    <>
      <div className="segments" role="group" aria-label="Side">
        {(['buy', 'sell'] as const).map((side) => (
          <label key={side}>
            <input
              type="radio"
              name="side"
              checked={draft.side === side}
              onChange={() => change({ side })}
            />
            <span>{side}</span>
          </label>
        ))}
      </div>
      <div className="segments" role="group" aria-label="Amount in">
        {(['qty', 'notional'] as const).map((measure) => (
          <label key={measure}>
            <input
              type="radio"
              name="measure"
              checked={draft.measure === measure}
              onChange={() => change({ measure })}
            />
            <span>{measure === 'qty' ? 'shares' : 'money'}</span>
          </label>
        ))}
      </div>
      <Field
        label={draft.measure === 'qty' ? 'Shares' : 'Amount of money'}
        value={draft.amount}
        numeric
        problem={problems['amount']}
        hint="Above 0; for each bot"
        onChange={(amount) => change({ amount })}
      />
      {draft.measure === 'qty' || draft.limitPrice !== '' ? <LimitPrice {...wish} /> : null}
    </>
  );
}

/** Names the strategies understand, as docs/scale-t.md and their neighbours list them. */
const parameters: Readonly<Record<string, readonly string[]>> = {
  counter: ['step'],
  scale_t: [
    'cash',
    'add_cash',
    'start',
    'step',
    'rows',
    'risk',
    'chase',
    'outside_shares',
    'cancel_retry_s',
  ],
  follow: ['max_notional', 'outside_shares'],
};

function Changes({ draft, bots, change, problems }: Wish) {
  const list = useId();
  const strategies = [...new Set(bots.map((bot) => bot.strategy))];
  const names = [...new Set(strategies.flatMap((x) => parameters[x] ?? [])), ...limitNames];
  const put = (i: number, news: Partial<Change>) =>
    change({ changes: draft.changes.map((x, j) => (i === j ? { ...x, ...news } : x)) });
  const typed = draft.changes.some((x) => x.name !== '' || x.value !== '');
  return (
    <>
      <datalist id={list}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {draft.changes.map(({ name, value }, i) => (
        <div className="pair" key={i}>
          <Field
            label={`Name ${i + 1}`}
            value={name}
            list={list}
            onChange={(x) => put(i, { name: x })}
          />
          <Field label={`Value ${i + 1}`} value={value} onChange={(x) => put(i, { value: x })} />
        </div>
      ))}
      {typed && problems['changes'] ? <p className="problem">{problems['changes']}</p> : null}
      <button
        type="button"
        onClick={() => change({ changes: [...draft.changes, { name: '', value: '' }] })}
      >
        One more
      </button>
    </>
  );
}

/** The inputs of the chosen verb. */
export function Arguments(wish: Wish) {
  const { draft, change, problems } = wish;
  return (
    <fieldset className="card arguments">
      <legend>How</legend>
      {draft.verb === 'stop' ? (
        <Check
          label="Cancel protective orders too"
          on={draft.cancelProtective}
          set={(cancelProtective) => change({ cancelProtective })}
        />
      ) : null}
      {draft.verb === 'start' ? (
        <Check
          label="Confirm: lifts a kill, takes the account as it is"
          on={draft.confirm}
          set={(confirm) => change({ confirm })}
        />
      ) : null}
      {draft.verb === 'exit' ? (
        <>
          <LimitPrice {...wish} />
          <Check
            label="Start again afterwards"
            on={draft.thenStart}
            set={(thenStart) => change({ thenStart })}
          />
        </>
      ) : null}
      {draft.verb === 'enter' ? <Enter {...wish} /> : null}
      {draft.verb === 'set' ? <Changes {...wish} /> : null}
      <div className="field">
        <label htmlFor="note">Note</label>
        <input
          id="note"
          value={draft.description}
          maxLength={1000}
          onChange={(event) => change({ description: event.target.value })}
        />
        {problems['description'] ? <p className="problem">{problems['description']}</p> : null}
      </div>
    </fieldset>
  );
}
