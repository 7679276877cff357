import type { Appended } from '../contract/messages.ts';
import type { Once } from '../contract/once.ts';
import type { Scope } from '../contract/records.ts';
import type { IncomingMessage } from '../memory/memory-layer.ts';
import type { Stage } from '../memory/stages.ts';
import type { SearchAnswer, SearchRequest } from '../retrieval/search.ts';

/** Wait for a stage before answering. */
export interface WaitFor {
  readonly stage: Stage;
  readonly timeoutMs: number;
}

export interface AddResult {
  readonly ids: readonly string[];
  /** True when an earlier request with the same claim had added them. */
  readonly replayed: boolean;
  /** Whether the session's rounds moved on from the RoundBuffer. */
  readonly transferTriggered: boolean;
  /** Whether background work is left and in memory; else it waits in the outbox, or without buffers is done. */
  readonly backgroundQueued: boolean;
  /** Whether the stage that was waited for was reached in time; null when none was. */
  readonly reached: boolean | null;
}

/** What the API does for one user: with buffers, or strictly inline. */
export interface UserService {
  /** What follows once messages of the user are stored: the work that they give, and the wait for a stage. */
  follow(
    scope: Scope,
    sessionId: string,
    appended: Appended,
    messages: readonly IncomingMessage[],
    once?: Once,
    waitFor?: WaitFor,
  ): Promise<AddResult>;
  /**
   * Errors: `storage_unavailable`, `overloaded`.
   *
   * @param generation that of the user's memory when the request began, for who has looked at it; it is looked at otherwise.
   */
  query(request: SearchRequest, generation?: number): Promise<SearchAnswer>;
}
