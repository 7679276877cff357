import type { SequenceRange } from './outbox.ts';
import type { Page, PageOf } from './pages.ts';
import type { Scope } from './records.ts';
import type { StoredVector } from './vectors.ts';

/** Consecutive messages of a session about one thing, as a task of the kind `summarise` makes them. */
export interface NewEpisode extends SequenceRange {
  readonly id: string;
  /** Title, summary and participants have marks in place of the names of accounts (`text/account-marks.ts`). */
  readonly title: string;
  readonly summary: string;
  /** Who spoke, in the order in which they first did. */
  readonly participants: readonly string[];
  readonly keyPhrases: readonly string[];
  /** The earliest and the latest time of its messages. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** The embedding, and the fingerprint of the model that made it; null when there is none. */
  readonly vector: (StoredVector & { readonly model: string }) | null;
}

/** The episode right before a range, which a task goes on with, in its state when it was read. */
export interface EpisodeBefore extends SequenceRange {
  readonly key: number;
  /** That of its last change. */
  readonly generation: number;
}

/** An episode as people read it, with the present names of the user and the agent. */
export interface EpisodeRecord {
  readonly id: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly title: string;
  readonly summary: string;
  readonly participants: readonly string[];
  readonly keyPhrases: readonly string[];
  readonly startedAt: number;
  readonly endedAt: number;
  /** In the order of the conversation. */
  readonly messageIds: readonly string[];
  /** Whether it is the last of its session, so that messages that follow may become part of it. */
  readonly isOpen: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/**
 * The episodes of sessions (M1). Tasks of the kind `summarise` make them, and `WorkFacet.file` saves them: those of a session do
 * not overlap, and one that grows keeps its id.
 */
export interface EpisodeFacet {
  /**
   * Lists the episodes of a user in the order in which they were made, or those of one session in the order of the
   * conversation. Errors: `not_found` of the user, then of the session.
   * @example await store.episodes.list(scope, 'u1', { sessionId: 's1' }, { after: null, limit: 10 });
   * // { rows: [{ id: 'e1', title: 'Moving to Graz', messageIds: ['m1', 'm2'], isOpen: true, ... }], next: null }
   */
  list(
    scope: Scope,
    userId: string,
    filter: { readonly sessionId?: string | undefined },
    page: Page,
  ): Promise<PageOf<EpisodeRecord>>;
  /**
   * Reads episodes of a user in the order of `ids`, and skips those that the user does not have. Errors: `not_found` of the user.
   * @example await store.episodes.read(scope, 'u1', ['e1']); // [{ id: 'e1', title: 'Moving to Graz', ... }]
   */
  read(scope: Scope, userId: string, ids: readonly string[]): Promise<EpisodeRecord[]>;
}
