import type { FactCategory, FactDraft } from './fact-drafts.ts';
import type { Page, PageOf } from './pages.ts';
import type { Scope } from './records.ts';

/**
 * `active`: it holds. `superseded`: a later statement took its place. `retracted`: a person said that it is wrong; it is kept, so
 * that a person can take that back, and search does not find it.
 */
export const FACT_STATES = ['active', 'superseded', 'retracted'] as const;
export type FactState = (typeof FACT_STATES)[number];

/** A fact: what one or several messages say, as one statement. */
export interface FactRecord {
  readonly key: number;
  readonly id: string;
  readonly userId: string;
  readonly text: string;
  readonly subject: string;
  readonly predicate: string;
  readonly object: string;
  readonly category: FactCategory;
  /** 0 to 1. */
  readonly confidence: number;
  readonly validFrom: number | null;
  /** Until when it held: what a person or the messages say, or the beginning of what superseded it. */
  readonly validTo: number | null;
  readonly state: FactState;
  /** Names of entities. */
  readonly entities: readonly string[];
  /** The messages that say it, the newest first; of more than `MOST_SOURCES` the newest. */
  readonly messageIds: readonly string[];
  /** The facts that it superseded, the newest first; of more than `MOST_SOURCES` the newest. */
  readonly supersedes: readonly string[];
  /** Null unless it is superseded. */
  readonly supersededBy: string | null;
  /** When a message said it last, or a person changed it after that. */
  readonly confirmedAt: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export const MOST_SOURCES = 100;

export interface FactFilter {
  readonly state?: FactState | undefined;
  /** Without regard to case. */
  readonly subject?: string | undefined;
  readonly category?: FactCategory | undefined;
  /** Only facts that held at this time: said or valid from then or before, and not over. */
  readonly asOf?: number | undefined;
  /** Only facts that a message of this session says. Errors: `not_found` of the session. */
  readonly sessionId?: string | undefined;
}

/** A change of a fact by a person. A field that is absent stays as it is. */
export interface FactPatch {
  readonly text?: string | undefined;
  /** What the new text is about, and what it is nominated by; of the old text when absent. */
  readonly object?: string | undefined;
  readonly terms?: readonly string[] | undefined;
  readonly category?: FactCategory | undefined;
  readonly confidence?: number | undefined;
  readonly validFrom?: number | null | undefined;
  readonly validTo?: number | null | undefined;
  readonly state?: FactState | undefined;
}

/** What of a fact its history tells. */
export type FactSnapshot = Pick<
  FactRecord,
  | 'text'
  | 'subject'
  | 'predicate'
  | 'object'
  | 'category'
  | 'confidence'
  | 'validFrom'
  | 'validTo'
  | 'state'
  | 'supersededBy'
>;

export const FACT_CHANGES = ['created', 'repeated', 'superseded', 'reopened', 'rederived', 'edited', 'undone'] as const;
export type FactChange = (typeof FACT_CHANGES)[number];

export interface FactEvent {
  readonly at: number;
  readonly change: FactChange;
  readonly reason: string;
  /** Null when the fact was created, and when what it said before was deleted. */
  readonly before: FactSnapshot | null;
  readonly after: FactSnapshot;
}

/** Events of a fact that are kept, the newest. */
export const MOST_EVENTS = 100;

export interface EntityRecord {
  readonly key: number;
  readonly id: string;
  readonly name: string;
  /** Other spellings. */
  readonly aliases: readonly string[];
  readonly kind: string;
  /** How many facts name it. */
  readonly facts: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
}

/**
 * Facts about a user and about what they speak of (M2). Tasks of the kind `extract` make them, and `WorkFacet.file` saves them; a
 * person may read, change and delete them. A fact of a session that is deleted, or of a message, is seen by no verb when that
 * deletion resolves. Every change increments the user's generation.
 */
export interface FactFacet {
  /**
   * Lists facts in order of creation. Errors: `not_found` of the user.
   * @example await store.facts.list(scope, 'u1', { state: 'active' }, { after: null, limit: 10 }); // { rows: [{ id: 'f1', ... }], next: null }
   */
  list(scope: Scope, userId: string, filter: FactFilter, page: Page): Promise<PageOf<FactRecord>>;
  /**
   * Reads facts in the order of `ids`, and skips an id that the scope does not see.
   * @example await store.facts.read(scope, ['f1']); // [{ id: 'f1', text: 'Ann lives in Graz.', ... }]
   */
  read(scope: Scope, ids: readonly string[]): Promise<FactRecord[]>;
  /**
   * Lists the facts that any of these messages says, at most a thousand, in order of key. Errors: `not_found` of the user.
   * @example await store.facts.ofMessages(scope, 'u1', ['m1']); // [{ id: 'f1', ... }]
   */
  ofMessages(scope: Scope, userId: string, messageIds: readonly string[]): Promise<FactRecord[]>;
  /**
   * Finds facts that share terms with a statement or a question, those that share most first; none that was retracted. Errors:
   * `not_found` of the user.
   * @example await store.facts.find(scope, 'u1', ['live', 'graz'], 10); // [{ id: 'f1', ... }]
   */
  find(scope: Scope, userId: string, terms: readonly string[], limit: number): Promise<FactRecord[]>;
  /**
   * Lists what became of a fact, the oldest event first. Errors: `not_found` of the fact.
   * @example await store.facts.history(scope, 'f1'); // [{ change: 'created', before: null, after: { text: '...' }, ... }]
   */
  history(scope: Scope, id: string): Promise<FactEvent[]>;
  /**
   * Changes a fact by a person's hand. From then on extraction leaves what it says alone; a statement made later may still supersede
   * it. Errors: `not_found`; `invalid` when it would end before it begins.
   * @example await store.facts.update(scope, 'f1', { text: 'Ann lives in Linz.' }, now); // { id: 'f1', text: 'Ann lives in Linz.', ... }
   */
  update(scope: Scope, id: string, patch: FactPatch, at: number): Promise<FactRecord>;
  /**
   * Deletes facts with their history, and skips ids as `read` does. Extraction does not make them again from the same messages.
   * Answers the ids of those that it deleted.
   * @example await store.facts.delete(scope, ['f1'], now); // ['f1']
   */
  delete(scope: Scope, ids: readonly string[], at: number): Promise<string[]>;
  /**
   * Takes back the newest change of a fact that has not been taken back: an edit, or that it was superseded. Answers the fact; null
   * when there is nothing to take back. Errors: `not_found`.
   * @example await store.facts.undo(scope, 'f1', now); // { id: 'f1', text: 'Ann lives in Graz.', ... }
   */
  undo(scope: Scope, id: string, at: number): Promise<FactRecord | null>;
  /**
   * Lists what facts of the user name, in the order in which it was first named. Errors: `not_found` of the user.
   * @example await store.facts.entities(scope, 'u1', { after: null, limit: 10 }); // { rows: [{ name: 'Graz', facts: 2, ... }], next: null }
   */
  entities(scope: Scope, userId: string, page: Page): Promise<PageOf<EntityRecord>>;
}

/** A fact that a new statement may repeat or supersede. */
export interface NominatedFact extends Omit<FactDraft, 'entities' | 'messageKeys'> {
  readonly id: string;
  /** When it was said first. */
  readonly saidAt: number;
  readonly state: FactState;
  /** When what superseded it was said; null when nothing has, or only what is being extracted anew. */
  readonly supersededAt: number | null;
  /** When a person last changed it; null when nobody has. */
  readonly editedAt: number | null;
  /** All of its mentions lie in the range that is being extracted, so this try replaces it. */
  readonly isOfRange: boolean;
  /** Its mentions in that range, as they were made by an earlier try; of many the first. */
  readonly ofRange: readonly FactDraft[];
}

export interface Nominations {
  /** The generation of the last change of the user's facts. An outcome that was compared with older ones is stale. */
  readonly generation: number;
  /** Each once, for all statements together. */
  readonly facts: readonly NominatedFact[];
  /** For each statement the places of its facts in `facts`, those that share most with it first. */
  readonly ofStatements: readonly (readonly number[])[];
}

/** Facts that `nominate` answers for a statement at most, and that it looks at for a term. */
export const MOST_NOMINATED = 24;

/** A statement as it is filed: of a new fact, or one more mention of a fact. */
export interface NewMention {
  /** The fact that it is a mention of. The first mention of an id makes the fact. */
  readonly factId: string;
  readonly draft: FactDraft;
  /** What `nominate` finds it by: words, and what names its slot. */
  readonly terms: readonly string[];
  /** When its newest message was said. */
  readonly saidAt: number;
}

/** That a fact is over, because another took its place. */
export interface Supersession {
  readonly olderId: string;
  readonly newerId: string;
  readonly reason: string;
}
