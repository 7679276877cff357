import { describe, expect, test } from 'bun:test';
import { KINDS, queuePositionOf } from '../../src/contract/kinds.ts';
import type { Once } from '../../src/contract/once.ts';
import { PRIORITY } from '../../src/contract/outbox.ts';
import { ALL, ANN, type Background, createBackground, spansOf } from './background.ts';
import { endOf } from './refusal.ts';
import { snapshotOf } from './snapshot.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present } from './world.ts';

const ONCE: Once = { userKey: null, method: 'POST', path: '/messages', key: 'claim', bodyHash: 'body', at: 1_000 };
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export const describeOutboxFiling = (open: OpenStore): void =>
  describe('the work that messages give', () => {
    const shared = shareStore(open);
    const create = async () => createBackground(await shared.createWorld());

    test('is a task for each kind over the round, as it was asked for', async () => {
      const { store, append, talk, tenantKey, record } = await create();
      const asked = { kinds: store.kinds, priority: PRIORITY.high, at: 1_000, dueAt: 5_000 };
      const { ids, replayed, round, tasks } = await append(talk, ['a', 'b', 'c'], asked);
      const range = { userKey: talk.userKey, sessionKey: talk.key, firstSequence: 1, lastSequence: 3 };
      expect({ count: ids.length, replayed, round }).toEqual({ count: 3, replayed: false, round: range });
      expect(tasks).toEqual(
        store.kinds.map((kind) => ({
          ...range,
          tenantKey,
          kind,
          ...queuePositionOf(KINDS[kind], { ...range, generation: present(tasks[0]?.position) }),
          key: expect.any(Number),
          id: expect.stringMatching(UUID_V7),
          priority: PRIORITY.high,
          attempts: 0,
          dueAt: 5_000,
        })),
      );
      const due = [...(await store.work.due(ANN, 5_000, ALL)), ...(await store.work.due(ANN, 5_000, ALL, true))];
      expect(due.filter((task) => task.tenantKey === tenantKey)).toEqual([...tasks]);
      for (const { key, id, kind } of tasks) {
        expect(await record({ id })).toEqual({
          key,
          id,
          kind,
          userId: talk.userId,
          sessionId: talk.id,
          state: 'waiting',
          attempts: 0,
          reason: null,
          createdAt: 1_000,
          updatedAt: 1_000,
          nextAttemptAt: 5_000,
        });
      }
    });

    test('is none when none is asked for, and none when nothing was added', async () => {
      const { world, store, scope, append, talk, open } = await create();
      const plain = await store.messages.append(scope, talk.id, [world.message('a')]);
      expect(plain).toMatchObject({ round: { firstSequence: 1, lastSequence: 1 }, tasks: [] });
      expect(await append(talk, ['b'], { kinds: [] })).toMatchObject({ round: { firstSequence: 2 }, tasks: [] });
      const { userKey } = talk;
      expect(await append(talk, [])).toEqual({ ids: [], replayed: false, round: null, tasks: [], userKey });
      expect(await open()).toEqual([]);
    });

    test('is not filed when the append is refused, nor does an open task grow', async () => {
      const { world, store, scope, tenantKey, append, talk } = await create();
      const { ids } = await append(talk, ['a']);
      const before = await snapshotOf(store, tenantKey);
      const double = [world.message('b'), world.message('c', { id: present(ids[0]) })];
      const work = world.work({ priority: PRIORITY.critical });
      expect(await endOf(store.messages.append(scope, talk.id, double, undefined, work))).not.toBe('accepted');
      expect(await endOf(store.messages.append(scope, mintId(), [world.message('d')], undefined, work))).toBe(
        'not_found',
      );
      expect(await snapshotOf(store, tenantKey)).toEqual(before);
    });

    test('is filed once however often the request is sent, and a repeat names neither round nor tasks', async () => {
      const { world, store, scope, tenantKey, talk, open } = await create();
      const send = () =>
        store.messages.append(scope, talk.id, [world.message('a'), world.message('b')], ONCE, world.work());
      const answers = await Promise.all(Array.from({ length: 20 }, send));
      const [first, ...others] = answers.filter(({ replayed }) => !replayed);
      expect(others).toEqual([]);
      expect(await open()).toEqual([...present(first).tasks]);
      expect(spansOf(await open())).toEqual([[1, 2]]);
      const before = await snapshotOf(store, tenantKey);
      const { userKey } = talk;
      expect(await send()).toEqual({ ids: present(first).ids, replayed: true, round: null, tasks: [], userKey });
      expect(await snapshotOf(store, tenantKey)).toEqual(before);
    });

    test('does not grow by a repeat either, when other messages came in between', async () => {
      const { world, store, scope, append, talk, open } = await create();
      const send = () => store.messages.append(scope, talk.id, [world.message('a')], ONCE, world.work());
      await send();
      await append(talk, ['b']);
      await send();
      expect(spansOf(await open())).toEqual([[1, 2]]);
    });

    test('takes later messages in while nobody has claimed it, and is due when the first of them is', async () => {
      const { append, talk, open, record } = await create();
      const [first] = (await append(talk, ['a'], { at: 1_000, dueAt: 5_000 })).tasks;
      for (const [i, dueAt] of [9_000, 2_000].entries()) {
        const later = await append(talk, ['b', 'c'], { at: 2_000 + i, dueAt });
        expect(later.round).toMatchObject({ firstSequence: 2 + 2 * i, lastSequence: 3 + 2 * i });
        expect(later.tasks).toEqual([{ ...present(first), lastSequence: 3 + 2 * i, dueAt: Math.min(5_000, dueAt) }]);
        expect(await open()).toEqual([...later.tasks]);
      }
      expect(await record(present(first))).toMatchObject({ createdAt: 1_000, nextAttemptAt: 2_000 });
    });

    test('is as urgent as the most urgent of the messages that it takes in', async () => {
      const { appendTask, talk } = await create();
      const urgencies = [PRIORITY.normal, PRIORITY.low, PRIORITY.critical, PRIORITY.high];
      const seen: number[] = [];
      for (const priority of urgencies) seen.push((await appendTask(talk, 1, { priority })).priority);
      expect(seen).toEqual([PRIORITY.normal, PRIORITY.normal, PRIORITY.critical, PRIORITY.critical]);
    });

    test('starts anew once the task is claimed, with a due time of its own', async () => {
      const { appendTask, claim, talk } = await create();
      const first = await appendTask(talk, 3, { dueAt: 5_000 });
      await claim(first);
      const second = await appendTask(talk, 2, { dueAt: 7_000 });
      expect(second.key).not.toBe(first.key);
      expect(second.id).not.toBe(first.id);
      expect(second).toMatchObject({ firstSequence: 4, lastSequence: 5, dueAt: 7_000 });
      const third = await appendTask(talk, 1, { dueAt: 9_000 });
      expect(third).toEqual({ ...second, lastSequence: 6 });
    });

    test('covers each message once, whatever became of the tasks before', async () => {
      const ends: Readonly<Record<string, (background: Background, key: number) => Promise<void>>> = {
        'put back untouched': ({ store, world }, key) => store.work.release([key], ANN, world.at()),
        'put back to be retried': ({ store, world }, key) =>
          store.work.retry(key, ANN, { attempts: 1, reason: 'x', dueAt: world.at(), at: world.at() }),
        'cut in two': ({ store, world }, key) => store.work.split(key, ANN, { lastSequence: 1, at: world.at() }),
      };
      for (const [name, end] of Object.entries(ends)) {
        const background = await create();
        const { appendTask, claim, talk, outstanding } = background;
        const first = await appendTask(talk, 2);
        await claim(first, ANN);
        await end(background, first.key);
        await appendTask(talk, 2);
        const covered = spansOf(await outstanding(talk)).flatMap(([from, to]) =>
          Array.from({ length: to - from + 1 }, (_, i) => from + i),
        );
        expect([name, covered]).toEqual([name, [1, 2, 3, 4]]);
      }
    });

    test('is apart for each session', async () => {
      const { world, appendTask, talk, owner, partner, open } = await create();
      const other = await world.session(owner, partner);
      const one = await appendTask(talk, 2);
      const two = await appendTask(other, 3);
      expect(two).toMatchObject({ firstSequence: 1, lastSequence: 3, sessionKey: other.key });
      expect(await open()).toEqual([one, two]);
    });

    test('of fifty appends to one session at once is one task over all of them', async () => {
      const { append, talk, open } = await create();
      const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => append(talk, [`${i}`, 'more'])));
      expect(spansOf(await open())).toEqual([[1, 100]]);
      const covers = answers.map(({ round, tasks }) => {
        const [task] = tasks;
        return task && round && task.firstSequence <= round.firstSequence && task.lastSequence >= round.lastSequence;
      });
      expect(covers).toEqual(Array.from({ length: 50 }, () => true));
    });

    test('loses no message when some of a session were added without work and one of those is changed', async () => {
      const { world, store, scope, append, talk, open, finish, outstanding, chunks } = await create();
      const first = await append(talk, ['a', 'b']);
      const { ids: idle } = await store.messages.append(scope, talk.id, [world.message('c')]);
      await store.messages.update(
        scope,
        talk.id,
        idle.map((id) => ({ id, role: 'user', content: 'changed' })),
        world.at(),
      );
      const last = await append(talk, ['d']);
      while ((await outstanding(talk)).length > 0) await finish(present((await open())[0]));
      const held = (await chunks(talk)).flatMap(({ messageIds }) => messageIds);
      expect(held.toSorted()).toEqual([...first.ids, ...idle, ...last.ids].toSorted());
    });
  });
