import { describe, expect, test } from 'bun:test';
import type { OutboxTask } from '../../src/contract/outbox.ts';
import {
  ALL,
  ANN,
  BOB,
  createBackground,
  createTasks,
  END_OF_TIME,
  FAILURE,
  NOON,
  newChunk,
  spansOf,
} from './background.ts';
import { messagesOf, rowsIn, WHOLE } from './lists.ts';
import { endOf } from './refusal.ts';
import { documentsAfter } from './snapshot.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present } from './world.ts';

export const describeChunks = (open: OpenStore): void =>
  describe('what is made of a range', () => {
    const shared = shareStore(open);
    const create = async () => createBackground(await shared.createWorld());

    /** A task of five messages in Ann's hands, with the ids of the messages. */
    const createHeld = async () => {
      const background = await create();
      const { append, claim, talk } = background;
      const { ids, tasks } = await append(talk, ['a', 'b', 'c', 'd', 'e']);
      return { ...background, ids, task: await claim(present(tasks[0])) };
    };

    describe('reads', () => {
      test('its messages in order, with their rounds and who usually speaks, and no others', async () => {
        const { world, store, scope, tenantKey, talk, owner, partner } = await create();
        const first = [
          world.message('a', { createdAt: 2_000 }),
          world.message('b', { role: 'assistant', createdAt: 1 }),
        ];
        const second = [
          world.message('c', { name: 'Bob', createdAt: 3 }),
          world.message('d', { role: 'system', createdAt: 4 }),
          world.message('e', { createdAt: 5 }),
        ];
        for (const round of [first, second]) await store.messages.append(scope, talk.id, round);
        await store.messages.delete(scope, talk.id, [present(second[1]).id], world.at());
        const read = (firstSequence: number, lastSequence: number) =>
          store.work.read({ tenantKey, userKey: talk.userKey, sessionKey: talk.key, firstSequence, lastSequence });
        const said = async (firstSequence: number, lastSequence: number) => {
          const { messages } = await read(firstSequence, lastSequence);
          const keys = messages.map(({ key }) => key);
          expect(keys).toEqual([...keys].sort((a, b) => a - b));
          return messages.map(({ key: _key, ...message }) => message);
        };
        const all = [
          { sequence: 1, round: 1, role: 'user', name: null, usualSpeaker: owner.name, content: 'a', createdAt: 2_000 },
          {
            sequence: 2,
            round: 1,
            role: 'assistant',
            name: null,
            usualSpeaker: partner.name,
            content: 'b',
            createdAt: 1,
          },
          { sequence: 3, round: 3, role: 'user', name: 'Bob', usualSpeaker: owner.name, content: 'c', createdAt: 3 },
          { sequence: 5, round: 3, role: 'user', name: null, usualSpeaker: owner.name, content: 'e', createdAt: 5 },
        ];
        expect(await said(1, 5)).toEqual(all);
        expect(await said(2, 3)).toEqual(all.slice(1, 3));
        expect(await said(0, END_OF_TIME)).toEqual(all);
        for (const [from, to] of [
          [4, 4],
          [6, 9],
          [3, 2],
        ] as const) {
          expect(await read(from, to)).toEqual({ messages: [], version: { messages: 0, generation: 0 } });
        }
      });

      test('a version that changes with the range and with nothing else', async () => {
        const { world, store, scope, append, talk, owner, partner, know, task, ids } = await createHeld();
        const read = async () => (await store.work.read({ ...task, lastSequence: 6 })).version;
        const other = await world.session(owner, partner);
        const versions = [await read()];
        const touch = async (change: () => Promise<unknown>, touches: boolean) => {
          const before = versions.at(-1);
          await change();
          const after = await read();
          expect(Bun.deepEquals(after, before)).toBe(!touches);
          versions.push(after);
        };
        const update = (id: string) =>
          store.messages.update(scope, talk.id, [{ id, role: 'user', content: 'new' }], world.at());
        await touch(() => append(other, ['elsewhere']), false);
        await touch(() => know(owner, ['fact']), false);
        await touch(() => store.sessions.update(scope, talk.id, { name: 'new', at: world.at() }), false);
        await touch(() => update(present(ids[0])), true);
        await touch(() => update(present(ids[0])), true);
        await touch(() => store.messages.delete(scope, talk.id, [present(ids[4])], world.at()), true);
        await touch(() => append(talk, ['six']), true);
        await touch(() => append(talk, ['seven']), false);
        expect(new Set(versions.map((version) => JSON.stringify(version))).size).toBe(5);
      });
    });

    describe('of a long range', () => {
      const read = async (count: number, content: (i: number) => string) => {
        const { append, talk, tenantKey, store } = await create();
        await append(
          talk,
          Array.from({ length: count }, (_, i) => content(i)),
        );
        return store.work.read({
          tenantKey,
          userKey: talk.userKey,
          sessionKey: talk.key,
          firstSequence: 1,
          lastSequence: count,
        });
      };

      test('reads the first thousand messages, and says where they end', async () => {
        const whole = await read(1_000, (i) => `message ${i}`);
        expect([whole.messages.length, whole.cutAt]).toEqual([1_000, undefined]);
        const { messages, version, cutAt } = await read(1_001, (i) => `message ${i}`);
        expect([messages.length, messages.at(-1)?.sequence, version.messages, cutAt]).toEqual([
          1_000, 1_000, 1_000, 1_000,
        ]);
      });

      test('reads four million bytes, and one message however long', async () => {
        const million = 'é'.repeat(524_288);
        const { messages, cutAt } = await read(6, () => million);
        expect([messages.length, cutAt]).toEqual([4, 4]);
        const one = await read(2, (i) => (i === 0 ? million.repeat(5) : 'short'));
        expect([one.messages.length, one.cutAt]).toEqual([1, 1]);
      });
    });

    describe('is filed', () => {
      test('with the tokens of each message, which are shown with it until it says something else', async () => {
        const { store, scope, tenantKey, owner, talk, ids, prepare, task, know } = await createHeld();
        await know(owner, ['known']);
        const shown = async () => {
          const documents = await documentsAfter(store, tenantKey, owner.key, 0);
          const entries = await store.corpus.fetch(tenantKey, owner.key, documents);
          return Object.fromEntries(entries.map(({ content, tokenCount }) => [content, tokenCount ?? null]));
        };
        expect(await shown()).toEqual({ a: null, b: null, c: null, d: null, e: null, known: null });
        expect(await store.work.file([await prepare(task)])).toEqual(['done']);
        expect(await shown()).toEqual({ a: 10, b: 20, c: 30, d: 40, e: 50, known: null });
        const change = { id: present(ids[1]), role: 'user', content: 'b, at length' } as const;
        await store.messages.update(scope, talk.id, [change], NOON);
        expect(await shown()).toEqual({ a: 10, 'b, at length': null, c: 30, d: 40, e: 50, known: null });
      });

      test('with the completion of its task, and leaves the messages as they were', async () => {
        const { store, scope, prepare, talk, task, outstanding, chunks, ids } = await createHeld();
        const messages = await store.messages.read(scope, talk.id, ids);
        const made = [
          newChunk(1, 2, { content: 'first "piece"', tokenCount: 12, strategy: 'message' }),
          newChunk(3, 5, {
            content: '',
            tokenCount: 0,
            strategy: 'other',
            vector: new Float32Array([1, 0]),
            model: 'm',
          }),
        ];
        const commit = await prepare(task, { chunks: made, at: NOON });
        expect(await store.work.file([commit])).toEqual(['done']);
        const shape = { sessionId: talk.id, createdAt: NOON };
        const [first, second] = made.map(({ id, content, tokenCount, strategy }) => ({
          id,
          content,
          tokenCount,
          strategy,
        }));
        expect(await chunks(talk)).toEqual([
          { ...shape, ...present(first), messageIds: ids.slice(0, 2), embedded: false },
          { ...shape, ...present(second), messageIds: ids.slice(2), embedded: true },
        ]);
        expect(await store.outbox.get(scope, task.id)).toBeNull();
        expect(await outstanding(talk)).toEqual([]);
        expect(await store.messages.read(scope, talk.id, ids)).toEqual(messages);
      });

      test('also when nothing could be made of it', async () => {
        const { store, scope, prepare, talk, task, chunks } = await createHeld();
        expect(await store.work.file([await prepare(task, { chunks: [] })])).toEqual(['done']);
        expect(await store.outbox.get(scope, task.id)).toBeNull();
        expect(await chunks(talk)).toEqual([]);
      });

      test('also when all its messages have been deleted before it was read', async () => {
        const { world, store, scope, prepare, talk, task, ids, outstanding } = await createHeld();
        await store.messages.delete(scope, talk.id, ids, world.at());
        const commit = await prepare(task, { chunks: [] });
        expect(await store.work.file([commit])).toEqual(['done']);
        expect(await outstanding(talk)).toEqual([]);
      });

      test('not at all when it cannot be kept whole, and can be filed later', async () => {
        const { store, prepare, talk, task, record, chunks } = await createHeld();
        const first = newChunk(1, 2);
        const commit = await prepare(task, { chunks: [first, newChunk(3, 5, { id: first.id })] });
        expect(await endOf(store.work.file([commit]))).not.toBe('accepted');
        expect(await chunks(talk)).toEqual([]);
        expect(await record(task)).toMatchObject({ state: 'running' });
        expect(await store.work.file([await prepare(task)])).toEqual(['done']);
        expect(await chunks(talk)).toHaveLength(1);
      });

      test('each by itself when several are, with an answer for each', async () => {
        const background = await create();
        const { world, store, scope, claim, prepare, outstanding } = background;
        const tasks = await createTasks(background, ['done', 'stale', 'lost', 'alsoDone'], 2);
        const list = Object.values(tasks);
        for (const task of list) if (task !== tasks.lost) await claim(task);
        const commits = await Promise.all(list.map((task) => prepare(task)));
        const changed = present((await store.outbox.get(scope, tasks.stale.id))?.sessionId);
        const [first] = await messagesOf(store, scope, changed, { limit: 1, sortBy: 'timestamp', order: 'asc' });
        await store.messages.update(scope, changed, [{ ...present(first), content: 'new' }], world.at());
        expect(await store.work.file(commits)).toEqual(['done', 'stale', 'lost', 'done']);
        const sessions = await rowsIn(store.sessions.list(scope, {}, WHOLE));
        for (const [name, { sessionKey }] of Object.entries(tasks)) {
          const session = present(sessions.find(({ key }) => key === sessionKey));
          const filed = name === 'done' || name === 'alsoDone';
          expect([name, (await background.chunks(session)).length]).toEqual([name, filed ? 1 : 0]);
          expect([name, (await outstanding(session)).length]).toEqual([name, filed ? 0 : 1]);
        }
        expect(await store.work.file([])).toEqual([]);
      });
    });

    describe('is stale', () => {
      type Held = Awaited<ReturnType<typeof createHeld>>;
      const remove = ({ world, store, scope, talk, ids }: Held, ...places: readonly number[]) =>
        store.messages.delete(
          scope,
          talk.id,
          places.map((place) => present(ids[place])),
          world.at(),
        );
      const CHANGES: Readonly<Record<string, (held: Held) => Promise<unknown>>> = {
        'was changed': ({ world, store, scope, talk, ids }) =>
          store.messages.update(scope, talk.id, [{ id: present(ids[2]), role: 'user', content: 'new' }], world.at()),
        'was deleted': (held) => remove(held, 2),
        'that came last was deleted': (held) => remove(held, 4),
        'was deleted, as were all others,': (held) => remove(held, 0, 1, 2, 3, 4),
      };
      for (const [name, change] of Object.entries(CHANGES)) {
        test(`when a message of it ${name} since it was read, and is filed when it is made again`, async () => {
          const held = await createHeld();
          const { store, scope, prepare, talk, task, record, chunks } = held;
          const early = await prepare(task);
          await change(held);
          expect(await store.work.file([early])).toEqual(['stale']);
          expect(await chunks(talk)).toEqual([]);
          expect(await record(task)).toMatchObject({ state: 'running' });
          expect(await store.work.file([await prepare(task)])).toEqual(['done']);
          const now = await messagesOf(store, scope, talk.id, { limit: ALL, sortBy: 'timestamp', order: 'asc' });
          expect((await chunks(talk)).flatMap(({ messageIds }) => messageIds)).toEqual(now.map(({ id }) => id));
        });
      }

      test('not when only other messages were added, changed or deleted', async () => {
        const { world, store, scope, append, claim, prepare, talk } = await create();
        const rounds: (readonly string[])[] = [];
        const tasks: OutboxTask[] = [];
        for (const texts of [
          ['a', 'b'],
          ['c', 'd'],
          ['e', 'f'],
        ]) {
          const { ids, tasks: filed } = await append(talk, texts);
          rounds.push(ids);
          tasks.push(await claim(present(filed[0])));
        }
        const commit = await prepare(present(tasks[1]));
        const idOf = (round: number, place: number) => present(rounds[round]?.[place]);
        await append(talk, ['g']);
        const update = { id: idOf(0, 0), role: 'user', content: 'new' } as const;
        await store.messages.update(scope, talk.id, [update, { ...update, id: idOf(2, 0) }], world.at());
        await store.messages.delete(scope, talk.id, [idOf(0, 1), idOf(2, 1)], world.at());
        expect(await store.work.file([commit])).toEqual(['done']);
      });
    });

    describe('is not filed, or messages would be forgotten,', () => {
      test('when the task has grown since the range was read', async () => {
        const { store, append, appendTask, claim, prepare, talk, chunks, outstanding } = await create();
        const early = await prepare(await appendTask(talk, 2));
        const [grown] = (await append(talk, ['late'])).tasks;
        const task = await claim(present(grown));
        expect(await store.work.file([early])).not.toEqual(['done']);
        expect([await chunks(talk), spansOf(await outstanding(talk))]).toEqual([[], [[1, 3]]]);
        expect(await store.work.file([await prepare(task)])).toEqual(['done']);
      });

      test('when the task has been cut in two since, though its owner has it again', async () => {
        const { store, appendTask, claim, prepare, talk, chunks, outstanding } = await create();
        const task = await claim(await appendTask(talk, 4), ANN, NOON);
        const early = await prepare(task);
        await store.work.take([task.key], BOB, NOON + 1, END_OF_TIME);
        await store.work.split(task.key, BOB, { lastSequence: 2, at: NOON });
        const half = await claim(task);
        expect(spansOf([half])).toEqual([[1, 2]]);
        expect(await store.work.file([early])).not.toEqual(['done']);
        expect([await chunks(talk), spansOf(await outstanding(talk))]).toEqual([
          [],
          [
            [1, 2],
            [3, 4],
          ],
        ]);
        expect(await store.work.file([await prepare(half)])).toEqual(['done']);
      });
    });

    describe('is lost', () => {
      test('when another owner has the task by now', async () => {
        const { store, appendTask, claim, prepare, talk, record, chunks } = await create();
        const task = await appendTask(talk, 2);
        await claim(task, ANN, NOON);
        const commit = await prepare(task);
        await store.work.take([task.key], BOB, NOON + 1, END_OF_TIME);
        expect(await store.work.file([commit])).toEqual(['lost']);
        expect(await record(task)).toMatchObject({ state: 'running' });
        expect(await chunks(talk)).toEqual([]);
        expect(await store.work.file([{ ...commit, owner: BOB }])).toEqual(['done']);
      });

      test('when the task was given back, or never taken', async () => {
        const background = await create();
        const { store, claim, record, prepare, owner, scope } = background;
        const tasks = await createTasks(background, ['waiting', 'released', 'retried', 'failed', 'split'], 2);
        for (const task of Object.values(tasks)) if (task !== tasks.waiting) await claim(task);
        await store.work.release([tasks.released.key], ANN, NOON);
        await store.work.retry(tasks.retried.key, ANN, { ...FAILURE, dueAt: NOON });
        await store.work.fail(tasks.failed.key, ANN, FAILURE);
        await store.work.split(tasks.split.key, ANN, { lastSequence: 1, at: NOON });
        const states = await Promise.all(Object.values(tasks).map(async (task) => (await record(task)).state));
        const commits = await Promise.all(Object.values(tasks).map((task) => prepare(task)));
        expect(await store.work.file(commits)).toEqual(['lost', 'lost', 'lost', 'lost', 'lost']);
        expect(await Promise.all(Object.values(tasks).map(async (task) => (await record(task)).state))).toEqual(states);
        expect(await store.chunks.count(scope, owner.id)).toEqual({ total: 0, embedded: 0 });
      });

      test('when it was filed already, so that filing it again leaves one', async () => {
        const { store, prepare, task, talk, chunks } = await createHeld();
        const commit = await prepare(task);
        expect(await store.work.file([commit])).toEqual(['done']);
        const filed = await chunks(talk);
        expect(await store.work.file([commit])).toEqual(['lost']);
        expect(await store.work.file([{ ...commit, chunks: [newChunk(1, 5)] }])).toEqual(['lost']);
        expect(await chunks(talk)).toEqual(filed);
      });

      test('for all but one of those who file it at once', async () => {
        const { store, prepare, task, talk, chunks } = await createHeld();
        const commits = await Promise.all(Array.from({ length: 10 }, () => prepare(task)));
        const outcomes = await Promise.all(commits.map((commit) => store.work.file([commit])));
        expect(outcomes.flat().toSorted()).toEqual(['done', ...Array.from({ length: 9 }, () => 'lost' as const)]);
        expect(await chunks(talk)).toHaveLength(1);
      });

      test('when the session is gone', async () => {
        const { store, scope, prepare, task, talk } = await createHeld();
        const commit = await prepare(task);
        await store.sessions.delete(scope, talk.id);
        expect(await store.work.file([commit])).toEqual(['lost']);
      });

      test('when it names a task or an owner that is not there', async () => {
        const { store, prepare, task, talk, chunks } = await createHeld();
        const commit = await prepare(task);
        for (const wrong of [{ taskKey: 999_999_999 }, { owner: mintId() }, { owner: '' }]) {
          expect(await store.work.file([{ ...commit, ...wrong }])).toEqual(['lost']);
        }
        expect(await chunks(talk)).toEqual([]);
      });
    });

    test('of a range replaces what an earlier try filed of it, and nothing beside it', async () => {
      const { world, store, scope, append, finish, open, talk, chunks } = await create();
      const { ids, tasks } = await append(talk, ['a', 'b', 'c', 'd', 'e', 'f']);
      await finish(present(tasks[0]), [newChunk(1, 2), newChunk(3, 4), newChunk(5, 6)]);
      const before = await chunks(talk);
      await store.messages.update(scope, talk.id, [{ id: present(ids[2]), role: 'user', content: 'new' }], world.at());
      const [again] = await open();
      const pieces = [newChunk(3, 3), newChunk(4, 4)];
      await finish(present(again), pieces);
      const after = await chunks(talk);
      expect(after.map(({ id }) => id)).toEqual([
        present(before[0]).id,
        present(before[2]).id,
        ...pieces.map(({ id }) => id),
      ]);
    });
  });
