import type { FactChange, FactRecord } from './facts.ts';
import type { TaskKind } from './kinds.ts';
import type { Page, PageOf } from './pages.ts';
import type { JsonText, Scope } from './records.ts';
import type { StoredVector } from './vectors.ts';

/** The kinds of work whose outcomes are moved, so that they need not be done again. */
export const COPIED_KINDS = ['summarise', 'extract'] as const satisfies readonly TaskKind[];
export type CopiedKind = (typeof COPIED_KINDS)[number];

/** Mentions of a fact that are moved, at most: the first ones, of which it is made, and the newest. */
export const MOST_MENTIONS = { first: 16, newest: 1_000 } as const;

/** Terms of a fact, or of a mention, that are moved at most. */
export const MOST_TERMS = 1_024;

/** A statement of messages, as `NewMention` has it, with ids in place of keys. */
export interface MentionCopy {
  /** The newest first. */
  readonly messageIds: readonly string[];
  readonly saidAt: number;
  /** A `FactDraft` as it is stored, with no `messageKeys` in it. */
  readonly draft: JsonText;
  readonly terms: readonly string[];
}

export interface EventCopy {
  readonly at: number;
  readonly change: FactChange;
  readonly reason: string;
  readonly before: JsonText | null;
  readonly after: JsonText;
  /** Whether a person has taken it back. */
  readonly isUndone: boolean;
}

/** A fact with all that it is made of, so that it can be changed, taken back and made anew in another store. */
export interface FactCopy
  extends Pick<
    FactRecord,
    | 'id'
    | 'text'
    | 'subject'
    | 'predicate'
    | 'object'
    | 'category'
    | 'confidence'
    | 'validFrom'
    | 'validTo'
    | 'state'
    | 'createdAt'
    | 'updatedAt'
  > {
  readonly kind: 'fact';
  readonly saidAt: number;
  readonly endedAt: number | null;
  readonly editedAt: number | null;
  /** What took its place, which may be retracted by now. It is a `SupersessionCopy` that adds it. */
  readonly supersededBy: string | null;
  /** What finds it beside the terms of its mentions, such as the words of a person; at most `MOST_TERMS`. */
  readonly terms: readonly string[];
  /** `of` names the entity, `name` is how the fact spells it. */
  readonly entities: readonly { readonly of: string; readonly name: string; readonly saidAt: number }[];
  readonly history: readonly EventCopy[];
  readonly mentions: readonly MentionCopy[];
}

/** That a fact took the place of another that was copied and has not changed since. */
export interface SupersessionCopy {
  readonly kind: 'supersession';
  readonly olderId: string;
  readonly newerId: string;
  /** The `updatedAt` of the older. */
  readonly updatedAt: number;
}

export interface EntityCopy {
  readonly kind: 'entity';
  readonly id: string;
  readonly name: string;
  readonly entityKind: string;
}

/** Statements of a message that a person deleted: digests of their words, which extraction passes over. */
export interface ForgottenCopy {
  readonly kind: 'forgotten';
  readonly messageId: string;
  readonly statements: readonly JsonText[];
}

/** An episode, with marks in place of the names of accounts. */
export interface EpisodeCopy {
  readonly kind: 'episode';
  readonly id: string;
  readonly firstMessageId: string;
  readonly lastMessageId: string;
  /** How many messages it covers. */
  readonly messages: number;
  readonly title: string;
  readonly summary: string;
  readonly participants: readonly string[];
  readonly keyPhrases: readonly string[];
  readonly startedAt: number;
  readonly endedAt: number;
  readonly vector: (StoredVector & { readonly model: string }) | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Work on messages of a session that was not done where they come from. */
export interface PendingCopy {
  readonly kind: 'pending';
  readonly work: CopiedKind;
  readonly firstMessageId: string;
  readonly lastMessageId: string;
}

/** When a message was last changed, for one that has not changed since it was added. */
export interface EditCopy {
  readonly kind: 'edit';
  readonly messageId: string;
  readonly at: number;
}

export type Copy = FactCopy | SupersessionCopy | EntityCopy | ForgottenCopy | EpisodeCopy | PendingCopy | EditCopy;

/**
 * What was made of messages, as it is moved to another store: with all that the other verbs do not show. Messages are named by
 * their ids, and have to be there before what was made of them. Each verb fails with `not_found` for a user or a session that the scope
 * cannot see.
 */
export interface CopyFacet {
  /**
   * Lists facts in order of creation.
   * @example await store.copies.facts(scope, 'u1', { after: null, limit: 10 }); // { rows: [{ kind: 'fact', id: 'f1', ... }], next: null }
   */
  facts(scope: Scope, userId: string, page: Page): Promise<PageOf<FactCopy>>;
  /**
   * Lists episodes in the order in which they were made.
   * @example await store.copies.episodes(scope, 'u1', { after: null, limit: 10 }); // { rows: [{ kind: 'episode', id: 'e1', ... }], next: null }
   */
  episodes(scope: Scope, userId: string, page: Page): Promise<PageOf<EpisodeCopy>>;
  /**
   * Lists what a person deleted of the messages of a session, in order of the messages.
   * @example await store.copies.forgotten(scope, 's1', { after: null, limit: 10 }); // { rows: [{ kind: 'forgotten', messageId: 'm1', ... }], next: null }
   */
  forgotten(scope: Scope, sessionId: string, page: Page): Promise<PageOf<ForgottenCopy>>;
  /**
   * Lists the work on a session that is not done, whose outcomes are moved, in order of the messages. Other work makes a page shorter.
   * @example await store.copies.pending(scope, 's1', { after: null, limit: 10 }); // { rows: [{ kind: 'pending', work: 'extract', ... }], next: null }
   */
  pending(scope: Scope, sessionId: string, page: Page): Promise<PageOf<PendingCopy>>;
  /**
   * Adds copies to a user, all or none, and answers for each whether it was added. One is passed over that is there already, and one of
   * messages that are not there, or that a person has deleted here. An episode whose messages others have come between is made anew.
   * @example await store.copies.add(scope, 'u1', [{ kind: 'edit', messageId: 'm1', at: now }], now); // [true]
   */
  add(scope: Scope, userId: string, copies: readonly Copy[], at: number): Promise<boolean[]>;
}
