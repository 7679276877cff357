import { describe, expect, test } from 'bun:test';
import { ALL } from './background.ts';
import { endOf } from './refusal.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId } from './world.ts';

const NONE = { messagesDays: null, halfLifeDays: null };

export const describeRetention = (open: OpenStore): void =>
  describe('how long what is known of a user is kept', () => {
    const shared = shareStore(open);

    test("is the server's matter until the user has a policy, which is read back as it was set", async () => {
      const world = await shared.createWorld();
      const { store, scope } = world;
      const { id } = await world.user();
      expect(await store.retention.get(scope, id)).toEqual(NONE);
      for (const policy of [
        { messagesDays: 30, halfLifeDays: 0 },
        { messagesDays: 0.5, halfLifeDays: null },
        { messagesDays: null, halfLifeDays: 36_500 },
        NONE,
      ]) {
        await store.retention.set(scope, id, policy, 9_000);
        expect(await store.retention.get(scope, id)).toEqual(policy);
      }
      expect(await store.users.get(scope, id)).toMatchObject({ updatedAt: 9_000 });
    });

    test('is not changed by a new name, nor by what another user has', async () => {
      const world = await shared.createWorld();
      const { store, scope } = world;
      const [one, other] = [await world.user(), await world.user()];
      await store.retention.set(scope, one.id, { messagesDays: 30, halfLifeDays: 7 }, world.at());
      await store.users.update(scope, one.id, { name: mintId(), description: 'new', at: world.at() });
      expect(await store.retention.get(scope, one.id)).toEqual({ messagesDays: 30, halfLifeDays: 7 });
      expect(await store.retention.get(scope, other.id)).toEqual(NONE);
    });

    test('lists those of all tenants who have days for their messages, in pages, and no one who is deleted', async () => {
      const [here, there] = [await shared.createWorld(), await shared.createWorld()];
      const { store } = here;
      const [first, none, gone] = [await here.user(), await here.user(), await here.user()];
      const second = await there.user();
      const set = (world: typeof here, id: string, messagesDays: number | null) =>
        store.retention.set(world.scope, id, { messagesDays, halfLifeDays: 7 }, world.at());
      await set(here, first.id, 30);
      await set(here, none.id, null);
      await set(here, gone.id, 30);
      await set(there, second.id, 40);
      await store.users.delete(here.scope, gone.id);
      const expected = [
        { tenantKey: here.tenantKey, id: first.id },
        { tenantKey: there.tenantKey, id: second.id },
      ];
      const found = [];
      for (let after: string | null = null; ; ) {
        const { rows, next }: Awaited<ReturnType<typeof store.retention.usersWithDays>> =
          await store.retention.usersWithDays({ after, limit: 1 });
        expect(rows.length).toBeLessThanOrEqual(1);
        found.push(...rows);
        if (next === null) break;
        after = next;
      }
      // Other tests of this store have users of their own.
      const tenants = [here.tenantKey, there.tenantKey];
      expect(found.filter(({ tenantKey }) => tenants.includes(tenantKey))).toEqual(expected);
      expect((await store.retention.usersWithDays({ after: null, limit: ALL })).rows).toEqual(found);
      await set(here, first.id, null);
      const left = (await store.retention.usersWithDays({ after: null, limit: ALL })).rows;
      expect(left.filter(({ tenantKey }) => tenants.includes(tenantKey))).toEqual(expected.slice(1));
    });

    test('of a user who is not there is not_found', async () => {
      const world = await shared.createWorld();
      const { store, scope } = world;
      const { id } = await world.user();
      await store.users.delete(scope, id);
      for (const unknown of [id, mintId(), 'no-such-id']) {
        expect(await endOf(store.retention.get(scope, unknown))).toBe('not_found');
        expect(await endOf(store.retention.set(scope, unknown, NONE, world.at()))).toBe('not_found');
      }
    });
  });
