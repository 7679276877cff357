import { describe, expect, test } from 'bun:test';
import { MOST_EVENTS } from '../../src/contract/facts.ts';
import { END_OF_TIME } from './background.ts';
import { createLearner } from './facts.ts';
import { endOf, refusals } from './refusal.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present } from './world.ts';

export const describePersonsHand = (open: OpenStore): void =>
  describe("a person's hand on facts", () => {
    const shared = shareStore(open);
    const create = async () => {
      const learner = await createLearner(await shared.createWorld());
      const { store, world, scope, tenantKey, talk, claim } = learner;
      const supersede = async (older: string): Promise<string> => {
        const newer = mintId();
        const supersession = { olderId: older, newerId: newer, reason: 'another home' };
        return learner.learn(talk, { id: newer, text: 'Ada lives in Linz.', object: 'Linz' }, [supersession]);
      };
      /** The task that has the messages of a session extracted again, taken. */
      const again = async () => {
        await store.users.update(scope, learner.owner.id, { name: `ada ${mintId()}`, at: world.at() });
        const due = await store.work.due('ann', END_OF_TIME, 1_000);
        return claim(present(due.find((task) => task.tenantKey === tenantKey)));
      };
      return { ...learner, supersede, again };
    };

    test('changes what a fact says, which its history tells', async () => {
      const { store, scope, talk, learn, fact, documents } = await create();
      const id = await learn(talk, {});
      const patch = {
        text: 'Ada lives in Wels.',
        object: 'Wels',
        category: 'plan',
        confidence: 1,
        validFrom: 5,
      } as const;
      const changed = await store.facts.update(scope, id, patch, 9_000_000);
      expect(changed).toMatchObject({ ...patch, subject: 'Ada', validTo: null, state: 'active', updatedAt: 9_000_000 });
      expect(await fact(id)).toEqual(changed);
      const [, event] = await store.facts.history(scope, id);
      expect(event).toMatchObject({ at: 9_000_000, change: 'edited' });
      expect(event?.before).toMatchObject({ text: 'Ada lives in Graz.', confidence: 0.6, validFrom: null });
      expect(event?.after).toMatchObject({ text: 'Ada lives in Wels.', confidence: 1, validFrom: 5 });
      expect((await documents()).filter(({ kind }) => kind === 'fact').map(({ content }) => content)).toEqual([
        'Ada lives in Wels.',
      ]);
    });

    test('is refused where a fact would end before it begins, and for a fact that is not there', async () => {
      const { store, scope, talk, learn, fact } = await create();
      const id = await learn(talk, { validFromMs: 100 });
      const before = await fact(id);
      expect(await endOf(store.facts.update(scope, id, { validTo: 99 }, 1))).toBe('invalid');
      expect(await endOf(store.facts.update(scope, id, { validFrom: 7, validTo: 6 }, 1))).toBe('invalid');
      expect(await fact(id)).toEqual(before);
      const calls = [
        store.facts.update(scope, mintId(), {}, 1),
        store.facts.undo(scope, mintId(), 1),
        store.facts.history(scope, mintId()),
      ];
      for (const { code } of await refusals(calls)) expect(code).toBe('not_found');
    });

    test('takes changes back one after the other, the newest first', async () => {
      const { store, scope, talk, learn, fact, changes } = await create();
      const id = await learn(talk, {});
      expect(await store.facts.undo(scope, id, 1)).toBeNull();
      await store.facts.update(scope, id, { text: 'two' }, 2);
      await store.facts.update(scope, id, { text: 'three' }, 3);
      expect(await store.facts.undo(scope, id, 4)).toMatchObject({ text: 'two' });
      expect(await store.facts.undo(scope, id, 5)).toMatchObject({ text: 'Ada lives in Graz.' });
      expect(await store.facts.undo(scope, id, 6)).toBeNull();
      expect(await changes(id)).toEqual(['created', 'edited', 'edited', 'undone', 'undone']);
      expect((await fact(id)).text).toBe('Ada lives in Graz.');
    });

    test('takes back that a fact was superseded', async () => {
      const { store, scope, talk, learn, supersede, fact } = await create();
      const older = await learn(talk, {});
      const newer = await supersede(older);
      expect(await store.facts.undo(scope, older, 7)).toMatchObject({
        state: 'active',
        supersededBy: null,
        validTo: null,
      });
      expect((await fact(newer)).supersedes).toEqual([]);
    });

    test('retracts a fact: no search finds it, what it superseded holds again, and all of that is taken back', async () => {
      const { store, scope, talk, learn, supersede, fact, facts, documents, generation, retractions } = await create();
      const older = await learn(talk, {});
      const newer = await supersede(older);
      const before = await generation();
      const { key } = await store.facts.update(scope, newer, { state: 'retracted' }, 8);
      expect(await retractions(before)).toContainEqual({ kind: 'fact', key });
      const contents = async () =>
        (await documents()).flatMap(({ kind, content }) => (kind === 'fact' ? [content] : []));
      expect(await contents()).toEqual(['Ada lives in Graz.']);
      expect(await fact(older)).toMatchObject({ state: 'active', supersededBy: null });
      expect((await facts({ state: 'retracted' })).map(({ id }) => id)).toEqual([newer]);
      expect(await facts({ asOf: END_OF_TIME })).toMatchObject([{ id: older }]);
      expect(await store.facts.undo(scope, newer, 9)).toMatchObject({ state: 'active' });
      expect(await fact(older)).toMatchObject({ state: 'superseded', supersededBy: newer });
      expect((await contents()).toSorted()).toEqual(['Ada lives in Graz.', 'Ada lives in Linz.']);
    });

    test('deletes facts with all that is known of them, and what they superseded holds again', async () => {
      const { store, scope, talk, learn, supersede, fact, entities } = await create();
      const older = await learn(talk, { entities: [{ name: 'Graz', kind: 'place' }] });
      const newer = await supersede(older);
      expect(await store.facts.delete(scope, [newer, mintId(), newer], 9)).toEqual([newer]);
      expect(await store.facts.read(scope, [newer])).toEqual([]);
      expect(await endOf(store.facts.history(scope, newer))).toBe('not_found');
      expect(await fact(older)).toMatchObject({ state: 'active' });
      await store.facts.delete(scope, [older], 10);
      expect(await entities()).toEqual([]);
    });

    test('deletes facts that the same message does not bring back, in the same slot or about the same words', async () => {
      const { store, scope, talk, say, finish, again, facts } = await create();
      const words = ['ada', 'row', 'boat', 'sunday', 'river'];
      const learned = [{ terms: ['=lives_in ada', 'live', 'graz'] }, { text: 'Ada rows.', terms: words }];
      const ids = await finish(await say(talk, ['both']), learned);
      await store.facts.delete(scope, ids, 9);
      await finish(await again(), [
        { text: 'Ada moved to Graz.', terms: ['=lives_in ada', 'move', 'graz'] },
        { text: 'Ada rows on Sundays.', terms: [...words.slice(1), 'often'] },
        { text: 'Ada has a dog.', terms: ['ada', 'dog'] },
      ]);
      expect((await facts()).map(({ text }) => text)).toEqual(['Ada has a dog.']);
    });

    test('deletes facts that are made again when somebody says so later', async () => {
      const { store, scope, talk, learn, facts } = await create();
      await store.facts.delete(scope, [await learn(talk, {})], 9);
      const later = await learn(talk, {});
      expect((await facts()).map(({ id }) => id)).toEqual([later]);
    });

    test('is never overwritten: not by another extraction of the messages, and not by their change', async () => {
      const { world, store, scope, talk, learn, finish, again, fact, facts } = await create();
      const id = await learn(talk, { entities: [{ name: 'Graz', kind: 'place' }] });
      await store.facts.update(scope, id, { text: 'Ada lives in Wels.', confidence: 1 }, 9);
      await finish(await again(), [{ id, text: 'Ada moved to Graz.' }]);
      await finish(await again(), []);
      const [message] = (await fact(id)).messageIds;
      const change = { id: present(message), role: 'user', content: 'I moved' } as const;
      await store.messages.update(scope, talk.id, [change], world.at());
      expect(await facts()).toMatchObject([{ id, text: 'Ada lives in Wels.', confidence: 1 }]);
      await store.messages.delete(scope, talk.id, [present(message)], world.at());
      expect(await facts()).toEqual([]);
    });

    test('leaves a history that keeps the newest events', async () => {
      const { store, scope, talk, learn } = await create();
      const id = await learn(talk, {});
      for (let i = 0; i < MOST_EVENTS + 5; i += 1) await store.facts.update(scope, id, { confidence: i / 1_000 }, i);
      const history = await store.facts.history(scope, id);
      expect(history).toHaveLength(MOST_EVENTS);
      expect(history.at(-1)?.after.confidence).toBe((MOST_EVENTS + 4) / 1_000);
    });
  });
