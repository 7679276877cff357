import { describe, expect, test } from 'bun:test';
import type { Once } from '../../src/contract/once.ts';
import { messagesOf, rowsIn, tasksOf, WHOLE } from './lists.ts';
import { endOf, refusal } from './refusal.ts';
import { snapshotOf } from './snapshot.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present } from './world.ts';

const OLDEST_FIRST = { sortBy: 'timestamp', order: 'asc' } as const;

export const describeNamedAppends = (open: OpenStore): void =>
  describe('messages by names', () => {
    const shared = shareStore(open);
    const createCaller = async () => {
      const world = await shared.createWorld();
      const { store, scope } = world;
      const append = (names: Parameters<typeof world.conversation>[0], ...texts: string[]) => {
        const messages = texts.map((text) => world.message(text));
        return store.messages.appendByName(scope, world.conversation(names), messages, undefined, world.work());
      };
      const counts = async () => ({
        users: (await rowsIn(store.users.list(scope, WHOLE))).length,
        agents: (await rowsIn(store.agents.list(scope, WHOLE))).length,
        sessions: (await rowsIn(store.sessions.list(scope, {}, WHOLE))).length,
      });
      return { world, store, scope, append, counts };
    };

    test('make what is missing and answer every id', async () => {
      const { store, scope, append } = await createCaller();
      const made = await append({ user: 'ada', agent: 'rex', session: 'daily' }, 'one', 'two');
      expect(made.replayed).toBe(false);
      expect(await store.users.get(scope, made.userId)).toMatchObject({ name: 'ada', description: null });
      expect(await store.agents.get(scope, made.agentId)).toMatchObject({ name: 'rex' });
      const { userId, agentId } = made;
      expect(await store.sessions.get(scope, made.sessionId)).toMatchObject({ name: 'daily', userId, agentId });
      const messages = await messagesOf(store, scope, made.sessionId, OLDEST_FIRST);
      expect(messages.map(({ id, content }) => [id, content])).toEqual([
        [made.ids[0], 'one'],
        [made.ids[1], 'two'],
      ] as never);
      expect(made.round).toMatchObject({ firstSequence: 1, lastSequence: 2 });
      expect(made.tasks).toMatchObject([{ firstSequence: 1, lastSequence: 2 }]);
      expect(await tasksOf(store, scope)).toHaveLength(1);
    });

    test('go to what is there under its name, whoever made it', async () => {
      const { world, store, scope, append, counts } = await createCaller();
      const [user, agent] = [await world.user('ada'), await world.agent('rex')];
      const session = await world.session(user, agent, 'daily');
      await world.session(await world.user('eve'), agent, 'daily');
      const before = await counts();
      for (const names of [
        { user: 'ada', agent: 'rex', session: 'daily' },
        { user: 'ada', session: 'daily' },
      ]) {
        const added = await append(names, 'hello');
        const { userId, agentId, sessionId } = added;
        expect([userId, agentId, sessionId]).toEqual([user.id, agent.id, session.id]);
      }
      expect(await counts()).toEqual(before);
      expect(await messagesOf(store, scope, session.id, OLDEST_FIRST)).toHaveLength(2);
    });

    test('are a session of their own each time that none is named, with the usual agent when that is not either', async () => {
      const { store, scope, append, counts } = await createCaller();
      const [a, b] = [await append({ user: 'ada' }, 'one'), await append({ user: 'ada' }, 'two')];
      expect(a.sessionId).not.toBe(b.sessionId);
      expect([a.userId, a.agentId]).toEqual([b.userId, b.agentId]);
      expect(await store.agents.get(scope, a.agentId)).toMatchObject({ name: 'usual' });
      expect(await counts()).toEqual({ users: 1, agents: 1, sessions: 2 });
    });

    test('without any make the conversation alone', async () => {
      const { store, scope, append, counts } = await createCaller();
      const made = await append({ user: 'ada', session: 'daily' });
      expect([made.ids, made.round, made.tasks]).toEqual([[], null, []]);
      expect(await counts()).toEqual({ users: 1, agents: 1, sessions: 1 });
      expect(await messagesOf(store, scope, made.sessionId, OLDEST_FIRST)).toEqual([]);
    });

    test('of an agent that the session is not with are refused, and nothing is made', async () => {
      const { store, world, append } = await createCaller();
      await append({ user: 'ada', agent: 'rex', session: 'daily' }, 'one');
      await world.agent('max');
      const before = await snapshotOf(store, world.tenantKey);
      for (const agent of ['max', 'nobody yet']) {
        const error = await refusal(append({ user: 'ada', agent, session: 'daily' }, 'two'));
        expect([error.code, error.details.field]).toEqual(['invalid', 'agent']);
        expect(error.message).toContain(agent);
      }
      expect(await snapshotOf(store, world.tenantKey)).toEqual(before);
    });

    test('of many calls at once make each of them once', async () => {
      const { store, scope, append, counts } = await createCaller();
      const calls = Array.from({ length: 30 }, (_, i) =>
        append({ user: 'ada', agent: 'rex', session: 'daily' }, `${i}`),
      );
      const made = await Promise.all(calls);
      expect(new Set(made.map(({ userId, agentId, sessionId }) => `${userId} ${agentId} ${sessionId}`)).size).toBe(1);
      expect(await counts()).toEqual({ users: 1, agents: 1, sessions: 1 });
      expect(await messagesOf(store, scope, present(made[0]).sessionId, OLDEST_FIRST)).toHaveLength(30);
    });

    test('that cannot be stored leave nobody behind', async () => {
      const { world, store, scope } = await createCaller();
      const message = world.message('twice');
      const before = await snapshotOf(store, world.tenantKey);
      const conversation = world.conversation({ user: 'ada' });
      expect(await endOf(store.messages.appendByName(scope, conversation, [message, message]))).toBe('internal');
      expect(await snapshotOf(store, world.tenantKey)).toEqual(before);
    });

    test('with a made-up session name that is taken are refused as such, and nothing is made', async () => {
      const { world, store, scope, append } = await createCaller();
      await append({ user: 'ada', session: 'daily' }, 'one');
      const conversation = world.conversation({ user: 'ada', agent: 'new' });
      const taken = { ...conversation, session: { ...conversation.session, name: 'daily' } };
      const before = await snapshotOf(store, world.tenantKey);
      const error = await refusal(store.messages.appendByName(scope, taken, [world.message('two')]));
      expect([error.code, error.details.entity]).toEqual(['name_taken', 'session']);
      expect(await snapshotOf(store, world.tenantKey)).toEqual(before);
    });

    test('sent again with their claim answer the same ids, though all of it is gone or renamed by then', async () => {
      const { world, store, scope } = await createCaller();
      const once: Once = {
        userKey: null,
        method: 'POST',
        path: '/memories',
        key: mintId(),
        bodyHash: 'body',
        at: world.at(),
      };
      const call = () =>
        store.messages.appendByName(scope, world.conversation({ user: 'ada' }), [world.message('hi')], once);
      const first = await call();
      const again = { ...first, replayed: true, round: null, tasks: [] };
      expect(await call()).toEqual(again);
      await store.users.update(scope, first.userId, { name: 'eve', at: world.at() });
      expect(await call()).toEqual(again);
      await store.users.delete(scope, first.userId);
      expect(await call()).toEqual(again);
      expect(await rowsIn(store.users.list(scope, WHOLE))).toEqual([]);
    });

    describe('of a scope of one user', () => {
      const createBound = async () => {
        const caller = await createCaller();
        const { world } = caller;
        const [own, other, agent] = [await world.user('own'), await world.user('other'), await world.agent('rex')];
        const scope = { tenantKey: world.tenantKey, userKey: own.key };
        const append = (names: Parameters<typeof world.conversation>[0], once?: Once) =>
          caller.store.messages.appendByName(scope, world.conversation(names), [world.message('hi')], once);
        return { ...caller, append, own, other, agent };
      };

      test('go to that user, with an agent that is there', async () => {
        const { append, own, agent } = await createBound();
        expect(await append({ user: 'own', agent: 'rex' })).toMatchObject({ userId: own.id, agentId: agent.id });
      });

      test('make no user and no agent, and tell nothing of others', async () => {
        const { world, store, append } = await createBound();
        const before = await snapshotOf(store, world.tenantKey);
        const errors = [];
        for (const names of [{ user: 'other' }, { user: 'nobody' }, { user: 'own' }, { user: 'own', agent: 'new' }]) {
          const error = await refusal(append(names));
          expect(error.code).toBe('forbidden');
          errors.push(error.message);
        }
        expect(errors[0]).toBe(errors[1]);
        expect(await snapshotOf(store, world.tenantKey)).toEqual(before);
      });

      test('are not answered by the claim of another', async () => {
        const { world, store, scope, append } = await createBound();
        const once: Once = {
          userKey: null,
          method: 'POST',
          path: '/memories',
          key: mintId(),
          bodyHash: 'body',
          at: world.at(),
        };
        const theirs = world.conversation({ user: 'other', agent: 'rex' });
        await store.messages.appendByName(scope, theirs, [world.message('secret')], once);
        expect((await refusal(append({ user: 'other', agent: 'rex' }, once))).code).toBe('forbidden');
      });
    });
  });
