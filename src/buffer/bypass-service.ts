import type { Once } from '../contract/once.ts';
import type { OutboxTask } from '../contract/outbox.ts';
import type { Scope } from '../contract/records.ts';
import type { Store } from '../contract/store.ts';
import type { Embedder } from '../embedding/embedder.ts';
import { runIndexTask } from '../memory/index-task.ts';
import type { IncomingMessage, MemoryLayer } from '../memory/memory-layer.ts';
import type { Clock } from '../platform/clock.ts';
import { createSearch, type Found, type SearchRequest } from '../retrieval/search.ts';
import { UserIndexes } from '../retrieval/user-indexes.ts';
import { completeIndex, type DeliveryContext } from './index-delivery.ts';
import { stageLookup } from './pipeline.ts';
import { findStoredRound } from './stored-round.ts';
import type { AddResult, UserService, WaitFor } from './user-service.ts';

export interface BypassContext {
  readonly store: Store;
  readonly memory: MemoryLayer;
  /** The model, loaded when it is first asked for. */
  readonly embedder: () => Promise<Embedder>;
  readonly delivery: Omit<DeliveryContext, 'embedder'>;
  readonly maxChunkTokens: () => number;
  readonly clock: Clock;
  readonly owner: string;
  readonly leaseMs: number;
  readonly indexMaxBytes: number;
}

/**
 * The API for one user without buffers: `buffer.enabled = false`. Built for a request and thrown away after it, it checks
 * the connection, does all of the work while the client waits, and keeps nothing. For those who want an answer to mean
 * that every layer is done; and the baseline that the buffers are measured against.
 */
export class BypassService implements UserService {
  readonly #context: BypassContext;

  constructor(context: BypassContext) {
    this.#context = context;
  }

  async addBatch(
    scope: Scope,
    sessionId: string,
    messages: readonly IncomingMessage[],
    once?: Once,
    waitFor?: WaitFor,
  ): Promise<AddResult> {
    const { store, memory } = this.#context;
    await store.ping();
    const { ids, replayed, round, tasks } = await memory.processBatch(scope, sessionId, messages, once);
    for (const task of tasks) await this.#index(task);
    let reached: boolean | null = null;
    if (waitFor) {
      const stored = round ?? (await findStoredRound(store, scope, sessionId, ids));
      reached = !stored || (await stageLookup(store)(scope, sessionId, stored, waitFor.stage));
    }
    return { ids, replayed, transferTriggered: tasks.length > 0, backgroundQueued: false, reached };
  }

  async query(request: SearchRequest): Promise<readonly Found[]> {
    const { store, indexMaxBytes } = this.#context;
    await store.ping();
    return createSearch(store.corpus, new UserIndexes(store.corpus, indexMaxBytes))(request);
  }

  /** Runs a task to its end. One that somebody else has taken, such as a request beside this one, is theirs to finish. */
  async #index(task: OutboxTask): Promise<void> {
    const { store, embedder, delivery, maxChunkTokens, clock, owner, leaseMs } = this.#context;
    for (;;) {
      const now = clock.now();
      const [mine] = await store.outbox.claim([task.key], owner, now, now + leaseMs);
      if (!mine) return;
      try {
        const request = { task: mine, maxTokens: maxChunkTokens() };
        const draft = await runIndexTask(request, { chunks: store.chunks, embedder: await embedder(), beat: () => {} });
        const commit = await completeIndex(mine, draft, { ...delivery, embedder: null });
        const [outcome] = await store.chunks.commit([commit]);
        if (outcome !== 'stale') return;
      } catch (error) {
        // The messages are stored; what is left to do of them is the background's.
        await store.outbox.release([mine.key], owner, clock.now());
        throw error;
      }
      await store.outbox.release([mine.key], owner, clock.now());
    }
  }
}
