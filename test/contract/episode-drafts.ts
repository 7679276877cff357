import type { NewEpisode } from '../../src/contract/episodes.ts';
import type { OutboxTask } from '../../src/contract/outbox.ts';
import type { Store } from '../../src/contract/store.ts';
import type { SummariseOutcome } from '../../src/contract/work.ts';
import { mintId } from './world.ts';

/** An episode over a range; what is not given is plain. */
export const newEpisode = (
  firstSequence: number,
  lastSequence: number,
  more: Partial<NewEpisode> = {},
): NewEpisode => ({
  id: mintId(),
  firstSequence,
  lastSequence,
  title: `title ${mintId()}`,
  summary: `summary ${mintId()}`,
  participants: ['ann'],
  keyPhrases: [`phrase ${mintId()}`],
  startedAt: 1_000 * firstSequence,
  endedAt: 1_000 * lastSequence,
  vector: { scale: 0.5, components: new Int8Array([3, -3]), model: 'model' },
  ...more,
});

/** Reads the range of a task and makes an outcome of it: one episode over it and the one before, unless there are others. */
export const prepareEpisodes = async (
  store: Store,
  task: OutboxTask,
  { owner, at, ...more }: { readonly owner: string; readonly at: number } & Partial<SummariseOutcome>,
): Promise<SummariseOutcome> => {
  const { key: taskKey, tenantKey, userKey, sessionKey, firstSequence, lastSequence } = task;
  const before = await store.work.episodeBefore(task);
  const { version } = await store.work.read(task);
  return {
    kind: 'summarise',
    ...{ taskKey, owner, tenantKey, userKey, sessionKey, firstSequence, lastSequence, version, before, at },
    episodes: [newEpisode(before?.firstSequence ?? firstSequence, lastSequence)],
    ...more,
  };
};
