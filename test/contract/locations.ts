import { describe, expect, test } from 'bun:test';
import type { SessionRecord } from '../../src/contract/records.ts';
import { ALL, ANN, createBackground, END_OF_TIME } from './background.ts';
import { locationsOf, messagesOf } from './lists.ts';
import { refusal } from './refusal.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present } from './world.ts';

export const describeLocations = (open: OpenStore): void =>
  describe('the locations of messages', () => {
    const shared = shareStore(open);
    const create = async () => {
      const background = await createBackground(await shared.createWorld());
      const { store, scope, talk } = background;
      const list = async (
        buffered?: boolean,
        order: 'asc' | 'desc' = 'asc',
        sortBy: 'timestamp' | 'id' = 'timestamp',
        limit = ALL,
      ) => (await messagesOf(store, scope, talk.id, { limit, sortBy, order, buffered })).map(({ id }) => id);
      return { ...background, list };
    };

    test('are told in order, from a sequence on, as many as asked for', async () => {
      const { world, store, scope, append, talk, owner, partner } = await create();
      await append(await world.session(owner, partner), ['elsewhere']);
      const { ids } = await append(talk, ['a', 'b', 'c', 'd', 'e']);
      await store.messages.delete(scope, talk.id, [present(ids[2])], world.at());
      const update = { id: present(ids[1]), role: 'user', content: 'new' } as const;
      await store.messages.update(scope, talk.id, [update], 9_000);
      const locations = (after: string | null, limit: number) =>
        store.messages.locations(scope, talk.id, { after, limit });
      const { rows: all } = await locations(null, ALL);
      expect(all).toEqual(
        [1, 2, 4, 5].map((sequence) => ({
          id: present(ids[sequence - 1]),
          sessionId: talk.id,
          sequence,
          updatedAt: sequence === 2 ? 9_000 : expect.any(Number),
        })),
      );
      const first = await locations(null, 2);
      expect(first.rows).toEqual(all.slice(0, 2));
      const second = await locations(first.next, 1);
      expect(second.rows).toEqual(all.slice(2, 3));
      expect(await locations(second.next, ALL)).toEqual({ rows: all.slice(3), next: null });
    });

    test('stored before a time are told for all sessions, the oldest first, in pages, and no others', async () => {
      const { world, store, scope, talk, owner, partner } = await create();
      const other = await world.session(owner, partner);
      // Long ago, so that nothing of other tests lies between.
      const idAt = (ms: number) => `${ms.toString(16).padStart(12, '0').replace(/^.{8}/, '$&-')}${mintId().slice(13)}`;
      const say = async (session: SessionRecord, ...times: readonly number[]) => {
        const messages = times.map((ms) => world.message('said', { id: idAt(ms) }));
        return (await store.messages.append(scope, session.id, messages)).ids;
      };
      const [late, early] = (await say(talk, 5_000, 1_000)) as [string, string];
      const [middle, at] = (await say(other, 3_000, 7_000)) as [string, string];
      const of = (id: string, { id: sessionId }: SessionRecord) => ({ id, tenantKey: scope.tenantKey, sessionId });
      const before = (ms: number, after: string | null = null, limit = ALL) =>
        store.messages.storedBefore(ms, { after, limit });
      const expected = [of(early, talk), of(middle, other), of(late, talk)];
      expect(await before(7_000)).toEqual({ rows: expected, next: null });
      expect((await before(7_001)).rows).toEqual([...expected, of(at, other)]);
      const first = await before(7_000, null, 2);
      expect(first.rows).toEqual(expected.slice(0, 2));
      expect(await before(7_000, first.next, 2)).toEqual({ rows: expected.slice(2), next: null });
      expect((await before(-1)).rows).toEqual([]);
      await store.messages.delete(scope, talk.id, [early], world.at());
      await store.sessions.delete(scope, other.id);
      expect((await before(9_000)).rows).toEqual([of(late, talk)]);
    });

    test('are told one by one, and are none for a message that is not there', async () => {
      const { world, store, scope, append, talk } = await create();
      const { ids } = await append(talk, ['a', 'b']);
      const all = await locationsOf(store, scope, talk.id);
      expect(await Promise.all(ids.map((id) => store.messages.location(scope, id)))).toEqual(all);
      await store.messages.delete(scope, talk.id, [present(ids[0])], world.at());
      for (const id of [present(ids[0]), mintId(), 'no-such-message']) {
        expect(await store.messages.location(scope, id)).toBeNull();
      }
    });

    test('in a session that is not there are not_found', async () => {
      const { store, scope } = await create();
      for (const sessionId of [mintId(), 'no-such-session']) {
        const error = await refusal(store.messages.locations(scope, sessionId, { after: null, limit: 1 }));
        expect(error.code).toBe('not_found');
        expect(error.details).toMatchObject({ entity: 'session', value: sessionId });
      }
    });

    test('are in the buffer until somebody takes them to work on, and then never again', async () => {
      const { store, append, claim, finish, talk, list, world } = await create();
      const { ids: first, tasks } = await append(talk, ['a', 'b']);
      expect([await list(true), await list(false)]).toEqual([[...first], []]);
      const task = await claim(present(tasks[0]));
      expect([await list(true), await list(false)]).toEqual([[], [...first]]);
      const { ids: second } = await append(talk, ['c', 'd']);
      expect([await list(true), await list(false)]).toEqual([[...second], [...first]]);
      await store.work.release([task.key], ANN, world.at());
      expect([await list(true), await list(false)]).toEqual([[...second], [...first]]);
      await finish(task);
      expect([await list(true), await list(false)]).toEqual([[...second], [...first]]);
      await store.messages.delete(world.scope, talk.id, [present(second[0])], world.at());
      expect([await list(true), await list(false)]).toEqual([second.slice(1), [...first]]);
    });

    test('in the buffer and out of it make up the list, in every order and to every limit', async () => {
      const { world, store, scope, append, claim, talk, list } = await create();
      // The second round is told of late, so that time and arrival differ.
      const [task] = (await append(talk, ['a', 'b', 'c'])).tasks;
      await claim(present(task), ANN, END_OF_TIME);
      const late = [5_000, 4_000, 6_000].map((createdAt) => world.message('late', { createdAt }));
      await store.messages.append(scope, talk.id, late, undefined, world.work());
      const inBuffer = new Set(late.map(({ id }) => id));
      for (const sortBy of ['timestamp', 'id'] as const) {
        for (const order of ['asc', 'desc'] as const) {
          const all = await list(undefined, order, sortBy);
          expect(all).toHaveLength(6);
          for (const limit of [1, 2, ALL]) {
            const inside = all.filter((id) => inBuffer.has(id)).slice(0, limit);
            const outside = all.filter((id) => !inBuffer.has(id)).slice(0, limit);
            expect(await list(true, order, sortBy, limit)).toEqual(inside);
            expect(await list(false, order, sortBy, limit)).toEqual(outside);
          }
        }
      }
    });
  });
