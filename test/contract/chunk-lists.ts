import { describe, expect, test } from 'bun:test';
import type { ChunkListOptions } from '../../src/contract/chunks.ts';
import { ALL, createBackground, newChunk } from './background.ts';
import { refusal } from './refusal.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present } from './world.ts';

const OLDEST_FIRST = { limit: ALL, sortBy: 'created_at', order: 'asc', embeddedOnly: false } as const;
const VECTOR = { vector: new Float32Array([0.6, 0.8]), model: 'model' } as const;

export const describeChunkLists = (open: OpenStore): void =>
  describe('chunks', () => {
    const shared = shareStore(open);
    const create = async () => createBackground(await shared.createWorld());

    /** Four chunks of two filings, whose ids, strategies and times are each in an order of their own. */
    const createFour = async () => {
      const background = await create();
      const { append, finish, talk, store, scope } = background;
      const [b, c, a, d] = [mintId(), mintId(), mintId(), mintId()].sort() as [string, string, string, string];
      const filed: string[][] = [];
      for (const chunks of [
        [newChunk(1, 1, { id: c, strategy: 'x' }), newChunk(2, 2, { id: a, strategy: 'y', ...VECTOR })],
        [newChunk(3, 3, { id: d, strategy: 'x', ...VECTOR }), newChunk(4, 4, { id: b, strategy: 'w' })],
      ]) {
        const { tasks } = await append(talk, ['one', 'two']);
        await finish(present(tasks[0]), chunks);
        filed.push(chunks.map(({ id }) => id));
      }
      const list = async (more: Partial<ChunkListOptions>) => {
        const { chunks, total } = await store.chunks.ofSession(scope, talk.id, { ...OLDEST_FIRST, ...more });
        return { ids: chunks.map(({ id }) => id), total };
      };
      return {
        ...background,
        list,
        order: { filed: filed.flat(), byId: [c, a, d, b].toSorted(), byStrategy: [b, c, d, a] },
      };
    };

    test('of a session are listed by time, id or strategy, those alike as they were filed, forwards and backwards', async () => {
      const { list, order } = await createFour();
      for (const [sortBy, ids] of [
        ['created_at', order.filed],
        ['chunk_id', order.byId],
        ['strategy', order.byStrategy],
      ] as const) {
        expect(await list({ sortBy, order: 'asc' })).toEqual({ ids, total: 4 });
        expect(await list({ sortBy, order: 'desc' })).toEqual({ ids: ids.toReversed(), total: 4 });
      }
    });

    test('of a session are as many as asked for, of all that there are', async () => {
      const { list, order } = await createFour();
      for (const limit of [1, 3, 4, 100]) {
        expect(await list({ limit })).toEqual({ ids: order.filed.slice(0, limit), total: 4 });
        expect(await list({ limit, order: 'desc' })).toEqual({
          ids: order.filed.toReversed().slice(0, limit),
          total: 4,
        });
      }
    });

    test('of a session are, when asked, only those with an embedding', async () => {
      const { list, order } = await createFour();
      const embedded = [order.filed[1], order.filed[2]].map(present);
      expect(await list({ embeddedOnly: true })).toEqual({ ids: embedded, total: 2 });
      expect(await list({ embeddedOnly: true, limit: 1, order: 'desc' })).toEqual({ ids: embedded.slice(1), total: 2 });
    });

    test('of another session are not among them', async () => {
      const { world, list, order, owner, partner, appendTask, finish, chunks } = await createFour();
      const other = await world.session(owner, partner);
      expect(await chunks(other)).toEqual([]);
      await finish(await appendTask(other, 2));
      expect(await chunks(other)).toHaveLength(1);
      expect(await list({})).toEqual({ ids: order.filed, total: 4 });
    });

    test('of a round are those that hold a message of it', async () => {
      const { world, store, scope, append, appendTask, finish, open, talk, owner, partner } = await create();
      const rounds: (readonly string[])[] = [];
      for (const texts of [['a', 'b', 'c'], ['d'], ['e', 'f'], ['g']]) rounds.push((await append(talk, texts)).ids);
      const made = [newChunk(1, 2), newChunk(3, 5, VECTOR), newChunk(6, 6)];
      await finish(present((await open())[0]), made);
      await finish(await appendTask(await world.session(owner, partner), 7));
      const ofRound = async (place: number, more: Partial<ChunkListOptions> = {}) => {
        const options = { ...OLDEST_FIRST, ...more };
        const found = await store.chunks.ofRound(scope, present(rounds[place]?.[0]), options);
        expect(found.sessionId).toBe(talk.id);
        return [found.total, ...found.chunks.map(({ id }) => made.findIndex((chunk) => chunk.id === id))];
      };
      expect(await ofRound(0)).toEqual([2, 0, 1]);
      expect(await ofRound(1)).toEqual([1, 1]);
      expect(await ofRound(2)).toEqual([2, 1, 2]);
      expect(await ofRound(3)).toEqual([0]);
      expect(await ofRound(2, { order: 'desc' })).toEqual([2, 2, 1]);
      expect(await ofRound(0, { limit: 1 })).toEqual([2, 0]);
      expect(await ofRound(0, { embeddedOnly: true })).toEqual([1, 1]);
      const whole = await store.chunks.ofSession(scope, talk.id, OLDEST_FIRST);
      const first = await store.chunks.ofRound(scope, present(rounds[0]?.[0]), OLDEST_FIRST);
      expect(first.chunks).toEqual(whole.chunks.slice(0, 2));
    });

    test('of a round that has lost its last message are those of what is left', async () => {
      const { world, store, scope, append, finish, open, talk } = await create();
      const { ids } = await append(talk, ['a', 'b', 'c']);
      await append(talk, ['d']);
      await finish(present((await open())[0]), [newChunk(1, 2), newChunk(3, 3), newChunk(4, 4)]);
      await store.messages.delete(scope, talk.id, [present(ids[2])], world.at());
      const { chunks, total } = await store.chunks.ofRound(scope, present(ids[0]), OLDEST_FIRST);
      expect({ total, messageIds: chunks.flatMap(({ messageIds }) => messageIds) }).toEqual({
        total: 1,
        messageIds: ids.slice(0, 2),
      });
    });

    test('of a session or a round that is not there are not_found', async () => {
      const { store, scope, append, talk } = await create();
      const { ids } = await append(talk, ['a', 'b']);
      for (const id of [mintId(), 'no-such-thing']) {
        const error = await refusal(store.chunks.ofSession(scope, id, OLDEST_FIRST));
        expect(error.code).toBe('not_found');
        expect(error.details).toMatchObject({ entity: 'session', value: id });
      }
      // A message that is not the first of its round gives it no name.
      for (const id of [mintId(), 'no-such-thing', present(ids[1])]) {
        const error = await refusal(store.chunks.ofRound(scope, id, OLDEST_FIRST));
        expect(error.code).toBe('not_found');
        expect(error.details).toMatchObject({ entity: 'round', value: id });
      }
    });

    test('are counted for a user and for a session, and those with an embedding among them', async () => {
      const { world, store, scope, owner, partner, talk, appendTask, finish } = await createFour();
      const other = await world.session(owner, partner);
      await finish(await appendTask(other, 2), [newChunk(1, 2, VECTOR)]);
      const stranger = await world.user();
      const theirs = await world.session(stranger, partner);
      await finish(await appendTask(theirs, 1));
      expect(await store.chunks.count(scope, owner.id)).toEqual({ total: 5, embedded: 3 });
      expect(await store.chunks.count(scope, owner.id, talk.id)).toEqual({ total: 4, embedded: 2 });
      expect(await store.chunks.count(scope, owner.id, other.id)).toEqual({ total: 1, embedded: 1 });
      expect(await store.chunks.count(scope, stranger.id)).toEqual({ total: 1, embedded: 0 });
      const none = { total: 0, embedded: 0 };
      expect(await store.chunks.count(scope, owner.id, theirs.id)).toEqual(none);
      expect(await store.chunks.count(scope, owner.id, mintId())).toEqual(none);
      expect(await store.chunks.count(scope, mintId())).toEqual(none);
    });
  });
