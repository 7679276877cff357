import { describe, expect, test } from 'bun:test';
import { catchUp, loadIndex } from './held-index.ts';
import { createMemory, textsOf } from './memory.ts';
import { endOf } from './refusal.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present } from './world.ts';

export const describeGenerations = (open: OpenStore): void =>
  describe('generations', () => {
    const shared = shareStore(open);

    test('every change that a result could show increments the generation', async () => {
      const { world, store, scope, owner, talk, generation } = await createMemory(await shared.createWorld());
      const [message] = (await world.say(talk, ['a', 'b'])).map(present) as [string];
      const [fact] = (await world.know(owner, ['a', 'b'])).map(present) as [string];
      const other = await world.session(owner, await world.agent());
      const doomed = await world.agent();
      await world.session(owner, doomed);
      const change = { id: message, role: 'user', content: 'new' } as const;
      const changes: Readonly<Record<string, () => Promise<unknown>>> = {
        'a message appended': () => world.say(talk, ['c']),
        'a message updated': () => store.messages.update(scope, talk.id, [change], world.at()),
        'a message deleted': () => store.messages.delete(scope, talk.id, [message], world.at()),
        'knowledge added': () => world.know(owner, ['c']),
        'knowledge updated': () => store.knowledge.update(scope, owner.id, [{ id: fact, content: 'new' }], world.at()),
        'knowledge deleted': () => store.knowledge.delete(scope, owner.id, [fact]),
        'the session renamed': () => store.sessions.update(scope, talk.id, { name: 'new', at: world.at() }),
        'a session deleted': () => store.sessions.delete(scope, other.id),
        'an agent deleted': () => store.agents.delete(scope, doomed.id),
      };
      const still: string[] = [];
      for (const [name, make] of Object.entries(changes)) {
        const before = await generation();
        await make();
        if ((await generation()) <= before) still.push(name);
      }
      expect(still).toEqual([]);
    });

    test('a change that was refused does not increment the generation', async () => {
      const { world, store, scope, owner, talk, generation, retractions } = await createMemory(
        await shared.createWorld(),
      );
      const [message] = (await world.say(talk, ['a'])).map(present) as [string];
      const before = await generation();
      const change = { role: 'user', content: 'lost' } as const;
      const calls = [
        store.messages.append(scope, mintId(), [world.message('lost')]),
        store.messages.append(scope, talk.id, [world.message('lost'), world.message('lost', { id: message })]),
        store.messages.update(
          scope,
          talk.id,
          [
            { ...change, id: message },
            { ...change, id: mintId() },
          ],
          world.at(),
        ),
        store.messages.delete(scope, talk.id, [message, mintId()], world.at()),
        store.sessions.update(scope, mintId(), { name: 'lost', at: world.at() }),
        store.knowledge.add(scope, mintId(), [{ id: mintId(), content: 'lost' }], world.at()),
      ];
      expect(await Promise.all(calls.map(endOf))).not.toContain('accepted');
      expect(await store.knowledge.update(scope, owner.id, [{ id: mintId(), content: 'lost' }], world.at())).toEqual(
        [],
      );
      expect(await store.knowledge.delete(scope, owner.id, [mintId()])).toEqual([]);
      expect(await generation()).toBe(before);
      expect(await retractions(0)).toEqual([]);
    });

    test('what was withdrawn after a generation is told in order, and nothing before it', async () => {
      const { world, store, scope, owner, talk, generation, documents, retractions } = await createMemory(
        await shared.createWorld(),
      );
      const [a, b] = (await world.say(talk, ['a', 'b', 'c'])).map(present) as [string, string];
      const [fact] = (await world.know(owner, ['fact'])).map(present) as [string];
      const keyOf = async (text: string) => (await documents()).find(({ content }) => content === text)?.key ?? 0;
      const [keyA, keyB, keyFact] = [await keyOf('a'), await keyOf('b'), await keyOf('fact')];
      const start = await generation();
      expect(await retractions(start)).toEqual([]);
      const DELETIONS = [
        [{ kind: 'message', key: keyA }, () => store.messages.delete(scope, talk.id, [a], world.at())],
        [{ kind: 'message', key: keyB }, () => store.messages.delete(scope, talk.id, [b], world.at())],
        [{ kind: 'knowledge', key: keyFact }, () => store.knowledge.delete(scope, owner.id, [fact])],
      ] as const;
      for (const [retraction, remove] of DELETIONS) {
        const before = await generation();
        await remove();
        expect(await retractions(before)).toEqual([retraction]);
      }
      expect(await retractions(await generation())).toEqual([]);
      expect(await retractions(start)).toEqual(DELETIONS.map(([retraction]) => retraction));
    });

    test('a session is withdrawn with all its messages, when it is deleted and when its agent is', async () => {
      const { world, store, scope, tenantKey, owner, talk, partner } = await createMemory(await shared.createWorld());
      const other = await world.session(owner, await world.agent());
      await world.say(talk, ['a', 'b', 'c']);
      await world.say(other, ['d', 'e']);
      const third = await world.session(owner, partner);
      await world.say(third, ['f']);
      let index = await loadIndex(store, tenantKey, owner.key);
      expect(index.documents.size).toBe(6);
      await store.sessions.delete(scope, talk.id);
      index = await catchUp(store, tenantKey, owner.key, index);
      expect(textsOf(index.documents.values())).toEqual(['d', 'e', 'f']);
      await store.agents.delete(scope, partner.id);
      index = await catchUp(store, tenantKey, owner.key, index);
      expect(textsOf(index.documents.values())).toEqual(['d', 'e']);
    });

    test('what was withdrawn is kept only so far back: an older index starts over, and a later one is told all', async () => {
      const { world, store, scope, tenantKey, owner, talk, generation, retractions } = await createMemory(
        await shared.createWorld(),
      );
      const MANY = 10_000;
      const IN_A_ROUND = 1_000;
      const rounds: (readonly string[])[] = [];
      for (let i = 0; i < MANY / IN_A_ROUND; i += 1) {
        rounds.push(
          await world.say(
            talk,
            Array.from({ length: IN_A_ROUND }, (_, j) => `${j}`),
          ),
        );
      }
      const held = await loadIndex(store, tenantKey, owner.key);
      const reached: number[] = [];
      for (const ids of rounds) {
        for (let from = 0; from < IN_A_ROUND; from += 250) {
          reached.push(await generation());
          await store.messages.delete(scope, talk.id, ids.slice(from, from + 250), world.at());
        }
      }
      expect(await retractions(reached[0] as number)).toEqual([{ kind: 'all', key: 0 }]);
      const lately = reached.slice(-4);
      for (const [i, after] of lately.entries()) expect(await retractions(after)).toHaveLength((4 - i) * 250);
      // However far back an index is, it never hears of more than some thousands.
      const lengths = await Promise.all(reached.map(async (after) => (await retractions(after)).length));
      expect(Math.max(...lengths)).toBeLessThan(5_000);
      expect((await catchUp(store, tenantKey, owner.key, held)).documents.size).toBe(0);
      // What an index of before would keep shows what is gone.
      const segment = {
        tenantKey,
        userKey: owner.key,
        firstKey: 1,
        lastKey: 9,
        maker: 'maker',
        bytes: new Uint8Array(1),
      };
      expect(await store.corpus.saveSegment({ ...segment, generation: held.generation })).toBe(false);
      expect(await store.corpus.saveSegment({ ...segment, generation: await generation() })).toBe(true);
    });

    test('a new name of the user or the agent moves none, and is read with the next question', async () => {
      const { world, store, scope, tenantKey, owner, talk, partner, generation } = await createMemory(
        await shared.createWorld(),
      );
      await world.say(talk, ['a']);
      const before = await generation();
      const names = () => store.corpus.accountNames(tenantKey, owner.key);
      await store.users.update(scope, owner.id, { name: 'Eve', at: world.at() });
      expect(await names()).toEqual({ user: 'Eve', agents: ['Rex'] });
      await store.agents.update(scope, partner.id, { name: 'Max', at: world.at() });
      expect(await names()).toEqual({ user: 'Eve', agents: ['Max'] });
      expect(await generation()).toBe(before);
    });
  });
