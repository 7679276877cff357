import type { IndexCommit } from '../contract/chunks.ts';
import type { OutboxTask } from '../contract/outbox.ts';
import { storedVector } from '../embedding/quantised.ts';
import { CHUNK_STRATEGY } from '../memory/chunker.ts';
import type { IndexDraft } from '../memory/index-task.ts';
import type { Clock } from '../platform/clock.ts';
import type { Ids } from '../platform/ids.ts';
import { spokenText } from '../text/speaker.ts';
import type { BatchEmbedder } from './batch-embedder.ts';
import type { TokenCounter } from './token-counter.ts';

export interface DeliveryContext {
  /** The configured model; null when it is the static one: then the Worker has embedded the chunks, and messages need none. */
  readonly embedder: Pick<BatchEmbedder, 'embed' | 'model'> | null;
  readonly counter: TokenCounter;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Names this process in leases. */
  readonly owner: string;
}

/**
 * Turns what a Worker made of a task into what is filed: counts tokens exactly, and has the configured model embed the
 * chunks and each message as it is spoken. Errors: those of the counter and of the model.
 */
export const completeIndex = async (
  task: OutboxTask,
  draft: IndexDraft,
  { embedder, counter, clock, ids, owner }: DeliveryContext,
): Promise<IndexCommit> => {
  const { key: taskKey, tenantKey, userKey, sessionKey, firstSequence, lastSequence } = task;
  const contents = draft.messages.map(({ content }) => content);
  const [counts, vectors] = await Promise.all([
    counter.count(contents),
    embedder
      ? embedder.embed([
          ...draft.chunks.map(({ content }) => content),
          ...draft.messages.map((message) => spokenText(message, message.content)),
        ])
      : null,
  ]);
  const tokenCounts = draft.messages.map(({ sequence }, i) => ({ sequence, tokens: counts[i] ?? 0 }));
  const chunks = draft.chunks.map(({ vector, ...chunk }, i) => {
    const within = tokenCounts.filter(
      ({ sequence }) => chunk.firstSequence <= sequence && sequence <= chunk.lastSequence,
    );
    const tokenCount = within.reduce((sum, { tokens }) => sum + tokens, 0);
    const ready = vector ?? vectors?.[i] ?? null;
    const model = ready ? (embedder?.model.fingerprint ?? draft.model) : null;
    return { ...chunk, id: ids.uuid(), strategy: CHUNK_STRATEGY, tokenCount, vector: ready, model };
  });
  const ofMessages = draft.messages.flatMap(({ sequence }, i) => {
    const vector = vectors?.[draft.chunks.length + i];
    return vector ? [{ sequence, ...storedVector(vector) }] : [];
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
    vectors: embedder && { model: embedder.model.fingerprint, messages: ofMessages },
    at: clock.now(),
  };
};
