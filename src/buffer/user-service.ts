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
  /** Whether the rounds of the session left the RoundBuffer, because it was full. */
  readonly transferTriggered: boolean;
  /** Whether the background tasks are queued in memory. If not, they wait in the outbox, or are done already (without buffers). */
  readonly backgroundQueued: boolean;
  /** Whether the stage that was waited for was reached in time; null when none was. */
  readonly reached: boolean | null;
}

/** What the API does for one user: with buffers, or strictly inline. */
export interface UserService {
  /** Queues the tasks of messages that were stored, and waits for their stage when the request asks for that. */
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
