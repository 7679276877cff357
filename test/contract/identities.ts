import { describe, expect, test } from 'bun:test';
import { rowsIn, WHOLE } from './lists.ts';
import { endOf, refusal, refusals, tallyEnds } from './refusal.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present } from './world.ts';

export const describeIdentities = (open: OpenStore): void => {
  for (const [facet, entity] of [
    ['users', 'user'],
    ['agents', 'agent'],
  ] as const) {
    describe(facet, () => {
      const shared = shareStore(open);

      test('what was created is read back as it was given, by id and by name', async () => {
        const { store, scope } = await shared.createWorld();
        const id = mintId();
        const input = { id, name: 'Ada "Łovelace" 🧮', description: "it's\na test", at: 1_700_000_000_123 };
        expect(await store[facet].create(scope, input)).toEqual({ ids: [id], replayed: false });
        const expected = {
          key: expect.any(Number),
          id,
          name: input.name,
          description: input.description,
          createdAt: input.at,
          updatedAt: input.at,
        };
        expect(await store[facet].get(scope, id)).toEqual(expected);
        expect(await store[facet].findByName(scope, input.name)).toEqual(expected);
        expect(await rowsIn(store[facet].list(scope, WHOLE))).toEqual([expected]);
      });

      test('an unknown id or name reads as null', async () => {
        const { store, scope } = await shared.createWorld();
        expect(await store[facet].get(scope, mintId())).toBeNull();
        expect(await store[facet].get(scope, 'no-such-id')).toBeNull();
        expect(await store[facet].findByName(scope, 'nobody')).toBeNull();
      });

      test('a name is found as it is written, in upper and in lower case', async () => {
        const world = await shared.createWorld();
        const upper = await world[entity]('Anna');
        const lower = await world[entity]('anna');
        expect(await world.store[facet].findByName(world.scope, 'Anna')).toEqual(upper);
        expect(await world.store[facet].findByName(world.scope, 'anna')).toEqual(lower);
        expect(await world.store[facet].findByName(world.scope, 'ANNA')).toBeNull();
      });

      test('they are listed in the order of creation, not of id, name or time', async () => {
        const { store, scope } = await shared.createWorld();
        const ids = Array.from({ length: 5 }, mintId).reverse();
        for (const id of ids) await store[facet].create(scope, { id, name: id, description: null, at: 1_000 });
        expect((await rowsIn(store[facet].list(scope, WHOLE))).map(({ id }) => id)).toEqual(ids);
      });

      test('a taken name is refused and the first keeps it', async () => {
        const world = await shared.createWorld();
        const first = await world[entity]('taken');
        const input = { id: mintId(), name: 'taken', description: null, at: world.at() };
        const error = await refusal(world.store[facet].create(world.scope, input));
        expect(error.code).toBe('name_taken');
        expect(error.details).toMatchObject({ entity, field: 'name', value: 'taken', takenBy: first.id });
        expect(error.retryable).toBe(false);
        expect(await rowsIn(world.store[facet].list(world.scope, WHOLE))).toEqual([first]);
      });

      test('of twenty creates of one name at once one succeeds and the others are told that it is taken', async () => {
        const { store, scope } = await shared.createWorld();
        const creates = Array.from({ length: 20 }, () =>
          store[facet].create(scope, { id: mintId(), name: 'wanted', description: null, at: 1_000 }),
        );
        expect(await tallyEnds(creates)).toEqual({ accepted: 1, name_taken: 19 });
        expect(await rowsIn(store[facet].list(scope, WHOLE))).toHaveLength(1);
      });

      test('a name taken in one tenant is free in another', async () => {
        const here = await shared.createWorld();
        const there = await shared.createWorld();
        await here[entity]('shared name');
        const other = await there[entity]('shared name');
        expect(await there.store[facet].findByName(there.scope, 'shared name')).toEqual(other);
      });

      test('an update changes what it names, keeps what is absent or null, and moves the time of change on', async () => {
        const { store, scope } = await shared.createWorld();
        const id = mintId();
        await store[facet].create(scope, { id, name: 'before', description: 'kept', at: 1_000 });
        const read = async () => present(await store[facet].get(scope, id));

        await store[facet].update(scope, id, { name: 'after', at: 2_000 });
        expect(await read()).toMatchObject({ name: 'after', description: 'kept', createdAt: 1_000, updatedAt: 2_000 });
        await store[facet].update(scope, id, { description: 'new', at: 3_000 });
        expect(await read()).toMatchObject({ name: 'after', description: 'new', updatedAt: 3_000 });
        await store[facet].update(scope, id, { name: null, description: null, at: 4_000 });
        expect(await read()).toMatchObject({ name: 'after', description: 'new', updatedAt: 4_000 });
        await store[facet].update(scope, id, { at: 5_000 });
        expect(await read()).toMatchObject({ name: 'after', description: 'new', createdAt: 1_000, updatedAt: 5_000 });
      });

      test('a name may be set to what it is already', async () => {
        const world = await shared.createWorld();
        const { id } = await world[entity]('same');
        await world.store[facet].update(world.scope, id, { name: 'same', at: world.at() });
        expect(await world.store[facet].get(world.scope, id)).toMatchObject({ name: 'same' });
      });

      test('an update to a taken name is refused and changes nothing', async () => {
        const world = await shared.createWorld();
        const first = await world[entity]('taken');
        const second = await world[entity]('second');
        const patch = { name: 'taken', description: 'lost', at: world.at() };
        const error = await refusal(world.store[facet].update(world.scope, second.id, patch));
        expect(error.code).toBe('name_taken');
        expect(error.details).toMatchObject({ entity, field: 'name', value: 'taken', takenBy: first.id });
        expect(await world.store[facet].get(world.scope, second.id)).toEqual(second);
      });

      test('of twenty renames to one name at once one succeeds', async () => {
        const world = await shared.createWorld();
        const all = await Promise.all(Array.from({ length: 20 }, () => world[entity]()));
        const renames = all.map(({ id }) => world.store[facet].update(world.scope, id, { name: 'wanted', at: 2_000 }));
        expect(await tallyEnds(renames)).toEqual({ accepted: 1, name_taken: 19 });
      });

      test('a name that was given up by a rename or a removal can be taken again', async () => {
        const world = await shared.createWorld();
        const first = await world[entity]('free soon');
        await world.store[facet].update(world.scope, first.id, { name: 'renamed', at: world.at() });
        const second = await world[entity]('free soon');
        await world.store[facet].delete(world.scope, second.id);
        expect((await world[entity]('free soon')).name).toBe('free soon');
      });

      test('updating or deleting what is not there is not_found and names it', async () => {
        const { store, scope } = await shared.createWorld();
        for (const id of [mintId(), 'no-such-id']) {
          for (const error of await refusals([
            store[facet].update(scope, id, { at: 1_000 }),
            store[facet].delete(scope, id),
          ])) {
            expect(error.code).toBe('not_found');
            expect(error.details).toMatchObject({ entity, value: id });
          }
        }
      });

      test('what was deleted is gone, and deleting it again is not_found', async () => {
        const world = await shared.createWorld();
        const { store, scope } = world;
        const gone = await world[entity]('gone');
        const stays = await world[entity]('stays');
        await store[facet].delete(scope, gone.id);
        expect(await store[facet].get(scope, gone.id)).toBeNull();
        expect(await store[facet].findByName(scope, 'gone')).toBeNull();
        expect(await rowsIn(store[facet].list(scope, WHOLE))).toEqual([stays]);
        expect(await endOf(store[facet].delete(scope, gone.id))).toBe('not_found');
      });

      test('a key is never given out again', async () => {
        const world = await shared.createWorld();
        const first = await world[entity]();
        await world.store[facet].delete(world.scope, first.id);
        expect((await world[entity]()).key).not.toBe(first.key);
      });
    });
  }
};
