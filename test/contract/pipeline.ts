import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { TASK_STATES } from '../../src/contract/outbox.ts';
import { createBackground } from './background.ts';
import { tasksOf } from './lists.ts';
import {
  type Conversation,
  createHistory,
  type History,
  keyOf,
  LEASE_MS,
  OWNERS,
  type Step,
  stepsOf,
} from './pipeline-steps.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present } from './world.ts';

const SEED = 20_260_104;

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);

/** Compares what the store tells of a session with the model, and both with what must hold of every message. */
const expectSameConversation = async ({ background }: History, { session, model }: Conversation): Promise<void> => {
  const left = await background.outstanding(session);
  expect(left.map(({ kind: _kind, updatedAt: _updatedAt, ...task }) => task)).toEqual(
    model.unfinished.map(({ firstSequence, lastSequence, state, attempts, reason }) => ({
      ...{ firstSequence, lastSequence, attempts, reason },
      state: state as 'waiting' | 'running' | 'failed',
    })),
  );
  const messages = [...model.messages];
  const idsOf = (from: number, to: number): string[] =>
    messages.filter(([sequence]) => sequence >= from && sequence <= to).map(([, { id }]) => id);
  const filed = (await background.chunks(session)).map(({ id, content, messageIds }) => ({ id, content, messageIds }));
  expect(filed.sort(byId)).toEqual(
    model.chunks
      .map(({ id, content, firstSequence, lastSequence }) => {
        return { id, content, messageIds: idsOf(firstSequence, lastSequence) };
      })
      .sort(byId),
  );
  for (const [sequence, { id }] of messages) {
    const chunks = filed.filter(({ messageIds }) => messageIds.includes(id));
    const tasks = left.filter((task) => task.firstSequence <= sequence && task.lastSequence >= sequence);
    expect({ sequence, places: chunks.length + tasks.length }).toEqual({ sequence, places: 1 });
  }
  for (const { content, messageIds } of filed) {
    const held = messages.filter(([, { id }]) => messageIds.includes(id)).map(([sequence]) => sequence);
    expect(content).toBe(model.contentOf(held));
  }
};

const expectSame = async (history: History): Promise<void> => {
  const { background, conversations, now } = history;
  const { due, store, scope } = background;
  for (const conversation of conversations) await expectSameConversation(history, conversation);
  for (const owner of OWNERS) {
    const shown = await due(now, owner);
    for (const { session, model } of conversations) {
      model.learnKeys(shown.filter(({ sessionKey }) => sessionKey === session.key));
    }
    const tasks = conversations.flatMap(({ model }) => model.due(owner, now));
    const inOrder = tasks.sort((a, b) => b.priority - a.priority || a.dueAt - b.dueAt || keyOf(a) - keyOf(b));
    expect(shown.map(({ key }) => key)).toEqual(inOrder.map(keyOf));
  }
  const count = (state: string) =>
    conversations.flatMap(({ model }) => model.tasks).filter((it) => it.state === state).length;
  const held = await tasksOf(store, scope, { kind: 'index' });
  for (const state of TASK_STATES) {
    expect([state, held.filter((task) => task.state === state).length]).toEqual([state, count(state)]);
  }
  expect(await store.outbox.counts(scope)).toMatchObject({ done: count('done') });
};

/** Does all that is left as one diligent process would, long after the others have died; nothing must be left then. */
const finishAll = async ({ background, conversations, now: lastNow }: History): Promise<void> => {
  const { store, scope, takeAll, prepare, outstanding, chunks } = background;
  const owner = 'process of the last day';
  const now = lastNow + 10 * LEASE_MS;
  for (const { id } of await tasksOf(store, scope, { state: 'failed' })) {
    await store.outbox.redrive(scope, id, now);
  }
  const tasks = await takeAll(owner);
  const commits = tasks.map((task) => {
    const { model } = present(conversations.find(({ session }) => session.key === task.sessionKey));
    return prepare(task, { owner, chunks: model.cut(task, 2, mintId), at: now });
  });
  const outcomes = await store.work.file(await Promise.all(commits));
  expect(outcomes).toEqual(tasks.map(() => 'done'));
  for (const { session, model } of conversations) {
    expect(await outstanding(session)).toEqual([]);
    const held = (await chunks(session)).flatMap(({ messageIds }) => messageIds);
    expect(held.toSorted()).toEqual([...model.messages.values()].map(({ id }) => id).toSorted());
  }
};

/** What happens how often, of so many steps. */
const SHARES: Readonly<Record<Step['verb'], number>> = {
  append: 4,
  update: 2,
  remove: 1,
  claim: 4,
  draft: 3,
  commit: 3,
  finish: 2,
  takeOver: 2,
  beat: 1,
  retry: 1,
  release: 1,
  fail: 1,
  split: 2,
  redrive: 1,
  wait: 1,
};
const VERBS = Object.entries(SHARES).flatMap(([verb, share]) =>
  Array.from({ length: share }, () => verb as Step['verb']),
);

const step = fc.record<Step>({
  verb: fc.constantFrom(...VERBS),
  owner: fc.constantFrom(...OWNERS),
  pick: fc.nat({ max: 1_000 }),
  count: fc.integer({ min: 1, max: 4 }),
});

export const describePipeline = (open: OpenStore): void =>
  describe('background work', () => {
    const shared = shareStore(open);

    test('forgets no message and does none twice, whoever does what, dies or comes late', async () => {
      const property = fc.asyncProperty(
        fc.array(step, { minLength: 50, maxLength: 70, size: 'max' }),
        async (steps) => {
          const history = await createHistory(await createBackground(await shared.createWorld()));
          const run = stepsOf(history);
          for (const step of steps) {
            await run[step.verb](step);
            await expectSame(history);
          }
          await finishAll(history);
        },
      );
      await fc.assert(property, { seed: SEED, numRuns: 15 });
    });
  });
