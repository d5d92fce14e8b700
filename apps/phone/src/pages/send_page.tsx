import { useMemo, useState } from 'react';
import { useLocation, useSearch } from 'wouter';

import { gestureOf, newDraft, problemsOf, type Draft } from '../model/draft';
import { isCalled, previewOf, unknownPreview } from '../model/preview';
import { verbFacts, verbs } from '../model/verbs';
import { Arguments } from '../components/arguments';
import { HoldButton } from '../components/hold_button';
import { PreviewPanel } from '../components/preview_panel';
import { Targets } from '../components/targets';
import { useCell } from '../hooks/use_cell';
import { useOpenOrders } from '../hooks/use_open_orders';
import { useSession } from '../hooks/use_session';
import { useTitle } from '../hooks/use_title';

/** Verbs that end orders: only for them orders are counted. */
const ending = ['stop', 'kill', 'exit'];

export function SendPage() {
  const session = useSession();
  const [, go] = useLocation();
  const preset = new URLSearchParams(useSearch()).get('to');
  // The id is made here, once: whatever is pressed how often, it is one message.
  const [draft, setDraft] = useState(() => newDraft(session.newId(), preset ? [preset] : []));
  const [sent, setSent] = useState(false);
  const [refused, setRefused] = useState('');
  const [tried, setTried] = useState(false);
  const known = useCell(session.floor.bots);
  const halt = useCell(session.floor.floor)?.halt ?? 'none';
  useCell(session.database.offsetMs);
  const heading = useTitle('Send');
  const bots = useMemo(() => [...(known?.values() ?? [])], [known]);
  const meant = bots.filter(
    (bot) => draft.toAll || draft.verb === 'kill' || draft.selected.some((x) => isCalled(bot, x)),
  );
  const ordersOf = useOpenOrders(
    ending.includes(draft.verb) ? meant.map((bot) => bot.ticker) : [],
  );
  const preview = known ? previewOf(draft, bots, halt, ordersOf) : unknownPreview;
  const problems = problemsOf(draft);
  const gesture = gestureOf(draft);
  const clock = session.outbox.refusal(draft.verb);
  const change = (news: Partial<Draft>) => {
    setRefused('');
    setDraft((old) => ({ ...old, ...news }));
  };
  const send = () => {
    setTried(true);
    if (sent) return;
    const reason = session.outbox.submit(draft);
    setRefused(reason);
    if (reason) return;
    setSent(true);
    go(`/logs/${encodeURIComponent(draft.id)}`, { replace: true });
  };
  const blocked = Object.keys(problems).length > 0 || clock !== '' || sent;
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        Send
      </h1>
      <fieldset className="card verbs">
        <legend>What</legend>
        {verbs.map((verb) => (
          <label key={verb} className={verb === 'kill' ? 'verb danger' : 'verb'}>
            <input
              type="radio"
              name="verb"
              checked={draft.verb === verb}
              onChange={() => change({ verb })}
            />
            <span>{verbFacts[verb].label}</span>
          </label>
        ))}
        <p className="soft">{verbFacts[draft.verb].effect}.</p>
      </fieldset>
      {draft.verb === 'kill' ? null : (
        <Targets draft={draft} bots={bots} change={change} problem={tried ? problems['selected'] : undefined} />
      )}
      <Arguments draft={draft} bots={meant} change={change} problems={problems} />
      <PreviewPanel preview={preview} />
      {clock ? <p className="notice warn">{clock}</p> : null}
      {refused ? (
        <p className="notice bad" role="alert">
          {refused}
        </p>
      ) : null}
      {gesture ? (
        <HoldButton
          key={gesture}
          word={gesture}
          label={gesture.toLowerCase()}
          disabled={blocked}
          onDone={send}
        />
      ) : (
        <button type="button" className="primary wide" disabled={clock !== '' || sent} onClick={send}>
          {`Send ${verbFacts[draft.verb].label.toLowerCase()}`}
        </button>
      )}
    </>
  );
}
