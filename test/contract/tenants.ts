import { describe, expect, test } from 'bun:test';
import { rowsIn, WHOLE } from './lists.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId } from './world.ts';

export const describeTenants = (open: OpenStore): void =>
  describe('tenants', () => {
    const shared = shareStore(open);

    test('a tenant that does not exist is made, and has its key ever after', async () => {
      const { tenants } = shared.store;
      const name = mintId();
      expect(await tenants.find(name)).toBeNull();
      const key = await tenants.ensure(name, 1_000);
      expect(await tenants.find(name)).toBe(key);
      expect(await tenants.ensure(name, 2_000)).toBe(key);
    });

    test('twenty that ask for a new tenant at once get one key', async () => {
      const name = mintId();
      const keys = await Promise.all(Array.from({ length: 20 }, () => shared.store.tenants.ensure(name, 1_000)));
      expect(new Set(keys).size).toBe(1);
    });

    test('tenants of different names have different keys', async () => {
      const names = Array.from({ length: 5 }, mintId);
      const keys = await Promise.all(names.map((name) => shared.store.tenants.ensure(name, 1_000)));
      expect(new Set(keys).size).toBe(5);
    });

    test('a new tenant is empty', async () => {
      const { store, scope } = await shared.createWorld();
      expect(await rowsIn(store.users.list(scope, WHOLE))).toEqual([]);
      expect(await rowsIn(store.agents.list(scope, WHOLE))).toEqual([]);
      expect(await rowsIn(store.sessions.list(scope, {}, WHOLE))).toEqual([]);
      expect(await rowsIn(store.apiKeys.list(scope.tenantKey, null, WHOLE))).toEqual([]);
    });
  });
