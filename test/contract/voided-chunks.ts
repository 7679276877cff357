import { describe, expect, test } from 'bun:test';
import type { NewChunk } from '../../src/contract/chunks.ts';
import { ANN, createBackground, FAILURE, NOON, newChunk, spansOf } from './background.ts';
import { messagesOf, tasksOf } from './lists.ts';
import { endOf } from './refusal.ts';
import { snapshotOf } from './snapshot.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present } from './world.ts';

/** Where the chunks of the nine messages end. */
const PIECES = [
  [1, 3],
  [4, 4],
  [5, 7],
  [8, 9],
] as const;

export const describeVoidedChunks = (open: OpenStore): void =>
  describe('a change of messages', () => {
    const shared = shareStore(open);
    const create = async () => {
      const background = await createBackground(await shared.createWorld());
      const { store, scope, talk, world, open, finish, outstanding, chunks } = background;
      return {
        ...background,
        update: (ids: readonly string[], at = world.at()) => {
          const changes = ids.map((id) => ({ id, role: 'user', content: 'changed' }) as const);
          return store.messages.update(scope, talk.id, changes, at);
        },
        remove: (ids: readonly string[], at = world.at()) => store.messages.delete(scope, talk.id, ids, at),
        /** What is to be done and what is there, as ranges. */
        state: async () => ({
          open: spansOf(await outstanding(talk)),
          chunks: (await chunks(talk)).map(({ content }) => content),
        }),
        finishAll: async (chunks?: readonly NewChunk[]) => {
          while ((await outstanding(talk)).length > 0) await finish(present((await open())[0]), chunks);
        },
      };
    };
    /** Nine messages in four chunks, with nothing left to do. */
    const createIndexed = async () => {
      const background = await create();
      const { append, finish, talk } = background;
      const { ids, tasks } = await append(talk, ['1', '2', '3', '4', '5', '6', '7', '8', '9']);
      const pieces = PIECES.map(([from, to]) => newChunk(from, to, { content: `${from}-${to}` }));
      await finish(present(tasks[0]), pieces);
      const idsOf = (...sequences: readonly number[]) => sequences.map((sequence) => present(ids[sequence - 1]));
      return { ...background, ids, idsOf };
    };

    for (const verb of ['update', 'remove'] as const) {
      const does = verb === 'update' ? 'an update' : 'a deletion';

      test(`makes the chunk void that holds one, files its range again, due at once, and leaves the others: ${does}`, async () => {
        for (const [sequence, from, to] of [
          [1, 1, 3],
          [2, 1, 3],
          [4, 4, 4],
          [7, 5, 7],
          [9, 8, 9],
        ] as const) {
          const { [verb]: change, idsOf, state, open, record } = await createIndexed();
          await change(idsOf(sequence), NOON);
          const others = PIECES.filter(([start]) => start !== from).map(([start, end]) => `${start}-${end}`);
          expect(await state()).toEqual({ open: [[from, to]], chunks: others });
          const task = present((await open())[0]);
          expect(task).toMatchObject({ attempts: 0, dueAt: NOON });
          expect(await record(task)).toMatchObject({ state: 'waiting', createdAt: NOON, nextAttemptAt: NOON });
        }
      });

      test(`of several in one chunk files its range once, of several chunks each once: ${does}`, async () => {
        const { [verb]: change, idsOf, state } = await createIndexed();
        await change(idsOf(7, 1, 3, 5, 6));
        expect(await state()).toEqual({
          open: [
            [1, 3],
            [5, 7],
          ],
          chunks: ['4-4', '8-9'],
        });
      });

      test(`again before the range was derived again files nothing more: ${does}`, async () => {
        const { [verb]: change, idsOf, state, open, claim } = await createIndexed();
        await change(idsOf(5));
        const once = await state();
        await change(idsOf(6));
        expect(await state()).toEqual(once);
        await claim(present((await open())[0]), ANN, NOON);
        await change(idsOf(7));
        expect(await state()).toEqual(once);
      });

      test(`of what was given up has it tried again from its first try, and files nothing more: ${does}`, async () => {
        const { [verb]: change, store, scope, appendTask, claim, talk, open, outstanding } = await create();
        const failed = await claim(await appendTask(talk, 2));
        await store.work.fail(failed.key, ANN, FAILURE);
        const asked = { limit: 1, sortBy: 'timestamp', order: 'desc' } as const;
        const [last] = await messagesOf(store, scope, talk.id, asked);
        await change([present(last).id]);
        expect(await outstanding(talk)).toMatchObject([{ state: 'waiting', attempts: 0, reason: null }]);
        expect(await open()).toMatchObject([{ key: failed.key, firstSequence: 1, lastSequence: 2, attempts: 0 }]);
      });

      test(`of what waits or is at work files nothing more: ${does}`, async () => {
        const { [verb]: change, store, scope, appendTask, claim, talk, outstanding } = await create();
        await claim(await appendTask(talk, 2));
        await appendTask(talk, 2);
        const before = await outstanding(talk);
        const tasks = await tasksOf(store, scope, { kind: 'index' });
        const asked = { limit: 100, sortBy: 'timestamp', order: 'asc' } as const;
        await change((await messagesOf(store, scope, talk.id, asked)).map(({ id }) => id));
        expect(await outstanding(talk)).toEqual(before);
        expect(await tasksOf(store, scope, { kind: 'index' })).toEqual(tasks);
      });

      test(`that is refused makes nothing void: ${does}`, async () => {
        const { [verb]: change, store, tenantKey, idsOf } = await createIndexed();
        const before = await snapshotOf(store, tenantKey);
        expect(await endOf(change([...idsOf(2, 5), mintId()]))).toBe('not_found');
        await change([]);
        expect(await snapshotOf(store, tenantKey)).toEqual(before);
      });

      test(`does not touch the chunks of another session: ${does}`, async () => {
        const { [verb]: change, world, owner, partner, appendTask, finish, chunks, ids } = await createIndexed();
        const other = await world.session(owner, partner);
        await finish(await appendTask(other, 9));
        await change(ids);
        expect(await chunks(other)).toHaveLength(1);
      });
    }

    test('is made good by doing the range again, which then holds what is there', async () => {
      const { remove, update, idsOf, ids, finishAll, talk, chunks, outstanding } = await createIndexed();
      await remove(idsOf(2, 9));
      await update(idsOf(3, 5));
      await finishAll();
      const held = (await chunks(talk)).flatMap(({ messageIds }) => messageIds);
      expect(held.toSorted()).toEqual(ids.filter((id) => !idsOf(2, 9).includes(id)).toSorted());
      expect(await outstanding(talk)).toEqual([]);
    });

    test('leaves nothing of a chunk whose messages are all deleted, once that is done', async () => {
      const { remove, idsOf, finishAll, state } = await createIndexed();
      await remove(idsOf(5, 6, 7));
      await finishAll([]);
      expect(await state()).toEqual({ open: [], chunks: ['1-3', '4-4', '8-9'] });
    });

    test('files a message of which nothing was made when it is changed, and not when it is deleted', async () => {
      const { append, finish, update, remove, talk, state } = await create();
      const { ids, tasks } = await append(talk, ['', 'b', '', 'd']);
      await finish(present(tasks[0]), [newChunk(2, 2, { content: '2-2' }), newChunk(4, 4, { content: '4-4' })]);
      await remove([present(ids[0])]);
      expect(await state()).toEqual({ open: [], chunks: ['2-2', '4-4'] });
      await update([present(ids[2])], NOON);
      expect(await state()).toEqual({ open: [[3, 3]], chunks: ['2-2', '4-4'] });
    });

    test('files a message that was added without work, when it is changed', async () => {
      const { world, store, scope, talk, update, state } = await create();
      const { ids } = await store.messages.append(scope, talk.id, [world.message('a'), world.message('b')]);
      await update([present(ids[1])]);
      expect(await state()).toEqual({ open: [[2, 2]], chunks: [] });
    });

    test('makes what is being made of them stale, so that it is made of what is there', async () => {
      const { store, append, claim, prepare, update, talk, chunks, outstanding } = await create();
      const { ids, tasks } = await append(talk, ['a', 'b']);
      const task = await claim(present(tasks[0]));
      const early = await prepare(task);
      await update([present(ids[0])]);
      expect(spansOf(await outstanding(talk))).toEqual([[1, 2]]);
      expect(await store.work.file([early, await prepare(task)])).toEqual(['stale', 'done']);
      expect(await chunks(talk)).toHaveLength(1);
      expect(await outstanding(talk)).toEqual([]);
    });
  });
