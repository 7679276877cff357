import { describe, expect, test } from 'bun:test';
import { type OutboxTask, PRIORITY } from '../../src/contract/outbox.ts';
import {
  ANN,
  type Background,
  BOB,
  createBackground,
  createTasks,
  END_OF_TIME,
  FAILURE,
  keysOf,
  LEASE_MS,
  NOON,
  spansOf,
} from './background.ts';
import { tasksOf } from './lists.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';

/** All that an owner can do with a task, by verb. */
const ACTS: Readonly<Record<string, (background: Background, task: OutboxTask, by: string) => Promise<unknown>>> = {
  beat: ({ store }, _task, by) => store.work.beat(by, NOON, END_OF_TIME),
  retry: ({ store }, { key }, by) => store.work.retry(key, by, { ...FAILURE, dueAt: NOON }),
  release: ({ store }, { key }, by) => store.work.release([key], by, NOON),
  fail: ({ store }, { key }, by) => store.work.fail(key, by, FAILURE),
  split: ({ store }, { key, firstSequence }, by) =>
    store.work.split(key, by, { lastSequence: firstSequence, at: NOON }),
};

export const describeOutboxLeases = (open: OpenStore): void =>
  describe('a task under a lease', () => {
    const shared = shareStore(open);
    const create = async () => createBackground(await shared.createWorld());

    test("stays its owner's when the lease is extended", async () => {
      const { store, appendTask, claim, talk, due } = await create();
      const { key } = await claim(await appendTask(talk, 1), ANN, NOON);
      expect(await store.work.beat(ANN, NOON, NOON + LEASE_MS)).toEqual([key]);
      expect(await due(NOON + LEASE_MS - 1)).toEqual([]);
      expect(await store.work.take([key], BOB, NOON + LEASE_MS - 1, END_OF_TIME)).toEqual([]);
      expect(keysOf(await due(NOON + LEASE_MS + 1))).toEqual([key]);
    });

    test("is held with all others under its owner's one lease, as far as they are still the owner's", async () => {
      const background = await create();
      const { store, claim, finish, due } = background;
      const tasks = await createTasks(background, ['kept', 'taken', 'back', 'failed', 'done', 'waiting']);
      const { kept, taken, back, failed, done, waiting } = tasks;
      for (const task of [kept, taken, back, failed]) await claim(task, ANN, NOON);
      await store.work.take([taken.key], BOB, NOON + 1, END_OF_TIME);
      await store.work.release([back.key], ANN, NOON);
      await store.work.fail(failed.key, ANN, FAILURE);
      await finish(done);
      const keys = keysOf(Object.values(tasks));
      const beat = async (owner: string, now: number): Promise<number[]> =>
        (await store.work.beat(owner, now, END_OF_TIME)).filter((key) => keys.includes(key));
      expect([await beat(ANN, NOON), await beat(BOB, NOON)]).toEqual([[kept.key], [taken.key]]);
      expect(await store.work.beat('process carl', NOON, END_OF_TIME)).toEqual([]);
      // What is taken last says when the lease ends for all.
      await claim(waiting, ANN, NOON + LEASE_MS);
      expect(keysOf(await due(NOON + LEASE_MS, BOB))).toEqual([back.key]);
      const after = NOON + LEASE_MS + 1;
      expect(keysOf(await due(after, BOB)).toSorted((a, b) => a - b)).toEqual(
        keysOf([kept, back, waiting]).toSorted((a, b) => a - b),
      );
      expect(keysOf(await store.work.take([kept.key], BOB, after, END_OF_TIME))).toEqual([kept.key]);
      expect(await beat(ANN, after)).toEqual([waiting.key]);
    });

    test('is not held any longer by a try to take what cannot be had', async () => {
      const { store, appendTask, claim, talk, due } = await create();
      const task = await claim(await appendTask(talk, 1), ANN, NOON);
      expect(await store.work.take([task.key, 999_999_999], ANN, NOON, END_OF_TIME)).toEqual([]);
      expect(keysOf(await due(NOON + 1, BOB))).toEqual([task.key]);
    });

    test('waits for its next try after a failed one, with the reason', async () => {
      const { store, appendTask, claim, talk, due, record } = await create();
      const task = await claim(await appendTask(talk, 2));
      await store.work.retry(task.key, ANN, { attempts: 2, reason: 'no answer', dueAt: NOON + 5_000, at: NOON });
      expect(await record(task)).toMatchObject({
        state: 'waiting',
        attempts: 2,
        reason: 'no answer',
        updatedAt: NOON,
        nextAttemptAt: NOON + 5_000,
      });
      expect(await due(NOON + 4_999)).toEqual([]);
      const again = { ...task, attempts: 2, dueAt: NOON + 5_000 };
      expect(await due(NOON + 5_000)).toEqual([again]);
      expect(await store.work.take([task.key], BOB, NOON + 5_000, END_OF_TIME)).toEqual([again]);
    });

    test('is put back as it was when its owner stops, for anybody to take at once', async () => {
      const background = await create();
      const { store, claim, due, record } = background;
      const tasks = Object.values(await createTasks(background, ['one', 'two']));
      for (const task of tasks) {
        await claim(task);
        await store.work.retry(task.key, ANN, { ...FAILURE, dueAt: NOON });
        await claim(task);
      }
      await store.work.release(keysOf(tasks), ANN, NOON + 9_000);
      const again = tasks.map((task) => ({ ...task, attempts: 1, dueAt: NOON + 9_000 }));
      expect(await due(NOON + 9_000)).toEqual(again);
      for (const task of tasks) expect(await record(task)).toMatchObject({ attempts: 1, reason: FAILURE.reason });
      expect(await store.work.take(keysOf(tasks), BOB, NOON + 9_000, END_OF_TIME)).toEqual(again);
    });

    test('stays as a dead letter once it is given up, with the reason', async () => {
      const { store, appendTask, claim, talk, due, record } = await create();
      const task = await claim(await appendTask(talk, 1), ANN, NOON);
      await store.work.fail(task.key, ANN, { attempts: 4, reason: 'never works', at: NOON });
      const dead = { state: 'failed', attempts: 4, reason: 'never works', updatedAt: NOON, nextAttemptAt: null };
      expect(await record(task)).toMatchObject(dead);
      expect(await due(END_OF_TIME)).toEqual([]);
      expect(await store.work.take([task.key], BOB, END_OF_TIME, END_OF_TIME)).toEqual([]);
    });

    test('of a clock that was a year ahead is over, and what waits for that clock is due, once somebody says what time it is', async () => {
      const background = await create();
      const { store, scope, due, record } = background;
      const YEAR_MS = 365 * 24 * 3_600_000;
      const ahead = NOON + YEAR_MS;
      const tasks = await createTasks(background, ['early', 'waiting', 'retried', 'held', 'mine', 'failed']);
      const { early, waiting, retried, held, mine, failed } = tasks;
      const ofTenant = async (by = ANN) => keysOf(await due(NOON, by)).toSorted((a, b) => a - b);
      for (const task of [retried, held, failed]) {
        await store.work.take([task.key], BOB, ahead, ahead + LEASE_MS);
      }
      await store.work.take([mine.key], ANN, ahead, ahead + LEASE_MS);
      await store.work.retry(retried.key, BOB, { ...FAILURE, at: ahead, dueAt: ahead + 1_000 });
      await store.work.fail(failed.key, BOB, { ...FAILURE, at: ahead });
      await store.work.take([waiting.key], ANN, ahead, ahead + LEASE_MS);
      await store.work.release([waiting.key], ANN, ahead);
      expect(await ofTenant()).toEqual([early.key]);
      // Nobody's clock is right to the second.
      expect(await store.work.rewind(ANN, ahead - 30_000)).toBe(0);
      expect(await store.work.rewind(ANN, NOON)).toBeGreaterThanOrEqual(4);
      expect(await ofTenant()).toEqual(keysOf([early, waiting, retried, held]).toSorted((a, b) => a - b));
      expect(await store.work.take([mine.key], BOB, NOON, NOON + LEASE_MS)).toEqual([]);
      expect(await record(failed)).toMatchObject({ state: 'failed', updatedAt: NOON });
      expect(await record(retried)).toMatchObject({ state: 'waiting', attempts: 1, updatedAt: NOON });
      expect(keysOf(await store.work.take([held.key], ANN, NOON, NOON + LEASE_MS))).toEqual([held.key]);
      expect((await store.outbox.counts(scope)).waiting).toBe(3);
    });

    for (const [verb, act] of Object.entries(ACTS)) {
      test(`is not touched by a ${verb} of anybody but its owner`, async () => {
        const background = await create();
        const { store, scope, claim, finish } = background;
        const tasks = await createTasks(background, ['held', 'taken', 'waiting', 'failed', 'done'], 2);
        const { held, taken, failed, done } = tasks;
        await claim(held, BOB, NOON);
        await claim(taken, ANN, NOON);
        await store.work.take([taken.key], BOB, NOON + 1, NOON + LEASE_MS);
        await claim(failed);
        await store.work.fail(failed.key, ANN, FAILURE);
        await finish(done);
        // Leases show by what is due, before they end and after.
        const look = async () => [
          await tasksOf(store, scope),
          await background.due(NOON + 1),
          await background.due(END_OF_TIME - 1),
        ];
        const before = await look();
        for (const task of [...Object.values(tasks), { ...held, key: 999_999_999 }]) {
          for (const stranger of [ANN, 'process carl', '']) await act(background, task, stranger);
        }
        expect(await look()).toEqual(before);
      });
    }
  });

