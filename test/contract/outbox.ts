import { describe, expect, test } from 'bun:test';
import { type OutboxTask, PRIORITY } from '../../src/contract/outbox.ts';
import {
  ALL,
  ANN,
  type Background,
  BOB,
  createBackground,
  createTasks,
  END_OF_TIME,
  FAILURE,
  handsOf,
  keysOf,
  LEASE_MS,
  NOON,
} from './background.ts';
import { tasksOf } from './lists.ts';
import { type OpenStore, type StoreUnderTest, shareStore } from './store-under-test.ts';
import { createWorld, present } from './world.ts';

export const describeOutbox = (open: OpenStore): void =>
  describe('tasks', () => {
    const shared = shareStore(open);
    const create = async () => createBackground(await shared.createWorld());
    const withStore = async (use: (opened: StoreUnderTest) => Promise<void>): Promise<void> => {
      const opened = await open();
      try {
        await use(opened);
      } finally {
        await opened.store.close();
        await opened.remove();
      }
    };

    describe('that are due', () => {
      test('come the most urgent first, then those that waited longest, then the oldest, of every tenant', () =>
        withStore(async ({ store }) => {
          const here = await createBackground(await createWorld(store));
          const there = await createBackground(await createWorld(store));
          const asked = [
            [PRIORITY.normal, 2_000],
            [PRIORITY.low, 1_000],
            [PRIORITY.critical, 3_000],
            [PRIORITY.normal, 1_000],
            [PRIORITY.high, 2_000],
            [PRIORITY.normal, 2_000],
            [PRIORITY.critical, 2_000],
            [PRIORITY.critical, 5_001],
          ] as const;
          const tasks: OutboxTask[] = [];
          for (const [i, [priority, dueAt]] of asked.entries()) {
            const { world, owner, partner, appendTask } = i % 2 === 0 ? here : there;
            tasks.push(await appendTask(await world.session(owner, partner), 1, { priority, dueAt }));
          }
          const inOrder = [6, 2, 4, 3, 0, 5, 1].map((i) => present(tasks[i]));
          expect(await store.work.due(ANN, 5_000, ALL)).toEqual(inOrder);
          for (const limit of [1, 3, 7]) {
            expect(await store.work.due(ANN, 5_000, limit)).toEqual(inOrder.slice(0, limit));
          }
          expect(await store.work.due(ANN, 5_001, ALL)).toHaveLength(8);
        }));

      test('are those whose time has come, to the millisecond', async () => {
        const { appendTask, talk, due } = await create();
        const task = await appendTask(talk, 1, { dueAt: NOON });
        expect(await due(NOON - 1)).toEqual([]);
        expect(await due(NOON)).toEqual([task]);
      });

      test('are not those at work, given up or done', async () => {
        const background = await create();
        const { store, claim, finish, due } = background;
        const { atWork, givenUp, done } = await createTasks(background, ['atWork', 'givenUp', 'done']);
        await claim(atWork);
        await claim(givenUp);
        await store.work.fail(givenUp.key, ANN, FAILURE);
        await finish(done);
        expect(await due(END_OF_TIME)).toEqual([]);
      });

      test('are not those that one before them in their session keeps waiting, however urgent they are', async () => {
        const { store, appendTask, claim, talk, due } = await create();
        const first = await claim(await appendTask(talk, 1), ANN, NOON);
        await store.work.retry(first.key, ANN, { ...FAILURE, dueAt: NOON + 5_000 });
        const second = await appendTask(talk, 1, { priority: PRIORITY.critical, dueAt: NOON });
        expect(await due(NOON)).toEqual([]);
        expect(keysOf(await due(NOON + 5_000))).toEqual([first.key]);
        await claim(first);
        expect(await due(NOON + 5_000)).toEqual([second]);
      });

      test('of a session at which an owner is at work are due for that owner alone', async () => {
        const { appendTask, claim, talk, due } = await create();
        const first = await claim(await appendTask(talk, 1), ANN, NOON + LEASE_MS);
        const second = await appendTask(talk, 1, { dueAt: NOON });
        expect(await due(NOON, ANN)).toEqual([second]);
        expect(await due(NOON, BOB)).toEqual([]);
        // What was left behind comes first, for everybody.
        for (const owner of [ANN, BOB]) expect(keysOf(await due(NOON + LEASE_MS + 1, owner))).toEqual([first.key]);
      });

      test('are also those behind one that was given up', async () => {
        const { store, appendTask, claim, talk, due } = await create();
        const first = await claim(await appendTask(talk, 1));
        const second = await appendTask(talk, 1, { dueAt: NOON });
        await store.work.fail(first.key, ANN, FAILURE);
        expect(await due(NOON, BOB)).toEqual([second]);
      });

      test('are also those whose lease has run out, and what is due for that can be claimed, at every moment', async () => {
        for (const later of [-1, 0, 1, 2]) {
          const { store, appendTask, claim, talk, due } = await create();
          const task = await claim(await appendTask(talk, 1), ANN, NOON);
          const shown = await due(NOON + later, BOB);
          const taken = await store.work.take([task.key], BOB, NOON + later, NOON + LEASE_MS);
          expect({ later, taken }).toEqual({ later, taken: shown });
          if (later < 0) expect(taken).toEqual([]);
          if (later > 0) expect(taken).toEqual([task]);
        }
      });
    });

    describe('that are claimed', () => {
      test('are answered as they are, and are at work', async () => {
        const { store, appendTask, talk, record } = await create();
        const task = await appendTask(talk, 2);
        expect(await store.work.take([task.key], ANN, NOON, NOON + LEASE_MS)).toEqual([task]);
        expect(await record(task)).toMatchObject({ state: 'running', nextAttemptAt: null, attempts: 0, reason: null });
      });

      test('can be claimed before their time, since who files a task may want it done at once', async () => {
        const { store, appendTask, talk } = await create();
        const task = await appendTask(talk, 1, { dueAt: END_OF_TIME });
        expect(await store.work.take([task.key], ANN, NOON, NOON + LEASE_MS)).toEqual([task]);
      });

      test("are nobody else's until the lease ends, nor handed to their owner twice", async () => {
        const { store, appendTask, talk } = await create();
        const task = await appendTask(talk, 1);
        const claimBy = (owner: string, now: number) => store.work.take([task.key], owner, now, now + LEASE_MS);
        expect(await claimBy(ANN, NOON)).toEqual([task]);
        expect(await claimBy(BOB, NOON + LEASE_MS - 1)).toEqual([]);
        expect(await claimBy(ANN, NOON + LEASE_MS - 1)).toEqual([]);
        expect(await claimBy(BOB, NOON + LEASE_MS + 1)).toEqual([task]);
        expect(await claimBy(ANN, NOON + LEASE_MS + 2)).toEqual([]);
      });

      test('by twenty owners at once go to one, also when they are in two processes', () =>
        withStore(async ({ store, openAnother }) => {
          const another = await openAnother();
          const { appendTask, talk } = await createBackground(await createWorld(store));
          const { key } = await appendTask(talk, 1);
          const claims = Array.from({ length: 20 }, (_, i) =>
            (i % 2 === 0 ? store : another).work.take([key], `owner ${i}`, NOON, NOON + LEASE_MS),
          );
          expect((await Promise.all(claims)).filter(({ length }) => length > 0)).toHaveLength(1);
          await another.close();
        }));

      test('leave out what is not there, given up or done', async () => {
        const background = await create();
        const { store, claim, finish } = background;
        const { waiting, failed, done } = await createTasks(background, ['waiting', 'failed', 'done']);
        await claim(failed);
        await store.work.fail(failed.key, ANN, FAILURE);
        await finish(done);
        const asked = [failed.key, 999_999_999, waiting.key, done.key];
        expect(await store.work.take(asked, ANN, NOON, NOON + LEASE_MS)).toEqual([waiting]);
        expect(await store.work.take([], ANN, NOON, NOON + LEASE_MS)).toEqual([]);
      });

      /** Two tasks of one session, the first of which Ann has claimed. */
      const createTwo = async ({ store, appendTask, talk }: Background): Promise<[OutboxTask, OutboxTask]> => {
        const first = await appendTask(talk, 2);
        await store.work.take([first.key], ANN, NOON, NOON + LEASE_MS);
        return [first, await appendTask(talk, 2)];
      };

      test('may be several of one session for one owner, and none of them is for another', async () => {
        const background = await create();
        const { store } = background;
        const [, second] = await createTwo(background);
        const claimBy = (owner: string) => store.work.take([second.key], owner, NOON, NOON + LEASE_MS);
        expect(await claimBy(BOB)).toEqual([]);
        expect(await claimBy(ANN)).toEqual([second]);
        expect(await claimBy(BOB)).toEqual([]);
      });

      test('do not keep another owner from other sessions', async () => {
        const background = await create();
        await createTwo(background);
        const { other } = await createTasks(background, ['other']);
        expect(await background.store.work.take([other.key], BOB, NOON, NOON + LEASE_MS)).toEqual([other]);
      });

      const ENDS: Readonly<Record<string, (background: Background, first: OutboxTask) => Promise<unknown>>> = {
        'are done': async ({ store, prepare }, first) => store.work.file([await prepare(first)]),
        'are given up': ({ store }, { key }) => store.work.fail(key, ANN, FAILURE),
      };
      for (const [name, end] of Object.entries(ENDS)) {
        test(`make way for another owner of the session once they ${name}`, async () => {
          const background = await create();
          const [first, second] = await createTwo(background);
          await end(background, first);
          expect(await background.store.work.take([second.key], BOB, NOON, NOON + LEASE_MS)).toEqual([second]);
        });
      }

      test('make way for another owner of the session once their lease has run out', async () => {
        const background = await create();
        const both = await createTwo(background);
        const after = NOON + LEASE_MS + 1;
        expect(await background.store.work.take(keysOf(both), BOB, after, after + LEASE_MS)).toEqual(both);
      });

      test('come in the order of what was said: none is to be had while one before it waits, if only to be retried', async () => {
        const background = await create();
        const { store } = background;
        const [first, second] = await createTwo(background);
        await store.work.retry(first.key, ANN, { ...FAILURE, dueAt: END_OF_TIME });
        const claimAll = (...tasks: readonly OutboxTask[]) =>
          store.work.take(keysOf(tasks), BOB, NOON, NOON + LEASE_MS);
        expect(await claimAll(second)).toEqual([]);
        expect(keysOf(await claimAll(first, second))).toEqual(keysOf([first, second]));
      });

      test('come in that order also when what was said before was left behind by a dead owner', async () => {
        const background = await create();
        const [first, second] = await createTwo(background);
        const after = NOON + LEASE_MS + 1;
        const claimAll = (...tasks: readonly OutboxTask[]) =>
          background.store.work.take(keysOf(tasks), BOB, after, after + LEASE_MS);
        expect(await claimAll(second)).toEqual([]);
        expect(keysOf(await claimAll(first, second))).toEqual(keysOf([first, second]));
      });

      test('of many sessions by many owners at once are at work for one owner a session', async () => {
        const background = await create();
        const { store, scope, claim } = background;
        const names = ['a', 'b', 'c', 'd', 'e'] as const;
        // Cut in two, so that there is more than one to be had of a session.
        for (const task of Object.values(await createTasks(background, names, 4))) {
          await claim(task);
          await store.work.split(task.key, ANN, { lastSequence: 2, at: NOON });
        }
        const tasks = await tasksOf(store, scope);
        expect(tasks).toHaveLength(10);
        const claims = tasks.flatMap(({ key }, i) =>
          [ANN, BOB, `owner ${i}`].map(async (owner) => {
            const taken = await store.work.take([key], owner, NOON, NOON + LEASE_MS);
            return taken.map(({ sessionKey }) => ({ sessionKey, owner }));
          }),
        );
        const ownersBySession = Map.groupBy((await Promise.all(claims)).flat(), ({ sessionKey }) => sessionKey);
        expect(ownersBySession.size).toBe(names.length);
        for (const taken of ownersBySession.values()) expect(new Set(taken.map(({ owner }) => owner)).size).toBe(1);
      });
    });

    test('that one process files are there for another to do', () =>
      withStore(async ({ store, openAnother }) => {
        const another = await openAnother();
        const { world, appendTask, talk, outstanding } = await createBackground(await createWorld(store));
        const task = await appendTask(talk, 2);
        const there = handsOf({ ...world, store: another });
        expect(await there.open()).toEqual([task]);
        await there.finish(task);
        expect(await outstanding(talk)).toEqual([]);
        await another.close();
      }));
  });
