/** What a fact is about. */
export const FACT_CATEGORIES = [
  'identity',
  'home',
  'work',
  'relation',
  'preference',
  'instruction',
  'possession',
  'health',
  'skill',
  'plan',
  'event',
  'opinion',
  'other',
] as const;
export type FactCategory = (typeof FACT_CATEGORIES)[number];

/** Somebody or something that a fact names. */
export interface EntityDraft {
  /** As it was written: `Lisbon`. */
  readonly name: string;
  /** `person`, `place`, `organisation` or `other`, as far as the words tell. */
  readonly kind: string;
}

/** A fact as extraction made it, before the store has compared it with others. */
export interface FactDraft {
  /** A statement that stands alone, in the third person: `Alice moved to Lisbon.` */
  readonly text: string;
  /** Who or what it is about: the speaker by name, or another person or thing. */
  readonly subject: string;
  /** A functional slot such as `lives_in`, of which one value holds at a time, or the lemma of the verb. */
  readonly predicate: string;
  /** What the predicate says of the subject: `Lisbon`. */
  readonly object: string;
  readonly category: FactCategory;
  /** 0 to 1: how sure it is that the statement is one, and worth keeping. */
  readonly confidence: number;
  /** From when it holds, told from the time of the message; null when nothing says so. */
  readonly validFromMs: number | null;
  /** Until when it held; null when it still does, or nothing says so. */
  readonly validToMs: number | null;
  readonly entities: readonly EntityDraft[];
  /** The keys of the messages that it was made from, newest first. */
  readonly messageKeys: readonly number[];
}
