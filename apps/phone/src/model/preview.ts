import { configOf, type Draft } from './draft';
import { isOpen, positionOf, type Bot, type FloorFacts, type Order } from './floor';
import { formatDecimal, formatQuantity, toNumber } from './decimal';

export type Expectation = 'acts' | 'waits' | 'refuses' | 'ignores';

/** What one bot is likely to answer. The floor decides; this is what is known before. */
export interface Forecast {
  readonly botId: string;
  readonly ticker: string;
  readonly expected: Expectation;
  readonly says: string;
}

export interface Preview {
  readonly headline: string;
  readonly lines: readonly Forecast[];
  /** Selected names that match no bot: the floor would fail the message. */
  readonly unmatched: readonly string[];
  readonly acting: number;
}

/** Bots are called by id, or by ticker in any case, as the floor does. */
export function isCalled(bot: Bot, name: string): boolean {
  return name === bot.id || name === bot.ticker || name.toUpperCase() === bot.ticker;
}

function plural(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** Undefined = not known yet: nothing is said about orders then. */
export type OrdersOf = (bot: Bot) => readonly Order[] | undefined;

interface Counted {
  readonly cancelled: number | undefined;
  readonly staying: number;
}

/** Which of the bot's open orders the verb ends. Sales of a bot that is long only reduce. */
function count(draft: Draft, bot: Bot, ordersOf: OrdersOf): Counted {
  const orders = ordersOf(bot)?.filter(isOpen);
  if (!orders) return { cancelled: undefined, staying: 0 };
  const all = draft.verb === 'kill' || draft.verb === 'exit' || draft.cancelProtective;
  if (all) return { cancelled: orders.length, staying: 0 };
  const position = toNumber(positionOf(bot));
  const reducing = (x: Order) => (position !== undefined && position < 0) === (x.side === 'buy');
  const staying = position === 0 ? 0 : orders.filter(reducing).length;
  return { cancelled: orders.length - staying, staying };
}

function ordersText({ cancelled, staying }: Counted): string {
  if (cancelled === undefined) return 'cancels its orders';
  const stays = staying > 0 ? `; ${plural(staying, 'protective order')} may stay` : '';
  return (cancelled === 0 ? 'no order to cancel' : `cancels ${plural(cancelled, 'order')}`) + stays;
}

function enterText(draft: Draft): string {
  const { side, qty, notional, limit_price: limit } = configOf(draft);
  const amount = qty
    ? plural(Number(qty), 'share').replace(/^\S+/, formatQuantity(String(qty)))
    : `for ${formatDecimal(String(notional))}`;
  const price = limit ? `at ${formatDecimal(String(limit))} or better` : 'at the market';
  return `${String(side)}s ${amount} ${price}`;
}

function deed(draft: Draft, bot: Bot, ordersOf: OrdersOf): string {
  const position = positionOf(bot);
  switch (draft.verb) {
    case 'stop':
    case 'kill':
      return `${bot.desired === 'stopped' ? 'is stopped already, ' : 'stops, '}${ordersText(count(draft, bot, ordersOf))}`;
    case 'start':
      return bot.desired === 'running' ? 'runs already' : 'starts';
    case 'exit': {
      const what =
        position === undefined
          ? 'closes what it owns'
          : toNumber(position) === 0
            ? 'owns nothing'
            : `closes its position of ${formatQuantity(position)}`;
      return `${ordersText(count(draft, bot, ordersOf))}, ${what}${draft.thenStart ? ', starts again' : ', stays stopped'}`;
    }
    case 'enter':
      return enterText(draft);
    case 'set': {
      const names = Object.keys(configOf(draft));
      return names.length > 0 ? `sets ${names.join(', ')}` : 'sets nothing yet';
    }
    case 'status':
      return 'sends a snapshot';
  }
}

function forecast(draft: Draft, bot: Bot, halt: FloorFacts['halt'], ordersOf: OrdersOf): Forecast {
  const line = (expected: Expectation, says: string): Forecast => ({
    botId: bot.id,
    ticker: bot.ticker,
    expected,
    says,
  });
  const meant =
    draft.toAll || draft.verb === 'kill' || draft.selected.some((name) => isCalled(bot, name));
  if (!meant) return line('ignores', 'will ignore');
  if (bot.kind === 'observed')
    return line('refuses', 'takes no commands: it trades with keys of its own');
  if (draft.verb === 'start' && halt === 'killed' && !draft.confirm)
    return line('refuses', 'refuses: the floor is killed, only a confirmed start lifts that');
  if (draft.verb === 'exit' && halt === 'killed' && draft.thenStart)
    return line('refuses', 'refuses: a killed floor does not start again');
  if (draft.verb === 'start' && halt === 'stopped' && !draft.toAll)
    return line('waits', 'starts; bots that come later stay stopped while ALL is');
  if (draft.verb === 'enter' && (bot.desired === 'stopped' || halt !== 'none'))
    return line('refuses', 'refuses: it is stopped');
  if (bot.state === 'failed') return line('refuses', `has failed${bot.reason ? `: ${bot.reason}` : ''}`);
  if (bot.state === 'absent')
    return line('waits', `is absent; if it comes back in time it ${deed(draft, bot, ordersOf)}`);
  return line('acts', deed(draft, bot, ordersOf));
}

/** While the floor's bots are not known here, as on a page opened without a connection. */
export const unknownPreview: Preview = {
  headline: 'The bots of the floor are not known here yet',
  lines: [],
  unmatched: [],
  acting: 0,
};

/** Sums what is known: "3 bots: cancels 3 orders; GOOGL will ignore". */
export function previewOf(
  draft: Draft,
  bots: readonly Bot[],
  halt: FloorFacts['halt'],
  ordersOf: OrdersOf,
): Preview {
  const told = bots.filter((bot) => bot.kind !== 'desk');
  const lines = told.map((bot) => forecast(draft, bot, halt, ordersOf));
  const acting = told.filter((_, i) => ['acts', 'waits'].includes(lines[i]?.expected ?? ''));
  const ignoring = lines.filter((x) => x.expected === 'ignores');
  const refusing = lines.filter((x) => x.expected === 'refuses');
  const parts: string[] = [`${plural(acting.length, 'bot')} will act`];
  if (['stop', 'kill', 'exit'].includes(draft.verb)) {
    const counts = acting.map((bot) => count(draft, bot, ordersOf).cancelled);
    if (!counts.includes(undefined))
      parts.push(`cancels ${plural(counts.reduce<number>((sum, n) => sum + (n ?? 0), 0), 'order')}`);
    else parts.push('orders are still being counted');
  }
  const names = (list: readonly Forecast[]) =>
    list.length > 3 ? plural(list.length, 'bot') : list.map((x) => x.ticker).join(', ');
  if (refusing.length > 0) parts.push(`${names(refusing)} will refuse`);
  if (ignoring.length > 0) parts.push(`${names(ignoring)} will ignore`);
  const unmatched =
    draft.toAll || draft.verb === 'kill'
      ? []
      : draft.selected.filter((name) => !bots.some((bot) => isCalled(bot, name)));
  if (unmatched.length > 0) parts.push(`nobody is called ${unmatched.join(', ')}`);
  const rank: Record<Expectation, number> = { acts: 0, waits: 1, refuses: 2, ignores: 3 };
  const sorted = [...lines].sort(
    (a, b) => rank[a.expected] - rank[b.expected] || (a.botId < b.botId ? -1 : 1),
  );
  return { headline: parts.join('; '), lines: sorted, unmatched, acting: acting.length };
}
