import { describe, expect, test } from 'bun:test';
import { createMemory } from './memory.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId } from './world.ts';

export const describeSubjects = (open: OpenStore): void =>
  describe('whom a question names', () => {
    const shared = shareStore(open);
    const subject = ({ key, id }: { readonly key: number; readonly id: string }) => ({ key, id });

    test('is found by id and by name, in the order asked for, with the present generation', async () => {
      const { world, store, scope, owner, partner, talk, generation } = await createMemory(await shared.createWorld());
      const friend = await world.agent();
      const other = await world.session(owner, friend, 'it\'s "quoted"');
      await world.say(other, ['hello']);
      const asked = {
        sessions: [{ name: other.name }, { id: talk.id }, { id: mintId() }, { id: talk.id }, { name: 'nothing' }],
        agents: [{ id: friend.id }, { name: partner.name }, { name: mintId() }],
      };
      const expected = {
        user: { key: owner.key, id: owner.id, name: owner.name },
        generation: await generation(),
        sessions: [subject(other), subject(talk), null, subject(talk), null],
        agents: [subject(friend), subject(partner), null],
      };
      for (const user of [{ id: owner.id }, { name: owner.name }]) {
        expect(await store.corpus.resolve(scope, { user, ...asked })).toEqual(expected);
        const bound = { ...scope, userKey: owner.key };
        expect(await store.corpus.resolve(bound, { user, ...asked })).toEqual(expected);
      }
      expect(await store.corpus.resolve(scope, { user: { id: owner.id }, sessions: [], agents: [] })).toEqual({
        ...expected,
        sessions: [],
        agents: [],
      });
    });

    test("is nobody when there is no such user, and another user's session is none", async () => {
      const { world, store, scope, owner, partner, talk } = await createMemory(await shared.createWorld());
      const other = await world.user();
      await world.session(other, partner, 'theirs');
      for (const user of [{ id: mintId() }, { name: mintId() }, { id: owner.name }, { name: owner.id }]) {
        expect(await store.corpus.resolve(scope, { user, sessions: [], agents: [] })).toBeNull();
      }
      const sessions = [{ id: talk.id }, { name: talk.name }, { name: 'theirs' }];
      const theirs = await store.corpus.resolve(scope, { user: { id: other.id }, sessions, agents: [] });
      expect(theirs?.sessions.map((session) => session !== null)).toEqual([false, false, true]);
    });

    test('is told with a generation that is never behind what was acknowledged', async () => {
      const { world, store, scope, owner, talk } = await createMemory(await shared.createWorld());
      const user = { id: owner.id };
      for (let i = 0, last = 0; i < 10; i += 1) {
        await world.say(talk, ['more']);
        const { generation = 0 } = (await store.corpus.resolve(scope, { user, sessions: [], agents: [] })) ?? {};
        expect(generation).toBeGreaterThan(last);
        last = generation;
      }
    });
  });
