import type { OutboxTask } from '../../../contract/outbox.ts';
import type { IndexOutcome } from '../../../contract/work.ts';
import { storedVector } from '../../../embedding/quantised.ts';
import { spokenText } from '../../../text/speaker.ts';
import type { CompleteContext } from '../kind.ts';
import { CHUNK_STRATEGY } from './chunker.ts';
import type { IndexDraft } from './make.ts';

/**
 * Turns what a Worker made of a task into what is filed: counts tokens exactly, and has the configured model embed the
 * chunks and each message as it is spoken. Errors: those of the counter and of the model.
 */
export const completeIndex = async (
  task: OutboxTask,
  draft: IndexDraft,
  { embedder, counter, clock, ids, owner }: CompleteContext,
): Promise<IndexOutcome> => {
  const { key: taskKey, tenantKey, userKey, sessionKey, firstSequence, lastSequence } = task;
  const contents = draft.messages.map(({ content }) => content);
  const [counts, vectors] = await Promise.all([
    counter.count(contents),
    embedder
      ? embedder.embed([
          ...draft.chunks.map(({ content }) => content),
          ...draft.messages.map((message) => spokenText(message.name, message.content)),
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
    kind: 'index',
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

const BYTES_PER_CHARACTER = 2;

/** About the memory of an outcome: its texts and vectors. */
export const bytesOfIndex = ({ chunks, vectors }: IndexOutcome): number => {
  const ofChunks = chunks.reduce(
    (sum, { content, vector }) => sum + content.length * BYTES_PER_CHARACTER + (vector?.byteLength ?? 0),
    0,
  );
  const ofMessages = vectors?.messages.reduce((sum, { components }) => sum + components.byteLength, 0) ?? 0;
  return ofChunks + ofMessages;
};
