import { describe, expect, test } from 'bun:test';
import type { TaskFilter, TaskRecord, TaskState } from '../../src/contract/outbox.ts';
import type { PageOf } from '../../src/contract/pages.ts';
import {
  ALL,
  ANN,
  createBackground,
  createTasks,
  END_OF_TIME,
  EVERY_SEQUENCE,
  FAILURE,
  keysOf,
  NOON,
  spansOf,
} from './background.ts';
import { rowsIn, tasksOf } from './lists.ts';
import { refusal } from './refusal.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present } from './world.ts';

const STATES = ['waiting', 'running', 'failed'] as const satisfies readonly TaskState[];

export const describeOutboxRecords = (open: OpenStore): void =>
  describe('the list of tasks', () => {
    const shared = shareStore(open);
    const create = async () => createBackground(await shared.createWorld());

    /** A task in each state, filed in this order, and one that was done. */
    const createStates = async () => {
      const background = await create();
      const { store, scope, claim, finish } = background;
      const { done, ...tasks } = await createTasks(background, [...STATES, 'done']);
      await claim(tasks.running);
      await claim(tasks.failed);
      await store.work.fail(tasks.failed.key, ANN, FAILURE);
      await finish(done);
      const list = ({ limit = ALL, ...filter }: TaskFilter & { readonly limit?: number } = {}) =>
        rowsIn(store.outbox.list(scope, filter, { after: null, limit }));
      return { ...background, tasks, done, list };
    };

    test('shows each task that is not done as it is, the newest first', async () => {
      const { tasks, list, record } = await createStates();
      const keys = keysOf(Object.values(tasks)).toSorted((a, b) => b - a);
      const all = await list();
      expect(keysOf(all)).toEqual(keys);
      for (const state of STATES) {
        const { id, key, kind } = tasks[state];
        const shown = present(all.find((task) => task.key === key));
        expect(shown).toEqual(await record({ id }));
        expect(shown).toMatchObject({ id, kind, state });
        expect([state, shown.nextAttemptAt !== null]).toEqual([state, state === 'waiting']);
      }
    });

    test('shows those in one state, of one kind, or both, and as many as asked for', async () => {
      const { tasks, list } = await createStates();
      for (const state of STATES) {
        expect(keysOf(await list({ state }))).toEqual([tasks[state].key]);
        expect(keysOf(await list({ state, kind: 'index' }))).toEqual([tasks[state].key]);
      }
      expect(await list({ kind: 'index' })).toEqual(await list());
      const all = await list();
      for (const limit of [1, 2, 3, 4]) expect(await list({ limit })).toEqual(all.slice(0, limit));
    });

    test('is turned over page by page, each task once, while tasks are added and change', async () => {
      const background = await create();
      const { store, scope, claim } = background;
      const old = Object.values(await createTasks(background, ['a', 'b', 'c', 'd', 'e', 'f', 'g']));
      const seen: number[] = [];
      for (let after: string | null = null; ; ) {
        const { rows, next }: PageOf<TaskRecord> = await store.outbox.list(scope, {}, { after, limit: 2 });
        seen.push(...keysOf(rows));
        if (next === null) break;
        after = next;
        const { added } = await createTasks(background, ['added']);
        await claim(added);
        await claim(present(old.pop()));
      }
      expect(seen).toHaveLength(7);
      expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a));
    });

    test('page by page keeps to its filter', async () => {
      const background = await create();
      const { store, scope, claim } = background;
      const { a, b, c, d } = await createTasks(background, ['a', 'b', 'c', 'd']);
      const [first, second, third] = keysOf([a, b, c, d]).sort((x, y) => y - x) as [number, number, number];
      for (const task of [a, b, c, d]) if (task.key !== second) await claim(task);
      const running = (after: string | null) => store.outbox.list(scope, { state: 'running' }, { after, limit: 1 });
      const page = await running(null);
      expect(keysOf(page.rows)).toEqual([first]);
      expect(keysOf((await running(page.next)).rows)).toEqual([third]);
      const waiting = store.outbox.list(scope, { state: 'waiting' }, { after: page.next, limit: 1 });
      expect((await refusal(waiting)).code).toBe('invalid');
    });

    test('of an unknown id has none', async () => {
      const { store, scope } = await create();
      for (const id of [mintId(), 'no-such-task', '']) expect(await store.outbox.get(scope, id)).toBeNull();
    });

    test('of one user shows, counts and re-drives theirs only', async () => {
      const { world, store, tenantKey, tasks, owner } = await createStates();
      const mine = { tenantKey, userKey: owner.key };
      const strangers = { tenantKey, userKey: (await world.user()).key };
      expect(await tasksOf(store, mine)).toHaveLength(3);
      const counts = { waiting: 1, running: 1, failed: 1, done: 1, oldestWaitingAt: expect.any(Number) };
      expect(await store.outbox.counts(mine)).toEqual(counts);
      expect(await tasksOf(store, strangers)).toEqual([]);
      const nothing = { waiting: 0, running: 0, failed: 0, done: 0, oldestWaitingAt: null };
      expect(await store.outbox.counts(strangers)).toEqual(nothing);
      expect(await store.outbox.redrive(strangers, tasks.failed.id, NOON)).toBeNull();
      expect(await store.outbox.redriveAll(strangers, { limit: ALL }, NOON)).toBe(0);
      expect((await store.outbox.redrive(mine, tasks.failed.id, NOON))?.id).toBe(tasks.failed.id);
    });

    test('lets a failed task run again from its first try, at once', async () => {
      const { store, scope, tasks, due, record, claim } = await createStates();
      const { failed } = tasks;
      const redriven = present(await store.outbox.redrive(scope, failed.id, NOON));
      expect(redriven).toMatchObject({ state: 'waiting', attempts: 0, nextAttemptAt: NOON, updatedAt: NOON });
      expect(redriven).toEqual(await record(failed));
      expect(await due(NOON)).toContainEqual({ ...failed, attempts: 0, dueAt: NOON });
      expect(await store.outbox.redrive(scope, failed.id, NOON)).toBeNull();
      await claim(failed);
      await store.work.fail(failed.key, ANN, FAILURE);
      expect(await store.outbox.redrive(scope, failed.id, NOON)).toEqual(redriven);
    });

    test('lets no other task run again', async () => {
      const { store, scope, tasks, done, list } = await createStates();
      const before = await list();
      for (const id of [tasks.waiting.id, tasks.running.id, done.id, mintId(), 'no-such-task']) {
        expect(await store.outbox.redrive(scope, id, NOON)).toBeNull();
      }
      expect(await list()).toEqual(before);
    });

    test('lets all failed tasks run again at once, of a kind or of all, as many as are asked for, the oldest first', async () => {
      const background = await create();
      const { store, scope, claim } = background;
      const list = () => tasksOf(store, scope);
      const names = ['one', 'two', 'three', 'four', 'waiting'] as const;
      const { waiting, ...failed } = await createTasks(background, names);
      for (const task of Object.values(failed)) {
        await claim(task);
        await store.work.fail(task.key, ANN, FAILURE);
      }
      const failedKeys = async () => keysOf((await list()).filter(({ state }) => state === 'failed')).toSorted();
      const [one, two, ...rest] = keysOf(Object.values(failed)).toSorted((a, b) => a - b);
      expect(await store.outbox.redriveAll(scope, { kind: 'index', limit: 2 }, NOON)).toBe(2);
      expect(await failedKeys()).toEqual(rest.toSorted());
      for (const task of (await list()).filter(({ key }) => key === one || key === two)) {
        expect(task).toMatchObject({ state: 'waiting', attempts: 0, nextAttemptAt: NOON, updatedAt: NOON });
      }
      expect(await store.outbox.redriveAll(scope, { limit: ALL }, NOON)).toBe(2);
      expect([await failedKeys(), await store.outbox.redriveAll(scope, { limit: ALL }, NOON)]).toEqual([[], 0]);
      expect((await list()).find(({ key }) => key === waiting.key)?.updatedAt).not.toBe(NOON);
    });

    test('is counted by state, with the time of the first that waits, and those that were done', async () => {
      const background = await create();
      const { store, scope, claim, finish, world, appendTask, owner, partner } = background;
      const nothing = { waiting: 0, running: 0, failed: 0, done: 0, oldestWaitingAt: null };
      expect(await store.outbox.counts(scope)).toEqual(nothing);
      const tasks = [];
      for (const at of [1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000]) {
        tasks.push(await appendTask(await world.session(owner, partner), 1, { at, dueAt: END_OF_TIME }));
      }
      expect(await store.outbox.counts(scope)).toEqual({ ...nothing, waiting: 7, oldestWaitingAt: 1_000 });
      const [first, failed, , one, two] = tasks.map(present);
      await claim(present(first));
      await claim(present(failed));
      await store.work.fail(present(failed).key, ANN, FAILURE);
      for (const task of [one, two]) await finish(present(task));
      const expected = { waiting: 3, running: 1, failed: 1, done: 2, oldestWaitingAt: 3_000 };
      expect(await store.outbox.counts(scope)).toEqual(expected);
    });

    test('of a session is what is not done, in order of sequence', async () => {
      const { store, appendTask, claim, finish, talk, outstanding } = await create();
      expect(await outstanding(talk)).toEqual([]);
      await finish(await appendTask(talk, 1));
      const failed = await claim(await appendTask(talk, 2));
      await store.work.fail(failed.key, ANN, { attempts: 3, reason: 'never works', at: NOON });
      const running = await claim(await appendTask(talk, 3));
      await appendTask(talk, 4, { at: NOON });
      const { kind } = running;
      const untried = { kind, attempts: 0, reason: null, updatedAt: expect.any(Number) };
      expect(await outstanding(talk)).toEqual([
        {
          kind,
          firstSequence: 2,
          lastSequence: 3,
          state: 'failed',
          attempts: 3,
          reason: 'never works',
          updatedAt: NOON,
        },
        { ...untried, firstSequence: 4, lastSequence: 6, state: 'running' },
        { ...untried, firstSequence: 7, lastSequence: 10, state: 'waiting', updatedAt: NOON },
      ]);
    });

    test('of a session that is not there is not_found', async () => {
      const { store, scope } = await create();
      for (const sessionId of [mintId(), 'no-such-session']) {
        const error = await refusal(store.outbox.outstanding(scope, sessionId, EVERY_SEQUENCE));
        expect(error.code).toBe('not_found');
        expect(error.details).toMatchObject({ entity: 'session', value: sessionId });
      }
    });

    test('of some messages of a session is what covers any of them', async () => {
      const { store, scope, appendTask, claim, talk } = await create();
      for (const count of [2, 3, 4]) await claim(await appendTask(talk, count));
      const between = async (firstSequence: number, lastSequence: number) =>
        spansOf(await store.outbox.outstanding(scope, talk.id, { firstSequence, lastSequence }));
      expect(await between(1, 9)).toEqual([
        [1, 2],
        [3, 5],
        [6, 9],
      ]);
      expect(await between(2, 3)).toEqual([
        [1, 2],
        [3, 5],
      ]);
      expect(await between(4, 4)).toEqual([[3, 5]]);
      expect(await between(9, 100)).toEqual([[6, 9]]);
      expect(await between(10, 100)).toEqual([]);
    });
  });
