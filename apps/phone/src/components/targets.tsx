import { useState } from 'react';

import type { Draft } from '../model/draft';
import type { Bot } from '../model/floor';
import { isCalled } from '../model/preview';

interface Wish {
  readonly draft: Draft;
  readonly bots: readonly Bot[];
  readonly change: (news: Partial<Draft>) => void;
  readonly problem: string | undefined;
}

const shownAtOnce = 60;

/** The name a bot is told by: its ticker, where it is alone with it. */
function nameOf(bot: Bot, bots: readonly Bot[]): string {
  return bots.filter((x) => x.ticker === bot.ticker).length === 1 ? bot.ticker : bot.id;
}

/** For whom: ALL, or bots picked one by one. */
export function Targets({ draft, bots, change, problem }: Wish) {
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const matching = bots
    .filter((x) => x.id.toLowerCase().includes(wanted) || x.ticker.toLowerCase().includes(wanted))
    .sort((a, b) => (a.ticker < b.ticker ? -1 : 1));
  const shown = matching.slice(0, shownAtOnce);
  // Without a connection the bots may not be known; a name can be typed all the same.
  const typed = text.trim();
  const isName = /^[-A-Za-z0-9./_:^=]{1,96}$/.test(typed) && !draft.selected.includes(typed);
  const unknown = matching.length === 0 && isName ? typed : '';
  const isPicked = (bot: Bot) => draft.selected.some((name) => isCalled(bot, name));
  const pick = (bot: Bot) => {
    if (!isPicked(bot)) return change({ selected: [...draft.selected, nameOf(bot, bots)] });
    // A ticker that named several is split into those that stay.
    const gone = draft.selected.filter((name) => isCalled(bot, name));
    const stay = bots.filter((x) => x !== bot && gone.some((name) => isCalled(x, name)));
    const kept = draft.selected.filter((name) => !gone.includes(name));
    change({ selected: [...new Set([...kept, ...stay.map((x) => x.id)])] });
  };
  return (
    <fieldset className="card targets">
      <legend>To whom</legend>
      <div className="segments">
        {[true, false].map((toAll) => (
          <label key={String(toAll)}>
            <input
              type="radio"
              name="target"
              checked={draft.toAll === toAll}
              onChange={() => change({ toAll })}
            />
            <span>{toAll ? 'ALL' : 'A selection'}</span>
          </label>
        ))}
      </div>
      {draft.toAll ? null : (
        <>
          <p className="soft" role="status">
            {draft.selected.length === 0 ? 'Nobody is selected.' : draft.selected.join(', ')}
          </p>
          {bots.length > 12 || bots.length === 0 ? (
            <input
              type="search"
              aria-label="Find bots to pick"
              placeholder="Find bots"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          ) : null}
          <div className="picks">
            {draft.selected
              .filter((name) => !bots.some((bot) => isCalled(bot, name)))
              .map((name) => (
                <label key={name} className="pick">
                  <input
                    type="checkbox"
                    checked
                    onChange={() => change({ selected: draft.selected.filter((x) => x !== name) })}
                  />
                  <span>{name}</span>
                </label>
              ))}
            {shown.map((bot) => (
              <label key={bot.id} className="pick">
                <input type="checkbox" checked={isPicked(bot)} onChange={() => pick(bot)} />
                <span>{nameOf(bot, bots)}</span>
              </label>
            ))}
          </div>
          {unknown ? (
            <button
              type="button"
              onClick={() => {
                change({ selected: [...draft.selected, unknown] });
                setText('');
              }}
            >
              {`Send to ${unknown}, not known here`}
            </button>
          ) : null}
          {matching.length > shown.length ? (
            <p className="soft small">{`${matching.length - shown.length} more; type to find them`}</p>
          ) : null}
          {problem ? (
            <p className="problem" role="alert">
              {problem}
            </p>
          ) : null}
        </>
      )}
    </fieldset>
  );
}
