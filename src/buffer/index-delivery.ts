import type { IndexCommit } from '../contract/chunks.ts';
import type { OutboxTask } from '../contract/outbox.ts';
import { CHUNK_STRATEGY } from '../memory/chunker.ts';
import type { IndexDraft } from '../memory/index-task.ts';
import type { Clock } from '../platform/clock.ts';
import type { Ids } from '../platform/ids.ts';
import type { BatchEmbedder } from './batch-embedder.ts';
import type { TokenCounter } from './token-counter.ts';

export interface DeliveryContext {
  /** Makes the vectors; null when the Worker has made them already. */
  readonly embedder: BatchEmbedder | null;
  readonly counter: TokenCounter;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Names this process in leases. */
  readonly owner: string;
}

/** Turns what a Worker made of a task into what is filed: counts tokens exactly, and embeds what is not embedded. */
export const completeIndex = async (
  task: OutboxTask,
  draft: IndexDraft,
  { embedder, counter, clock, ids, owner }: DeliveryContext,
): Promise<IndexCommit> => {
  const { key: taskKey, tenantKey, userKey, sessionKey, firstSequence, lastSequence } = task;
  const contents = draft.messages.map(({ content }) => content);
  const [counts, vectors] = await Promise.all([
    counter.count(contents),
    embedder ? embedder.embed(draft.chunks.map(({ content }) => content)) : null,
  ]);
  const tokenCounts = draft.messages.map(({ sequence }, i) => ({ sequence, tokens: counts[i] ?? 0 }));
  const chunks = draft.chunks.map(({ vector, ...chunk }, i) => {
    const within = tokenCounts.filter(
      ({ sequence }) => chunk.firstSequence <= sequence && sequence <= chunk.lastSequence,
    );
    const tokenCount = within.reduce((sum, { tokens }) => sum + tokens, 0);
    const ready = vector ?? vectors?.[i] ?? null;
    const model = ready ? (embedder?.fingerprint ?? draft.model) : null;
    return { ...chunk, id: ids.uuid(), strategy: CHUNK_STRATEGY, tokenCount, vector: ready, model };
  });
  return {
    taskKey,
    owner,
    tenantKey,
    userKey,
    sessionKey,
    firstSequence,
    lastSequence,
    version: draft.version,
    chunks,
    tokenCounts,
    at: clock.now(),
  };
};
