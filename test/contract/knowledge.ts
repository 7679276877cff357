import { describe, expect, test } from 'bun:test';
import { rowsIn, WHOLE } from './lists.ts';
import { endOf, refusals } from './refusal.ts';
import { snapshotOf } from './snapshot.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present } from './world.ts';

export const describeKnowledge = (open: OpenStore): void =>
  describe('knowledge', () => {
    const shared = shareStore(open);
    const createKnower = async () => {
      const world = await shared.createWorld();
      const owner = await world.user();
      const texts = async () =>
        (await rowsIn(world.store.knowledge.list(world.scope, owner.id, WHOLE))).map(({ content }) => content);
      return { ...world, world, owner, texts };
    };

    test('items are read back as they were given, in the order of creation and not of id', async () => {
      const { store, scope, owner } = await createKnower();
      const items = ['', ' "quoted"\n\t\\ 😀 ', 'same', 'same', 'long '.repeat(20_000)].map((content) => ({
        id: mintId(),
        content,
      }));
      items.reverse();
      const ids = items.map(({ id }) => id);
      expect(await store.knowledge.add(scope, owner.id, items, 5_000)).toEqual({ ids, replayed: false });
      const expected = items.map((item) => ({ ...item, userId: owner.id, createdAt: 5_000, updatedAt: 5_000 }));
      expect(await rowsIn(store.knowledge.list(scope, owner.id, WHOLE))).toEqual(expected);
      expect(await store.knowledge.read(scope, owner.id, ids)).toEqual(expected);
    });

    test('items of later calls are listed after those of earlier ones', async () => {
      const { world, owner, texts } = await createKnower();
      await world.know(owner, ['a', 'b']);
      await world.know(owner, ['c']);
      await world.know(owner, ['d', 'e']);
      expect(await texts()).toEqual(['a', 'b', 'c', 'd', 'e']);
    });

    test('every verb answers not_found for a user that is not there', async () => {
      const { store, scope } = await createKnower();
      for (const userId of [mintId(), 'no-such-user']) {
        for (const error of await refusals([
          rowsIn(store.knowledge.list(scope, userId, WHOLE)),
          store.knowledge.add(scope, userId, [{ id: mintId(), content: 'x' }], 1_000),
          store.knowledge.add(scope, userId, [], 1_000),
          store.knowledge.read(scope, userId, [mintId()]),
          store.knowledge.read(scope, userId, []),
          store.knowledge.update(scope, userId, [{ id: mintId(), content: 'x' }], 1_000),
          store.knowledge.update(scope, userId, [], 1_000),
          store.knowledge.delete(scope, userId, [mintId()]),
          store.knowledge.delete(scope, userId, []),
        ])) {
          expect(error.code).toBe('not_found');
          expect(error.details).toMatchObject({ entity: 'user', value: userId });
        }
      }
    });

    test('empty batches are accepted and change nothing', async () => {
      const { world, store, scope, tenantKey, owner } = await createKnower();
      await world.know(owner, ['there']);
      const before = await snapshotOf(store, tenantKey);
      expect(await store.knowledge.add(scope, owner.id, [], world.at())).toEqual({ ids: [], replayed: false });
      expect(await store.knowledge.read(scope, owner.id, [])).toEqual([]);
      expect(await store.knowledge.update(scope, owner.id, [], world.at())).toEqual([]);
      expect(await store.knowledge.delete(scope, owner.id, [])).toEqual([]);
      expect(await snapshotOf(store, tenantKey)).toEqual(before);
    });

    test('an add with an id that exists keeps none of its items', async () => {
      const { world, store, scope, tenantKey, owner } = await createKnower();
      const [taken] = await world.know(owner, ['there']);
      const before = await snapshotOf(store, tenantKey);
      const items = [mintId(), present(taken), mintId()].map((id) => ({ id, content: 'lost' }));
      expect(await endOf(store.knowledge.add(scope, owner.id, items, world.at()))).not.toBe('accepted');
      expect(await snapshotOf(store, tenantKey)).toEqual(before);
    });

    test("a read answers in the order asked for and passes over ids that are unknown or another user's", async () => {
      const { world, store, scope, owner } = await createKnower();
      const [a, b, c] = (await world.know(owner, ['a', 'b', 'c'])).map(present) as [string, string, string];
      const [theirs] = (await world.know(await world.user(), ['theirs'])).map(present) as [string];
      const asked = [c, theirs, a, mintId(), 'no-such-item', b];
      const read = await store.knowledge.read(scope, owner.id, asked);
      expect(read.map(({ id }) => id)).toEqual([c, a, b]);
    });

    test('an update changes what is there, answers what it changed, and leaves the place and the time of creation', async () => {
      const { world, store, scope, owner, texts } = await createKnower();
      const [a, b, c] = (await world.know(owner, ['a', 'b', 'c'])).map(present) as [string, string, string];
      const stranger = await world.user();
      const [theirs] = (await world.know(stranger, ['theirs'])).map(present) as [string];
      const [before] = await store.knowledge.read(scope, owner.id, [c]);
      const changes = [c, theirs, mintId(), a, 'no-such-item'].map((id) => ({ id, content: `new ${id}` }));
      expect(await store.knowledge.update(scope, owner.id, changes, 9_000_000)).toEqual([c, a]);
      expect(await texts()).toEqual([`new ${a}`, 'b', `new ${c}`]);
      const after = { ...present(before), content: `new ${c}`, updatedAt: 9_000_000 };
      expect(await store.knowledge.read(scope, owner.id, [c])).toEqual([after]);
      expect((await store.knowledge.read(scope, owner.id, [b]))[0]?.updatedAt).not.toBe(9_000_000);
      expect((await rowsIn(store.knowledge.list(scope, stranger.id, WHOLE))).map(({ content }) => content)).toEqual([
        'theirs',
      ]);
    });

    test('a delete removes what is there and answers what it removed', async () => {
      const { world, store, scope, owner, texts } = await createKnower();
      const [a, b, c] = (await world.know(owner, ['a', 'b', 'c'])).map(present) as [string, string, string];
      const stranger = await world.user();
      const [theirs] = (await world.know(stranger, ['theirs'])).map(present) as [string];
      expect(await store.knowledge.delete(scope, owner.id, [c, theirs, mintId(), a, 'no-such-item'])).toEqual([c, a]);
      expect(await texts()).toEqual(['b']);
      expect(await store.knowledge.delete(scope, owner.id, [a, b, b])).toEqual([b]);
      expect(await texts()).toEqual([]);
      expect((await rowsIn(store.knowledge.list(scope, stranger.id, WHOLE))).map(({ content }) => content)).toEqual([
        'theirs',
      ]);
    });
  });
