import type { HybridItem } from '../../../src/buffer/hybrid-buffer.ts';
import type { OutboxTask } from '../../../src/contract/outbox.ts';
import { doTask } from '../../../src/memory/kinds/handlers.ts';
import { TaskLife } from '../../../src/memory/task-lives.ts';
import type { Background } from '../../contract/background.ts';
import { mintId, present } from '../../contract/world.ts';
import { fakeCounter } from './fake-counter.ts';
import { fakeEmbedder } from './fake-workers.ts';
import type { ProcessorWorld } from './processor.ts';

const OWNER = 'this process';
const LEASE_MS = 3_600_000;

/** A task whose Worker has done its part. */
export const deliveredLife = (task: OutboxTask): TaskLife => {
  const life = new TaskLife(task);
  for (const state of ['claiming', 'at work', 'delivering'] as const) life.move(state);
  return life;
};

/** What the background makes of a new round of these texts, ready to be filed. */
export const makeItem = async (
  { store, time, say, newSession }: ProcessorWorld,
  texts: readonly string[],
  session?: Background['talk'],
): Promise<HybridItem> => {
  const { key } = await say(session ?? (await newSession()), texts);
  const task = present((await store.work.take([key], OWNER, time.now(), time.now() + LEASE_MS))[0]);
  const context = { meaning: null, tagger: null, ids: { uuid: mintId } };
  const make = { work: store.work, embedder: fakeEmbedder(), ...context, beat: () => {} };
  const ids = { uuid: mintId, hex: () => '', secret: () => '' };
  const complete = { embedder: null, counter: fakeCounter(), clock: time, ids, owner: OWNER };
  const outcome = await doTask({ task, maxTokens: 800, isOn: true }, { make, complete });
  return { life: deliveredLife(task), outcome, rounds: 1 };
};