export const describeOutboxSplits = (open: OpenStore): void =>
  describe('a task that is cut in two', () => {
    const shared = shareStore(open);
    const create = async () => createBackground(await shared.createWorld());

    test('is two over the same messages, due at once, as urgent and as often tried, each with a name of its own', async () => {
      for (const lastSequence of [1, 3, 4]) {
        const { store, appendTask, claim, talk, takeAll } = await create();
        const task = await appendTask(talk, 5, { priority: PRIORITY.high });
        await claim(task);
        await store.work.retry(task.key, ANN, { attempts: 3, reason: 'x', dueAt: NOON, at: NOON });
        await claim(task);
        await store.work.split(task.key, ANN, { lastSequence, at: NOON + 5_000 });
        const halves = await takeAll(BOB);
        expect(spansOf(halves)).toEqual([
          [1, lastSequence],
          [lastSequence + 1, 5],
        ]);
        for (const half of halves) {
          expect(half).toMatchObject({ priority: PRIORITY.high, attempts: 3, dueAt: NOON + 5_000 });
        }
        expect(new Set(halves.flatMap(({ id, key }) => [id, key])).size).toBe(4);
      }
    });

    test('does not grow when messages follow', async () => {
      const { store, appendTask, claim, talk, outstanding } = await create();
      const { key } = await claim(await appendTask(talk, 4));
      await store.work.split(key, ANN, { lastSequence: 2, at: NOON });
      await appendTask(talk, 2);
      expect(spansOf(await outstanding(talk))).toEqual([
        [1, 2],
        [3, 4],
        [5, 6],
      ]);
    });

    test('again and again comes down to a message each', async () => {
      const { store, appendTask, talk, takeAll, outstanding } = await create();
      await appendTask(talk, 7);
      for (;;) {
        const tasks = await takeAll(ANN);
        const wide = tasks.find(({ firstSequence, lastSequence }) => firstSequence < lastSequence);
        if (!wide) break;
        const lastSequence = Math.floor((wide.firstSequence + wide.lastSequence) / 2);
        await store.work.split(wide.key, ANN, { lastSequence, at: NOON });
        await store.work.release(keysOf(tasks), ANN, NOON);
      }
      expect(spansOf(await outstanding(talk))).toEqual(Array.from({ length: 7 }, (_, i) => [i + 1, i + 1]));
    });
  });
