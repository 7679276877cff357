import { describe, expect, test } from 'bun:test';
import { MOST_NOMINATED } from '../../src/contract/facts.ts';
import { factsOf, TERMS } from './facts-at-hand.ts';
import { rowsIn, WHOLE } from './lists.ts';
import { createMemory } from './memory.ts';
import { endOf } from './refusal.ts';
import { snapshotOf } from './snapshot.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present, type World } from './world.ts';

/** Ada's memory, and hands to file facts. */
export const createLearner = async (world: World) => {
  const memory = await createMemory(world);
  const { store, scope, owner } = memory;
  return {
    ...memory,
    ...factsOf(world),
    facts: (filter = {}) => rowsIn(store.facts.list(scope, owner.id, filter, WHOLE)),
    fact: async (id: string) => present((await store.facts.read(scope, [id]))[0]),
    entities: () => rowsIn(store.facts.entities(scope, owner.id, WHOLE)),
    changes: async (id: string) => (await store.facts.history(scope, id)).map(({ change }) => change),
  };
};

export const describeFacts = (open: OpenStore): void =>
  describe('facts', () => {
    const shared = shareStore(open);
    const create = async () => createLearner(await shared.createWorld());

    test('are read as they were filed, with the messages that say them', async () => {
      const { store, scope, owner, talk, say, prepare, file, fact, facts } = await create();
      const task = await say(talk, ['I live in Graz, near Eva']);
      const entities = [
        { name: 'Graz', kind: 'place' },
        { name: 'Eva', kind: 'person' },
      ];
      const outcome = await prepare(task, [{ validFromMs: 10, validToMs: 90_000, entities }]);
      expect(await file(outcome)).toBe('done');
      const [mention] = outcome.mentions;
      const [message] = (await store.messages.list(scope, talk.id, { sortBy: 'id', order: 'asc' }, WHOLE)).rows;
      const id = present(mention).factId;
      const expected = {
        key: expect.any(Number),
        id,
        userId: owner.id,
        text: 'Ada lives in Graz.',
        subject: 'Ada',
        predicate: 'lives_in',
        object: 'Graz',
        category: 'home',
        confidence: 0.6,
        validFrom: 10,
        validTo: 90_000,
        state: 'active',
        entities: ['Graz', 'Eva'],
        messageIds: [present(message).id],
        supersedes: [],
        supersededBy: null,
        createdAt: outcome.at,
        updatedAt: outcome.at,
        confirmedAt: expect.any(Number),
      };
      expect(await facts()).toEqual([expected] as never);
      expect(await fact(id)).toEqual(expected as never);
      const { key: _key, id: _id, userId: _user, entities: _entities, messageIds: _ids, ...said } = expected;
      const {
        supersedes: _supersedes,
        createdAt: _created,
        updatedAt: _updated,
        confirmedAt: _confirmed,
        ...after
      } = said;
      expect(await store.facts.history(scope, id)).toEqual([
        { at: outcome.at, change: 'created', reason: expect.any(String), before: null, after } as never,
      ]);
    });

    test('increment the generation, and are documents of the corpus with the time of their first message', async () => {
      const { world, store, generation, documents, talk, learn, scope } = await create();
      const before = await generation();
      const id = await learn(talk, {});
      expect(await generation()).toBeGreaterThan(before);
      const [fact] = (await documents(before)).filter(({ kind }) => kind === 'fact');
      const [message] = (await documents()).filter(({ kind }) => kind === 'message');
      expect(fact).toEqual({
        kind: 'fact',
        key: present((await store.facts.read(scope, [id]))[0]).key,
        sessionKey: null,
        sequence: null,
        role: null,
        name: null,
        content: 'Ada lives in Graz.',
        createdAt: present(message).createdAt,
      });
      expect(world.at()).toBeGreaterThan(0);
    });

    test('said again are one fact, surer than before, with all messages that say it, the newest first', async () => {
      const { talk, learn, fact, facts, changes, store, scope } = await create();
      const id = await learn(talk, {});
      await learn(talk, { id, text: 'Ada is living in Graz.' });
      const { rows } = await store.messages.list(scope, talk.id, { sortBy: 'id', order: 'desc' }, WHOLE);
      expect(await facts()).toHaveLength(1);
      const merged = await fact(id);
      expect(merged).toMatchObject({ text: 'Ada lives in Graz.', messageIds: rows.map((message) => message.id) });
      expect(merged.confidence).toBeCloseTo(1 - 0.4 ** 2);
      expect(await changes(id)).toEqual(['created', 'repeated']);
    });

    test('were confirmed when a message said them last, or when a person changed them after that', async () => {
      const { talk, learn, fact, store, scope } = await create();
      const id = await learn(talk, { saidAt: 5_000 });
      const first = await fact(id);
      expect(first.confirmedAt).toBe(5_000);
      await learn(talk, { id, saidAt: 9_000 });
      await learn(talk, { id, saidAt: 7_000 });
      expect((await fact(id)).confirmedAt).toBe(9_000);
      await store.facts.update(scope, id, { category: 'plan' }, 8_000);
      expect((await fact(id)).confirmedAt).toBe(9_000);
      await store.facts.update(scope, id, { category: 'home' }, 12_000);
      expect((await fact(id)).confirmedAt).toBe(12_000);
    });

    test('never get surer than .99, however often they are said', async () => {
      const { talk, learn, fact } = await create();
      const id = await learn(talk, {});
      for (let i = 0; i < 12; i += 1) await learn(talk, { id });
      expect((await fact(id)).confidence).toBe(0.99);
    });

    test('that are superseded end where their successor begins, and both name each other', async () => {
      const { talk, learn, fact, facts, changes } = await create();
      const older = await learn(talk, {});
      const newer = mintId();
      const supersession = { olderId: older, newerId: newer, reason: 'another home' };
      await learn(talk, { id: newer, text: 'Ada lives in Linz.', object: 'Linz', validFromMs: 77 }, [supersession]);
      expect(await fact(older)).toMatchObject({ state: 'superseded', supersededBy: newer, validTo: 77 });
      expect(await fact(newer)).toMatchObject({ state: 'active', supersedes: [older], supersededBy: null });
      expect((await facts({ state: 'active' })).map(({ id }) => id)).toEqual([newer]);
      expect((await facts({ state: 'superseded' })).map(({ id }) => id)).toEqual([older]);
      expect(await changes(older)).toEqual(['created', 'superseded']);
    });

    test('are listed by what held at a time, by subject in any case, by category and by session', async () => {
      const { world, owner, partner, talk, learn, facts, store, scope } = await create();
      const older = await learn(talk, { saidAt: 1_000 });
      const newer = mintId();
      const supersession = { olderId: older, newerId: newer, reason: 'another home' };
      await learn(talk, { id: newer, object: 'Linz', saidAt: 5_000 }, [supersession]);
      const other = await world.session(owner, partner);
      const plan = await learn(other, { subject: 'Eva', category: 'plan', saidAt: 4_000, validToMs: 6_000 });
      const idsOf = async (filter: object) => (await facts(filter)).map(({ id }) => id);
      expect(await idsOf({ asOf: 500 })).toEqual([]);
      expect(await idsOf({ asOf: 4_500 })).toEqual([older, plan]);
      expect(await idsOf({ asOf: 5_000 })).toEqual([newer, plan]);
      expect(await idsOf({ asOf: 7_000 })).toEqual([newer]);
      expect(await idsOf({ asOf: 4_500, state: 'active' })).toEqual([plan]);
      expect(await idsOf({ subject: 'eVa' })).toEqual([plan]);
      expect(await idsOf({ category: 'home' })).toEqual([older, newer]);
      expect(await idsOf({ sessionId: other.id })).toEqual([plan]);
      expect(await endOf(store.facts.list(scope, owner.id, { sessionId: mintId() }, WHOLE))).toBe('not_found');
      expect(await endOf(store.facts.list(scope, mintId(), {}, WHOLE))).toBe('not_found');
    });

    test('come in pages that do not shift while others are added', async () => {
      const { talk, learn, store, scope, owner } = await create();
      const ids: string[] = [];
      for (let i = 0; i < 5; i += 1) ids.push(await learn(talk, { text: `fact ${i}` }));
      const first = await store.facts.list(scope, owner.id, { state: 'active' }, { after: null, limit: 2 });
      await learn(talk, { text: 'later' });
      const second = await store.facts.list(scope, owner.id, { state: 'active' }, { after: first.next, limit: 3 });
      expect([...first.rows, ...second.rows].map(({ id }) => id)).toEqual(ids);
      const foreign = store.facts.list(scope, owner.id, { state: 'superseded' }, { after: first.next, limit: 3 });
      expect(await endOf(foreign)).toBe('invalid');
    });

    test('are found by the messages that say them', async () => {
      const { world, talk, learn, store, scope, owner, fact } = await create();
      const [one, two] = [await learn(talk, {}), await learn(talk, { text: 'Ada rows.' })];
      const { messageIds } = await fact(two);
      const found = await store.facts.ofMessages(scope, owner.id, [...messageIds, mintId()]);
      expect(found.map(({ id }) => id)).toEqual([two]);
      expect(await store.facts.ofMessages(scope, (await world.user()).id, messageIds)).toEqual([]);
      expect(one).not.toBe(two);
    });

    test('are nominated by the terms that they share with a statement, with their earlier mentions of the range', async () => {
      const { talk, say, finish, learn, store, fact } = await create();
      const [near, far] = [await learn(talk, {}), await learn(talk, { terms: ['skate'] })];
      const task = await say(talk, ['one', 'two']);
      const own = present((await finish(task, [{ text: 'Ada lives in Linz.', object: 'Linz' }]))[0]);
      const { facts, ofStatements, generation } = await store.work.nominate(task, [TERMS, ['row', 'skate'], ['none']]);
      const idsOf = (places: readonly number[] = []) => places.map((place) => present(facts[place]).id);
      expect(ofStatements.map((places) => new Set(idsOf(places)))).toEqual([
        new Set([near, own]),
        new Set([far]),
        new Set(),
      ]);
      expect(facts).toHaveLength(3);
      const found = present(facts.find(({ id }) => id === own));
      expect(found).toMatchObject({ isOfRange: true, state: 'active', supersededAt: null, editedAt: null });
      expect(found.ofRange).toEqual([expect.objectContaining({ text: 'Ada lives in Linz.' })] as never);
      expect(present(facts.find(({ id }) => id === near))).toMatchObject({ isOfRange: false, ofRange: [] });
      expect((await fact(own)).updatedAt).toBeGreaterThan(0);
      expect(generation).toBeGreaterThan(0);
    });

    test('are nominated by a bounded number, the newest, however many share a term', async () => {
      const { talk, say, finish, store } = await create();
      const task = await say(talk, ['many']);
      const made = await finish(
        task,
        Array.from({ length: 3 * MOST_NOMINATED }, (_, i) => ({ text: `Ada owns book ${i}.`, terms: ['book'] })),
      );
      const { facts } = await store.work.nominate({ ...task, firstSequence: 2, lastSequence: 2 }, [['book']]);
      expect(facts.map(({ id }) => id).sort()).toEqual(made.slice(-MOST_NOMINATED).sort());
    });

    test('of other users are never nominated', async () => {
      const { world, talk, learn, store, partner } = await create();
      await learn(talk, {});
      const stranger = await world.user();
      const session = await world.session(stranger, partner);
      const range = { tenantKey: world.tenantKey, userKey: stranger.key, sessionKey: session.key };
      const { facts } = await store.work.nominate({ ...range, firstSequence: 1, lastSequence: 1 }, [TERMS]);
      expect(facts).toEqual([]);
    });

    test('name entities, which are one in any case, with every spelling and the times of their facts', async () => {
      const { talk, learn, entities } = await create();
      await learn(talk, { saidAt: 3_000, entities: [{ name: 'Graz', kind: 'place' }] });
      await learn(talk, { saidAt: 1_000, text: 'Ada works in GRAZ.', entities: [{ name: 'GRAZ', kind: 'place' }] });
      await learn(talk, { saidAt: 2_000, text: 'Ada knows Eva.', entities: [{ name: 'Eva', kind: 'person' }] });
      const known = { key: expect.any(Number), id: expect.any(String) };
      expect(await entities()).toEqual([
        { ...known, name: 'Graz', aliases: ['GRAZ'], kind: 'place', facts: 2, firstSeen: 1_000, lastSeen: 3_000 },
        { ...known, name: 'Eva', aliases: [], kind: 'person', facts: 1, firstSeen: 2_000, lastSeen: 2_000 },
      ] as never);
    });

    test('that say nothing new change nothing when a range is extracted again', async () => {
      const { world, store, scope, tenantKey, talk, say, claim, finish, owner } = await create();
      const task = await say(talk, ['one', 'two']);
      const ids = await finish(task, [{ text: 'Ada rows.' }, { text: 'Ada skates.' }]);
      // A new name has everything extracted again.
      await store.users.update(scope, owner.id, { name: `ada ${mintId()}`, at: world.at() });
      const again = present(
        (await store.work.due('ann', Number.MAX_SAFE_INTEGER, 1_000)).find((one) => one.tenantKey === tenantKey),
      );
      const before = await snapshotOf(store, tenantKey);
      await finish(await claim(again), [
        { id: present(ids[0]), text: 'Ada rows.' },
        { id: present(ids[1]), text: 'Ada skates.' },
      ]);
      const after = await snapshotOf(store, tenantKey);
      expect([after.facts, after.corpus]).toEqual([before.facts, before.corpus]);
    });

    test('are stale when other facts have changed since they were compared, and when a message before them has', async () => {
      const { world, store, scope, talk, say, prepare, file, learn, facts } = await create();
      const [first] = await world.say(talk, ['Where do you live?']);
      const task = await say(talk, ['In Graz']);
      const outcome = await prepare(task, [{}], [], 3);
      expect(outcome.before).toMatchObject({ firstSequence: 1, lastSequence: 1 });
      const id = await learn(talk, { text: 'Ada rows.' });
      expect(await file(outcome)).toBe('stale');
      const again = await prepare(task, [{}], [], 3);
      await store.messages.update(scope, talk.id, [{ id: present(first), role: 'user', content: 'And?' }], world.at());
      expect(await file(again)).toBe('stale');
      expect((await facts()).map((fact) => fact.id)).toEqual([id]);
      expect(await file(await prepare(task, [{}], [], 3))).toBe('done');
      expect(await facts()).toHaveLength(2);
    });
  });
