import { verbFacts, type Verb } from './verbs';

/** What the dialog for sending holds, as typed. Its id is made when the dialog opens. */
export interface Draft {
  readonly id: string;
  readonly verb: Verb;
  readonly toAll: boolean;
  /** Tickers or bot ids. */
  readonly selected: readonly string[];
  readonly description: string;
  readonly cancelProtective: boolean;
  readonly confirm: boolean;
  readonly thenStart: boolean;
  readonly side: 'buy' | 'sell';
  readonly measure: 'qty' | 'notional';
  readonly amount: string;
  readonly limitPrice: string;
  readonly changes: readonly Change[];
}

/** One parameter or limit to set. */
export interface Change {
  readonly name: string;
  readonly value: string;
}

export function newDraft(id: string, selected: readonly string[] = [], verb: Verb = 'stop'): Draft {
  return {
    id,
    verb,
    toAll: false,
    selected,
    description: '',
    cancelProtective: false,
    confirm: false,
    thenStart: false,
    side: 'buy',
    measure: 'qty',
    amount: '',
    limitPrice: '',
    changes: [{ name: '', value: '' }],
  };
}

/** Limits every bot has; the other names a set may hold are its strategy's. */
export const limitNames = [
  'max_position',
  'max_order_notional',
  'max_orders_per_minute',
  'daily_loss_limit',
  'price_collar',
] as const;

const reserved = ['__proto__', 'constructor', 'prototype', 'expires_s'];

export type Problems = Readonly<Record<string, string>>;

function isDecimal(text: string): boolean {
  return /^\d{1,15}(\.\d{1,12})?$/.test(text);
}

function isAboveZero(text: string): boolean {
  return isDecimal(text) && /[1-9]/.test(text);
}

function checkPrice(text: string, problems: Record<string, string>): void {
  if (text !== '' && !isAboveZero(text)) problems['limitPrice'] = 'A price above 0, for example 99.50';
}

function checkChanges(changes: readonly Change[], problems: Record<string, string>): void {
  const filled = changes.filter((x) => x.name !== '' || x.value !== '');
  if (filled.length === 0) problems['changes'] = 'At least one parameter or limit';
  for (const { name, value } of filled) {
    if (!/^[a-z][a-z0-9_]{0,63}$/.test(name) || reserved.includes(name))
      problems['changes'] = `"${name}" is no name of a parameter`;
    else if (value.length > 1000) problems['changes'] = `${name}: at most 1000 characters`;
    else if (value === '') problems['changes'] = `${name} needs a value`;
    else if (limitNames.some((x) => x === name) && !isDecimal(value))
      problems['changes'] = `${name}: a number of at least 0; 0 is no limit`;
    else if (name === 'max_orders_per_minute' && !/^\d{1,9}$/.test(value))
      problems['changes'] = 'max_orders_per_minute: a whole number of at least 0';
    else if (filled.filter((x) => x.name === name).length > 1)
      problems['changes'] = `${name} stands there twice`;
  }
}

/** What keeps the draft from being sent, by field; empty = nothing. */
export function problemsOf(draft: Draft): Problems {
  const problems: Record<string, string> = {};
  if (draft.verb !== 'kill' && !draft.toAll) {
    if (draft.selected.length === 0) problems['selected'] = 'Pick at least one bot, or ALL';
    if (draft.selected.length > 1000) problems['selected'] = 'At most 1000 names; ALL for everybody';
  }
  if (draft.description.length > 1000) problems['description'] = 'At most 1000 characters';
  if (draft.verb === 'exit') checkPrice(draft.limitPrice, problems);
  if (draft.verb === 'enter') {
    if (!isAboveZero(draft.amount)) problems['amount'] = 'An amount above 0';
    checkPrice(draft.limitPrice, problems);
    if (draft.measure === 'notional' && draft.limitPrice !== '')
      problems['limitPrice'] = 'An amount of money is bought at the market; leave the price empty';
  }
  if (draft.verb === 'set') checkChanges(draft.changes, problems);
  return problems;
}

/** A typed value as JSON: words, numbers and truth as such; long decimals stay texts. */
function valueOf(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  // What a binary fraction would not keep goes as the text it is; the floor reads both.
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

/** The verb's arguments; only those it has. */
export function configOf(draft: Draft): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  switch (draft.verb) {
    case 'stop':
      if (draft.cancelProtective) config['protective'] = 'cancel';
      break;
    case 'start':
      if (draft.confirm) config['confirm'] = true;
      break;
    case 'exit':
      if (draft.limitPrice !== '') config['limit_price'] = draft.limitPrice;
      if (draft.thenStart) config['then'] = 'start';
      break;
    case 'enter':
      config['side'] = draft.side;
      config[draft.measure] = draft.amount;
      if (draft.limitPrice !== '') config['limit_price'] = draft.limitPrice;
      break;
    case 'set':
      for (const { name, value } of draft.changes) if (name !== '') config[name] = valueOf(value);
      break;
    default:
      break;
  }
  return config;
}

/** An operator message as it stands in the database, but for the server's time. */
export interface Message {
  readonly type: Verb;
  readonly target: { readonly type: 'ALL' | 'SELECTED'; readonly selected?: readonly string[] };
  readonly config: Readonly<Record<string, unknown>>;
  readonly description: string;
}

export function messageOf(draft: Draft): Message {
  const toAll = draft.toAll || draft.verb === 'kill';
  return {
    type: draft.verb,
    target: toAll ? { type: 'ALL' } : { type: 'SELECTED', selected: [...draft.selected] },
    config: configOf(draft),
    description: draft.description.trim(),
  };
}

/** What must be wished twice: a held button or a typed word. Empty = one press is enough. */
export function gestureOf(draft: Draft): string {
  const toAll = draft.toAll || draft.verb === 'kill';
  const label = verbFacts[draft.verb].label.toUpperCase();
  switch (draft.verb) {
    case 'kill':
      return label;
    case 'stop':
      return toAll ? 'STOP ALL' : '';
    case 'exit':
    case 'enter':
      return toAll ? `${label} ALL` : label;
    case 'start':
      return draft.confirm ? 'START' : '';
    default:
      return '';
  }
}
