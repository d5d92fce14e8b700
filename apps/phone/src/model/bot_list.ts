import type { Bot } from './floor';

export type SortKey = 'ticker' | 'state' | 'profit';
export type StateFilter = 'all' | 'running' | 'stopped' | 'trouble';

export interface ListWish {
  readonly text: string;
  readonly state: StateFilter;
  readonly sort: SortKey;
}

export const everything: ListWish = { text: '', state: 'all', sort: 'ticker' };

/** A bot that does not do what is wanted of it. */
export function isInTrouble(bot: Bot): boolean {
  if (bot.state === 'failed' || bot.state === 'absent' || bot.state === 'restarting') return true;
  return bot.desired === 'running' && bot.state === 'stopped';
}

function hasState(bot: Bot, wanted: StateFilter): boolean {
  switch (wanted) {
    case 'all':
      return true;
    case 'running':
      return bot.state === 'running' || bot.state === 'waiting_for_open';
    case 'stopped':
      return bot.desired === 'stopped';
    case 'trouble':
      return isInTrouble(bot);
  }
}

const stateRank = ['failed', 'absent', 'restarting', 'starting', 'stopped', 'waiting_for_open', 'running'];

/** Ids of the bots that are wished for, in order. `profitOf` says a ticker's profit of today. */
export function listBots(
  bots: readonly Bot[],
  wish: ListWish,
  profitOf: (ticker: string) => number | undefined,
): string[] {
  const text = wish.text.trim().toLowerCase();
  const found = bots.filter(
    (bot) =>
      hasState(bot, wish.state) &&
      (text === '' ||
        [bot.id, bot.ticker, bot.strategy, bot.container].some((x) => x.toLowerCase().includes(text))),
  );
  const byName = (a: Bot, b: Bot) =>
    a.ticker < b.ticker ? -1 : a.ticker > b.ticker ? 1 : a.id < b.id ? -1 : 1;
  const profit = (bot: Bot) => profitOf(bot.ticker) ?? Number.NEGATIVE_INFINITY;
  found.sort((a, b) => {
    if (wish.sort === 'state') {
      const rank = stateRank.indexOf(a.state) - stateRank.indexOf(b.state);
      if (rank !== 0) return rank;
    }
    if (wish.sort === 'profit') {
      const [x, y] = [profit(a), profit(b)];
      if (x !== y) return y > x ? 1 : -1;
    }
    return byName(a, b);
  });
  return found.map((bot) => bot.id);
}

export interface Totals {
  readonly bots: number;
  readonly running: number;
  readonly stopped: number;
  readonly trouble: number;
}

export function totalsOf(bots: readonly Bot[]): Totals {
  return {
    bots: bots.length,
    running: bots.filter((bot) => hasState(bot, 'running')).length,
    stopped: bots.filter((bot) => bot.state === 'stopped').length,
    trouble: bots.filter(isInTrouble).length,
  };
}
