import { describe, expect, test } from 'bun:test';
import { RELATED_BOUNDS } from '../../src/contract/corpus.ts';
import { factsOf, type Learned } from './facts-at-hand.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present } from './world.ts';

const named = (...names: string[]) => names.map((name) => ({ name, kind: 'other' }));

export const describeRelated = (open: OpenStore): void =>
  describe('a walk over entities', () => {
    const shared = shareStore(open);
    const create = async () => {
      const world = await shared.createWorld();
      const { store, scope, tenantKey } = world;
      const owner = await world.user();
      const talk = await world.session(owner, await world.agent());
      const hand = factsOf(world);
      return {
        ...{ world, store, scope, owner, talk },
        /** Facts that name some things each, said in one message each. */
        learn: async (...told: readonly (Learned & { readonly text: string })[]) =>
          hand.finish(
            await hand.say(
              talk,
              told.map(({ text }) => text),
            ),
            told,
          ),
        /** The texts that a walk from some names reaches, with the steps that it takes. */
        reach: async (...names: string[]) => {
          const { facts, messages } = await store.corpus.related(tenantKey, owner.key, names, 'ada');
          const textsOf = async (kind: 'fact' | 'message', found: typeof facts) => {
            const entries = await store.corpus.fetch(
              tenantKey,
              owner.key,
              found.map(({ key }) => ({ kind, key })),
            );
            return found.map(
              ({ key, steps }) => `${steps} ${present(entries.find((entry) => entry.key === key)).content}`,
            );
          };
          return { facts: await textsOf('fact', facts), messages: await textsOf('message', messages) };
        },
      };
    };

    test('finds the facts that name an entity, those of another that stands beside it, and the messages of both', async () => {
      const { learn, reach } = await create();
      await learn(
        { text: 'Ann works at Acme.', entities: named('Ann', 'Acme') },
        { text: 'Acme moved to Graz.', entities: named('Acme', 'Graz') },
        { text: 'Graz lies on the Mur.', entities: named('Graz', 'Mur') },
        { text: 'Bob likes tea.', entities: named('Bob') },
      );
      const near = ['1 Ann works at Acme.', '2 Acme moved to Graz.'];
      expect(await reach('ann')).toEqual({ facts: near, messages: near });
      const both = ['1 Ann works at Acme.', '1 Acme moved to Graz.', '2 Graz lies on the Mur.'];
      expect(await reach('nobody', 'acme', 'works')).toEqual({ facts: both, messages: both });
      await learn(
        { text: 'Ada met Ann.', entities: named('Ada', 'Ann') },
        { text: 'Ada sings.', entities: named('Ada') },
      );
      expect((await reach('ann')).facts).toEqual([...near.slice(0, 1), '1 Ada met Ann.', ...near.slice(1)]);
      expect((await reach('ada')).facts).toContain('1 Ada sings.');
      expect(await reach('nobody')).toEqual({ facts: [], messages: [] });
      expect(await reach()).toEqual({ facts: [], messages: [] });
    });

    test('goes past what holds no more, and past what was deleted', async () => {
      const { learn, reach, world, store, scope, talk } = await create();
      const [old] = await learn({ text: 'Ann works at Acme.', entities: named('Ann', 'Acme') });
      const newer = mintId();
      await factsOf(world).learn(talk, { id: newer, text: 'Ann works at Brill.', entities: named('Ann', 'Brill') }, [
        { olderId: present(old), newerId: newer, reason: 'another job' },
      ]);
      expect((await reach('ann')).facts).toEqual(['1 Ann works at Brill.']);
      expect((await reach('acme')).facts).toEqual([]);
      await store.facts.delete(scope, [newer], world.at());
      expect((await reach('brill')).facts).toEqual([]);
      await store.sessions.delete(scope, talk.id);
      expect(await reach('ann')).toEqual({ facts: [], messages: [] });
    });

    test('is of bounded width, and what stands in everything connects nothing', async () => {
      const { learn, reach } = await create();
      const { hub, factsOfEntity, factsOfBeside } = RELATED_BOUNDS;
      const many = (count: number, text: string, ...names: string[]) =>
        learn(...Array.from({ length: count }, (_, i) => ({ text: `${text} ${i}.`, entities: named(...names) })));
      await many(hub + 1, 'Ann knows', 'Ann');
      await many(factsOfBeside + 2, 'Bob knows', 'Bob');
      await learn({ text: 'Ann and Bob met Cleo.', entities: named('Ann', 'Bob', 'Cleo') });
      const { facts } = await reach('cleo');
      expect(facts[0]).toBe('1 Ann and Bob met Cleo.');
      // Of Bob the newest, one of which is the one above, and nothing of Ann, who stands in more facts.
      expect(facts.slice(1).map((text) => text.slice(0, 5))).toEqual(
        Array.from({ length: factsOfBeside - 1 }, () => '2 Bob'),
      );
      const ofAnn = (await reach('ann')).facts.filter((text) => text.startsWith('1 '));
      expect(ofAnn).toHaveLength(factsOfEntity);
    });
  });
