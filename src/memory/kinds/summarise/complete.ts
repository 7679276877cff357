import type { OutboxTask } from '../../../contract/outbox.ts';
import type { SummariseOutcome } from '../../../contract/work.ts';
import { storedVector } from '../../../embedding/quantised.ts';
import type { CompleteContext } from '../kind.ts';
import { type SummariseDraft, textOf } from './make.ts';

/** Gives the episodes ids, and has the configured model embed them. Errors: those of the model. */
export const completeSummarise = async (
  task: OutboxTask,
  { version, before, episodes, model: table }: SummariseDraft,
  { embedder, clock, ids, owner }: CompleteContext,
): Promise<SummariseOutcome> => {
  const { key: taskKey, tenantKey, userKey, sessionKey, firstSequence, lastSequence } = task;
  const vectors = embedder && episodes.length > 0 ? await embedder.embed(episodes.map(textOf)) : [];
  const model = embedder?.model.fingerprint ?? table;
  return {
    kind: 'summarise',
    ...{ taskKey, owner, tenantKey, userKey, sessionKey, firstSequence, lastSequence, version, before },
    episodes: episodes.map(({ vector, ...episode }, i) => {
      const made = vector ?? vectors[i];
      return { ...episode, id: ids.uuid(), vector: made && model ? { ...storedVector(made), model } : null };
    }),
    at: clock.now(),
  };
};

const BYTES_PER_CHARACTER = 2;

/** About the memory of an outcome: its texts and vectors. */
export const bytesOfSummarise = ({ episodes }: SummariseOutcome): number =>
  episodes.reduce(
    (sum, { title, summary, vector }) =>
      sum + (title.length + summary.length) * BYTES_PER_CHARACTER + (vector?.components.byteLength ?? 0),
    0,
  );
