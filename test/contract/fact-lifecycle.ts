import { describe, expect, test } from 'bun:test';
import { EVERY_SEQUENCE } from './background.ts';
import { createLearner } from './facts.ts';
import { newDraft } from './facts-at-hand.ts';
import { catchUp, loadIndex } from './held-index.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present } from './world.ts';

export const describeFactLifecycle = (open: OpenStore): void =>
  describe('facts and the messages that say them', () => {
    const shared = shareStore(open);
    const create = async () => {
      const learner = await createLearner(await shared.createWorld());
      const { world, store, scope, talk, fact } = learner;
      const remove = async (factId: string) => {
        const { messageIds } = await fact(factId);
        await store.messages.delete(scope, talk.id, messageIds.slice(-1), world.at());
      };
      const supersede = async (older: string, object: string): Promise<string> => {
        const newer = mintId();
        const supersession = { olderId: older, newerId: newer, reason: 'another home' };
        return learner.learn(talk, { id: newer, text: `Ada lives in ${object}.`, object }, [supersession]);
      };
      return { ...learner, remove, supersede };
    };

    test('go with their only message, and their entities with them', async () => {
      const { talk, learn, remove, facts, entities, generation, retractions, fact } = await create();
      const id = await learn(talk, { entities: [{ name: 'Graz', kind: 'place' }] });
      const { key } = await fact(id);
      const before = await generation();
      await remove(id);
      expect(await facts()).toEqual([]);
      expect(await entities()).toEqual([]);
      expect(await retractions(before)).toContainEqual({ kind: 'fact', key });
    });

    test('said by two messages say after the deletion of one what the other says, and nothing else', async () => {
      const { store, scope, talk, learn, remove, fact, entities } = await create();
      const id = await learn(talk, { entities: [{ name: 'Graz', kind: 'place' }], terms: ['secret'] });
      await learn(talk, { id, text: 'Ada is in Graz at home.', confidence: 0.7 });
      await remove(id);
      const left = await fact(id);
      expect(left).toMatchObject({ text: 'Ada is in Graz at home.', confidence: 0.7, entities: [] });
      expect(left.messageIds).toHaveLength(1);
      expect(await entities()).toEqual([]);
      expect(JSON.stringify(await store.facts.history(scope, id))).not.toContain('Ada lives in Graz.');
      const task = { tenantKey: scope.tenantKey, userKey: talk.userKey, sessionKey: talk.key, ...EVERY_SEQUENCE };
      expect((await store.work.nominate(task, [['secret']])).facts).toEqual([]);
    });

    test('hold again when what superseded them is no longer said', async () => {
      const { talk, learn, remove, supersede, fact, changes } = await create();
      const older = await learn(talk, {});
      const newer = await supersede(older, 'Linz');
      await remove(newer);
      expect(await fact(older)).toMatchObject({ state: 'active', supersededBy: null, validTo: null });
      expect(await changes(older)).toEqual(['created', 'superseded', 'reopened']);
    });

    test('are superseded by the next when the one between is no longer said', async () => {
      const { talk, learn, remove, supersede, fact } = await create();
      const [first] = [await learn(talk, {})];
      const second = await supersede(first, 'Linz');
      const third = await supersede(second, 'Wels');
      await remove(second);
      expect(await fact(first)).toMatchObject({ state: 'superseded', supersededBy: third });
      expect(await fact(third)).toMatchObject({ state: 'active', supersedes: [first] });
    });

    test('go when a message is edited, and it is extracted again', async () => {
      const { world, store, scope, talk, learn, fact, facts } = await create();
      const id = await learn(talk, {});
      const [message] = (await fact(id)).messageIds;
      const change = { id: present(message), role: 'user', content: 'I moved' } as const;
      await store.messages.update(scope, talk.id, [change], world.at());
      expect(await facts()).toEqual([]);
      const outstanding = await store.outbox.outstanding(scope, talk.id, EVERY_SEQUENCE);
      expect(outstanding.filter(({ kind }) => kind === 'extract')).toMatchObject([
        { firstSequence: 1, lastSequence: 1 },
      ]);
    });

    test('made of two messages are extracted again from what is left when one of them is deleted', async () => {
      const { world, store, scope, talk, say, prepare, file, facts } = await create();
      const task = await say(talk, ['Where do you live?', 'In Graz']);
      const outcome = await prepare(task, [{}]);
      const { messages } = await store.work.read(task);
      const keys = messages.map(({ key }) => key).reverse();
      const both = outcome.mentions.map((mention) => ({ ...mention, draft: newDraft(keys) }));
      expect(await file({ ...outcome, mentions: both })).toBe('done');
      const [fact] = await facts();
      expect(fact?.messageIds).toHaveLength(2);
      await store.messages.delete(scope, talk.id, [present(fact?.messageIds[1])], world.at());
      expect(await facts()).toEqual([]);
      const outstanding = await store.outbox.outstanding(scope, talk.id, EVERY_SEQUENCE);
      expect(outstanding.filter(({ kind }) => kind === 'extract')).toMatchObject([
        { firstSequence: 1, lastSequence: 2 },
      ]);
    });

    test('are not filed of a message that was deleted or edited while they were made', async () => {
      const { world, store, scope, talk, say, prepare, file, facts } = await create();
      const changes = [
        (id: string) => store.messages.delete(scope, talk.id, [id], world.at()),
        (id: string) => store.messages.update(scope, talk.id, [{ id, role: 'user', content: 'No' }], world.at()),
      ];
      for (const change of changes) {
        const task = await say(talk, ['I live in Graz', 'Yes']);
        const outcome = await prepare(task, [{}]);
        const { rows } = await store.messages.list(
          scope,
          talk.id,
          { sortBy: 'id', order: 'desc' },
          { after: null, limit: 2 },
        );
        await change(present(rows[1]).id);
        expect(await file(outcome)).toBe('stale');
      }
      expect(await facts()).toEqual([]);
    });

    test('of a session go with it, those that another session says too stay, and an index follows', async () => {
      const { world, store, scope, tenantKey, owner, partner, talk, learn, facts, fact, entities } = await create();
      const other = await world.session(owner, partner);
      await learn(talk, { text: 'Ada rows.', entities: [{ name: 'Rowing', kind: 'other' }] });
      const shared = await learn(talk, { entities: [{ name: 'Graz', kind: 'place' }] });
      await learn(other, { id: shared, text: 'Ada is living in Graz.', entities: [{ name: 'Graz', kind: 'place' }] });
      const held = await loadIndex(store, tenantKey, owner.key);
      await store.sessions.delete(scope, talk.id);
      expect((await facts()).map(({ id }) => id)).toEqual([shared]);
      expect(await fact(shared)).toMatchObject({ text: 'Ada is living in Graz.', confidence: 0.6 });
      expect((await fact(shared)).messageIds).toHaveLength(1);
      expect((await entities()).map(({ name }) => name)).toEqual(['Graz']);
      expect(await catchUp(store, tenantKey, owner.key, held)).toEqual(await loadIndex(store, tenantKey, owner.key));
    });

    test('of a session with more facts than one transaction removes are hidden at once', async () => {
      const { store, scope, talk, say, finish, facts, entities } = await create();
      const many = Array.from({ length: 300 }, (_, i) => ({
        text: `Ada owns book ${i}.`,
        entities: [{ name: `Book ${i}`, kind: 'other' }],
      }));
      await finish(await say(talk, ['books']), many);
      expect(await facts()).toHaveLength(300);
      const deletion = await store.sessions.delete(scope, talk.id);
      expect(deletion.isPending).toBe(true);
      expect(await facts()).toEqual([]);
      expect(await entities()).toEqual([]);
    });

    test('are made of everything that is stored, once for each version of what makes them', async () => {
      const { world, store, scope, talk } = await create();
      await world.say(talk, ['one', 'two', 'three']);
      const deriveAll = async (version: number) => {
        while (!(await store.outbox.derive('extract', version, world.at())));
      };
      const left = async () => {
        const all = await store.outbox.outstanding(scope, talk.id, EVERY_SEQUENCE);
        return all.map(({ kind, firstSequence, lastSequence }) => [kind, firstSequence, lastSequence]);
      };
      await deriveAll(7_001);
      expect(await left()).toEqual([['extract', 1, 3]]);
      await deriveAll(7_001);
      expect(await left()).toHaveLength(1);
      await deriveAll(7_002);
      expect(await left()).toHaveLength(2);
      // What is turned off, and on again, goes over what was said meanwhile.
      await deriveAll(0);
      await deriveAll(7_002);
      expect(await left()).toHaveLength(3);
    });

    test('of a user go with the user', async () => {
      const { world, store, scope, owner, talk, learn } = await create();
      const id = await learn(talk, { entities: [{ name: 'Graz', kind: 'place' }] });
      await store.users.delete(scope, owner.id);
      expect(await store.facts.read(scope, [id])).toEqual([]);
      expect(world.at()).toBeGreaterThan(0);
    });
  });
