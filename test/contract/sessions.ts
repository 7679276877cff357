import { describe, expect, test } from 'bun:test';
import type { SessionFilter } from '../../src/contract/identities.ts';
import type { SessionRecord } from '../../src/contract/records.ts';
import { rowsIn, WHOLE } from './lists.ts';
import { endOf, refusal, refusals, tallyEnds } from './refusal.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present } from './world.ts';

export const describeSessions = (open: OpenStore): void =>
  describe('sessions', () => {
    const shared = shareStore(open);
    const createPair = async () => {
      const world = await shared.createWorld();
      return { world, ...world, user: await world.user(), agent: await world.agent() };
    };

    test('a session is read back as it was given, with the user and the agent it is between', async () => {
      const { store, scope, user, agent } = await createPair();
      const id = mintId();
      const input = { id, userId: user.id, agentId: agent.id, name: 'talk', at: 1_700_000_000_123 };
      expect(await store.sessions.create(scope, input)).toEqual({ ids: [id], replayed: false });
      const expected = {
        key: expect.any(Number),
        id,
        userKey: user.key,
        userId: user.id,
        agentKey: agent.key,
        agentId: agent.id,
        name: 'talk',
        createdAt: input.at,
        updatedAt: input.at,
      };
      expect(await store.sessions.get(scope, id)).toEqual(expected);
      expect(await store.sessions.findByName(scope, 'talk')).toEqual(expected);
      expect(await rowsIn(store.sessions.list(scope, {}, WHOLE))).toEqual([expected]);
    });

    test('an unknown id or name reads as null', async () => {
      const { store, scope, user } = await createPair();
      expect(await store.sessions.get(scope, mintId())).toBeNull();
      expect(await store.sessions.get(scope, 'no-such-id')).toBeNull();
      expect(await store.sessions.findByName(scope, 'nothing')).toBeNull();
      expect(await store.sessions.findByName(scope, 'nothing', user.id)).toBeNull();
    });

    test('the filters of a list hold together, and lists are in the order of creation', async () => {
      const { world, store, scope } = await createPair();
      const [ann, bob] = [await world.user('ann'), await world.user('bob')];
      const [one, two] = [await world.agent('one'), await world.agent('two')];
      const made: SessionRecord[] = [];
      for (const [user, agent] of [
        [bob, two],
        [ann, one],
        [bob, one],
        [ann, two],
        [ann, one],
      ] as const) {
        made.push(await world.session(user, agent));
      }
      const pick = (...places: number[]) => places.map((place) => present(made[place]));
      expect(await rowsIn(store.sessions.list(scope, {}, WHOLE))).toEqual(made);
      expect(await rowsIn(store.sessions.list(scope, { userId: ann.id }, WHOLE))).toEqual(pick(1, 3, 4));
      expect(await rowsIn(store.sessions.list(scope, { agentId: one.id }, WHOLE))).toEqual(pick(1, 2, 4));
      expect(await rowsIn(store.sessions.list(scope, { userId: ann.id, agentId: one.id }, WHOLE))).toEqual(pick(1, 4));
      expect(await rowsIn(store.sessions.list(scope, { userId: bob.id, agentId: two.id }, WHOLE))).toEqual(pick(0));
      expect(await rowsIn(store.sessions.list(scope, { userId: mintId() }, WHOLE))).toEqual([]);
      expect(await rowsIn(store.sessions.list(scope, { agentId: mintId() }, WHOLE))).toEqual([]);
      expect(await rowsIn(store.sessions.list(scope, { userId: undefined, agentId: undefined }, WHOLE))).toEqual(made);
      const newest = (filter: SessionFilter) =>
        rowsIn(store.sessions.list(scope, { ...filter, newestFirst: true }, WHOLE));
      expect(await newest({})).toEqual(made.toReversed());
      expect(await newest({ userId: ann.id })).toEqual(pick(4, 3, 1));
      expect(await newest({ agentId: one.id })).toEqual(pick(4, 2, 1));
      expect(await newest({ userId: ann.id, agentId: one.id })).toEqual(pick(4, 1));
    });

    test('sessions of one moment are listed in the order of creation, whatever their ids', async () => {
      const { store, scope, user, agent } = await createPair();
      const ids = Array.from({ length: 5 }, mintId).reverse();
      for (const id of ids) {
        await store.sessions.create(scope, { id, userId: user.id, agentId: agent.id, name: id, at: 1_000 });
      }
      expect((await rowsIn(store.sessions.list(scope, {}, WHOLE))).map(({ id }) => id)).toEqual(ids);
    });

    test('users may share a name for their sessions: without a user the oldest is found, with one theirs', async () => {
      const { world, store, scope, user, agent } = await createPair();
      const other = await world.user();
      const stranger = await world.user();
      const oldest = await world.session(user, agent, 'daily');
      const newer = await world.session(other, agent, 'daily');
      expect(await store.sessions.findByName(scope, 'daily')).toEqual(oldest);
      expect(await store.sessions.findByName(scope, 'daily', other.id)).toEqual(newer);
      expect(await store.sessions.findByName(scope, 'daily', stranger.id)).toBeNull();
    });

    test('a session of an unknown user is refused, the user being looked at before the agent', async () => {
      const { store, scope, user, agent } = await createPair();
      const create = (userId: string, agentId: string) =>
        refusal(store.sessions.create(scope, { id: mintId(), userId, agentId, name: 'x', at: 1_000 }));
      const nobody = mintId();
      for (const [userId, agentId, entity, value] of [
        [nobody, agent.id, 'user', nobody],
        [nobody, 'no-such-agent', 'user', nobody],
        ['no-such-user', agent.id, 'user', 'no-such-user'],
        [user.id, nobody, 'agent', nobody],
      ] as const) {
        const error = await create(userId, agentId);
        expect(error.code).toBe('not_found');
        expect(error.details).toMatchObject({ entity, value });
      }
      expect(await rowsIn(store.sessions.list(scope, {}, WHOLE))).toEqual([]);
    });

    test("a name is unique among a user's sessions, with any agent", async () => {
      const { world, store, scope, user, agent } = await createPair();
      const first = await world.session(user, agent, 'daily');
      const other = await world.agent();
      const input = { id: mintId(), userId: user.id, agentId: other.id, name: 'daily', at: world.at() };
      const error = await refusal(store.sessions.create(scope, input));
      expect(error.code).toBe('name_taken');
      expect(error.details).toMatchObject({ entity: 'session', field: 'name', value: 'daily', takenBy: first.id });
      expect(await rowsIn(store.sessions.list(scope, {}, WHOLE))).toEqual([first]);
    });

    test('of twenty creates of one name for one user at once one succeeds', async () => {
      const { store, scope, user, agent } = await createPair();
      const creates = Array.from({ length: 20 }, () =>
        store.sessions.create(scope, { id: mintId(), userId: user.id, agentId: agent.id, name: 'wanted', at: 1_000 }),
      );
      expect(await tallyEnds(creates)).toEqual({ accepted: 1, name_taken: 19 });
      expect(await rowsIn(store.sessions.list(scope, { userId: user.id }, WHOLE))).toHaveLength(1);
    });

    test('an update renames, keeps an absent or null name, and moves the time of change on', async () => {
      const { world, store, scope, user, agent } = await createPair();
      const { id, createdAt } = await world.session(user, agent, 'before');
      await store.sessions.update(scope, id, { name: 'after', at: 2_000 });
      expect(await store.sessions.get(scope, id)).toMatchObject({ name: 'after', createdAt, updatedAt: 2_000 });
      await store.sessions.update(scope, id, { name: null, at: 3_000 });
      expect(await store.sessions.get(scope, id)).toMatchObject({ name: 'after', updatedAt: 3_000 });
      await store.sessions.update(scope, id, { at: 4_000 });
      expect(await store.sessions.get(scope, id)).toMatchObject({ name: 'after', createdAt, updatedAt: 4_000 });
      await store.sessions.update(scope, id, { name: 'after', at: 5_000 });
      expect(await store.sessions.findByName(scope, 'after')).toMatchObject({ id, updatedAt: 5_000 });
    });

    test('an update to a name of another session of the user is refused and changes nothing', async () => {
      const { world, store, scope, user, agent } = await createPair();
      await world.session(await world.user(), agent, 'taken');
      const first = await world.session(user, agent, 'taken');
      const second = await world.session(user, agent, 'second');
      const error = await refusal(store.sessions.update(scope, second.id, { name: 'taken', at: world.at() }));
      expect(error.code).toBe('name_taken');
      expect(error.details).toMatchObject({ entity: 'session', field: 'name', value: 'taken', takenBy: first.id });
      expect(await store.sessions.get(scope, second.id)).toEqual(second);
    });

    test('updating or deleting what is not there is not_found and names it', async () => {
      const { store, scope } = await createPair();
      for (const id of [mintId(), 'no-such-id']) {
        for (const error of await refusals([
          store.sessions.update(scope, id, { at: 1_000 }),
          store.sessions.delete(scope, id),
        ])) {
          expect(error.code).toBe('not_found');
          expect(error.details).toMatchObject({ entity: 'session', value: id });
        }
      }
    });

    test('a deleted session is gone and its name and its key are not mixed up with the next', async () => {
      const { world, store, scope, user, agent } = await createPair();
      const first = await world.session(user, agent, 'again');
      await store.sessions.delete(scope, first.id);
      expect(await store.sessions.get(scope, first.id)).toBeNull();
      expect(await store.sessions.findByName(scope, 'again')).toBeNull();
      expect(await endOf(store.sessions.delete(scope, first.id))).toBe('not_found');
      const second = await world.session(user, agent, 'again');
      expect(second.key).not.toBe(first.key);
      expect(await rowsIn(store.sessions.list(scope, {}, WHOLE))).toEqual([second]);
    });
  });
