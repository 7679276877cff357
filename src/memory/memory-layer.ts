import type { Appended, NewMessage } from '../contract/messages.ts';
import type { Once } from '../contract/once.ts';
import { PRIORITY, TASK_KINDS } from '../contract/outbox.ts';
import type { Scope } from '../contract/records.ts';
import type { Store } from '../contract/store.ts';
import type { Clock } from '../platform/clock.ts';
import type { Ids } from '../platform/ids.ts';

/** A message as a client sends it; `createdAt` null is now. */
export type IncomingMessage = Omit<NewMessage, 'id' | 'createdAt'> & { readonly createdAt: number | null };

export interface MemoryLayer {
  /**
   * Takes the messages of one POST: mints their ids and stores them as one round of raw memory (M0), together with the
   * background work that they give. When it resolves they are on disk and every reader sees them. Errors: `not_found` of
   * the session, `idempotency_mismatch`, `overloaded`, `storage_unavailable`.
   */
  processBatch(scope: Scope, sessionId: string, messages: readonly IncomingMessage[], once?: Once): Promise<Appended>;
}

/** `idleMs`: how long a round waits for others before the background goes over it. */
export const createMemoryLayer = (store: Store, clock: Clock, ids: Ids, idleMs: () => number): MemoryLayer => ({
  processBatch: (scope, sessionId, messages, once) => {
    const at = clock.now();
    const minted = messages.map((message) => ({ ...message, id: ids.uuid(), createdAt: message.createdAt ?? at }));
    const work = { kinds: TASK_KINDS, priority: PRIORITY.normal, at, dueAt: at + idleMs() };
    return store.messages.append(scope, sessionId, minted, once, work);
  },
});
