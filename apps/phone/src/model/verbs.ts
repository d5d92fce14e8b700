export const verbs = ['stop', 'start', 'exit', 'enter', 'set', 'status', 'kill'] as const;
export type Verb = (typeof verbs)[number];

const minute = 60_000;

export interface VerbFacts {
  readonly label: string;
  readonly effect: string;
  /** The longest life the floor grants, from the press on; 0 = it never goes stale. */
  readonly lifeMs: number;
}

/** As the floor's `default_expiry_ms` and docs/messages.md say. */
export const verbFacts: Readonly<Record<Verb, VerbFacts>> = {
  stop: { label: 'Stop', effect: 'No new orders; what could grow a position is cancelled', lifeMs: 0 },
  start: { label: 'Start', effect: 'Trade again', lifeMs: 10 * minute },
  exit: { label: 'Exit', effect: 'Cancel, then sell what the bot owns', lifeMs: 10 * minute },
  enter: { label: 'Enter', effect: 'One order by hand', lifeMs: minute },
  set: { label: 'Set', effect: 'Change parameters and limits', lifeMs: 24 * 60 * minute },
  status: { label: 'Status', effect: 'Ask for a snapshot', lifeMs: minute },
  kill: { label: 'Kill', effect: 'Stop the whole floor, cancel everything, block it', lifeMs: 0 },
};

/** The verbs that must work whatever else does not. */
export function isBrake(verb: string): boolean {
  return verb === 'stop' || verb === 'kill';
}

export function verbLabel(type: string): string {
  return (verbs as readonly string[]).includes(type) ? verbFacts[type as Verb].label : type;
}
