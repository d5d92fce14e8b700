import type { Message } from './draft';
import { isBrake, verbFacts } from './verbs';

/**
 * - queued: waits for the connection, the server's clock or the sign-in
 * - sending: given to the database, not confirmed
 * - stored: the database has it; from here on the ledger tells
 * - expired: it was never sent and would be too late
 * - refused: the database will not take it
 */
export type OutboxState = 'queued' | 'sending' | 'stored' | 'expired' | 'refused';

export interface OutboxEntry {
  readonly id: string;
  readonly message: Message;
  /** This device's clock at the press. */
  readonly pressedLocalMs: number;
  readonly state: OutboxState;
  readonly reason: string;
  /** When `state` changed last, this device's clock. */
  readonly changedMs: number;
}

/** What is left of a message's life for its way: the floor refuses what arrives when it is over. */
export const wayMs = 5_000;

/** When it is too late to send, this device's clock; 0 = never. */
export function expiresLocalMs(entry: OutboxEntry): number {
  const life = verbFacts[entry.message.type].lifeMs;
  return life === 0 ? 0 : entry.pressedLocalMs + life - wayMs;
}

export function isTooLate(entry: OutboxEntry, localNowMs: number): boolean {
  const expires = expiresLocalMs(entry);
  return expires !== 0 && localNowMs > expires;
}

export interface Circumstances {
  readonly connected: boolean;
  /** The server's clock less this device's; undefined = never heard. */
  readonly offsetMs: number | undefined;
}

/** Why a message with this verb cannot be taken now; empty = it can, to be sent or to wait. */
export function refusalOf(type: string, now: Circumstances): string {
  if (now.offsetMs !== undefined || isBrake(type)) return '';
  return "The server's clock is not known yet. Until it is, only stop and kill can wait here: others might be too late without anybody knowing.";
}

const mostEntries = 200;

/** The entries with this one taken up. The same id is one wish: a second press changes nothing. */
export function admit(
  entries: readonly OutboxEntry[],
  id: string,
  message: Message,
  localNowMs: number,
): readonly OutboxEntry[] {
  if (entries.some((entry) => entry.id === id)) return entries;
  const entry: OutboxEntry = {
    id,
    message,
    pressedLocalMs: localNowMs,
    state: 'queued',
    reason: '',
    changedMs: localNowMs,
  };
  return trim([entry, ...entries]);
}

/** Never forgets one that waits. */
function trim(entries: readonly OutboxEntry[]): readonly OutboxEntry[] {
  let room = mostEntries;
  return entries.filter((entry) => isWaiting(entry) || room-- > 0);
}

export function isWaiting(entry: OutboxEntry): boolean {
  return entry.state === 'queued' || entry.state === 'sending';
}

export function moveTo(
  entries: readonly OutboxEntry[],
  id: string,
  state: OutboxState,
  reason: string,
  localNowMs: number,
): readonly OutboxEntry[] {
  return entries.map((entry) =>
    entry.id === id ? { ...entry, state, reason, changedMs: localNowMs } : entry,
  );
}

/** What has waited too long is not sent any more. */
export function expire(
  entries: readonly OutboxEntry[],
  localNowMs: number,
): readonly OutboxEntry[] {
  const late = entries.filter((x) => x.state === 'queued' && isTooLate(x, localNowMs));
  return late.reduce<readonly OutboxEntry[]>(
    (all, x) => moveTo(all, x.id, 'expired', 'It waited too long and was not sent.', localNowMs),
    entries,
  );
}

/** The next to send, brakes first and then in the order of the presses. */
export function nextToSend(
  entries: readonly OutboxEntry[],
  now: Circumstances,
): OutboxEntry | undefined {
  if (!now.connected) return undefined;
  return entries
    .filter((entry) => entry.state === 'queued' && refusalOf(entry.message.type, now) === '')
    .reverse() // the newest stands first
    .sort(
      (a, b) =>
        Number(isBrake(b.message.type)) - Number(isBrake(a.message.type)) ||
        a.pressedLocalMs - b.pressedLocalMs,
    )[0];
}

/** As the database takes it. `offsetMs` 0 for a brake whose sender does not know the clock. */
export function wireOf(
  entry: OutboxEntry,
  offsetMs: number,
  uid: string,
  serverTime: unknown,
): Record<string, unknown> {
  return {
    ...entry.message,
    state: 'sent',
    pressedAt: Math.round(entry.pressedLocalMs + offsetMs),
    createdAt: serverTime,
    createdBy: uid,
  };
}

/** Whether it arrived before the page went is not known: the same id may be sent again. */
export function takenUpAgain(entries: readonly OutboxEntry[]): readonly OutboxEntry[] {
  return entries.map((x) => (x.state === 'sending' ? { ...x, state: 'queued' } : x));
}

/** What this device kept, read with care: it may be from another version. */
export function readOutbox(text: string | null): readonly OutboxEntry[] {
  try {
    const list: unknown = JSON.parse(text ?? '[]');
    if (!Array.isArray(list)) return [];
    return list.flatMap((x: Partial<OutboxEntry> | null) => {
      if (!x || typeof x.id !== 'string' || typeof x.pressedLocalMs !== 'number') return [];
      if (!x.message || !(x.message.type in verbFacts)) return [];
      return [{ ...x, state: x.state ?? 'queued', reason: x.reason ?? '', changedMs: x.changedMs ?? 0 } as OutboxEntry];
    });
  } catch {
    return [];
  }
}
