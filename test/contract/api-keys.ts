import { describe, expect, test } from 'bun:test';
import { KEY_SCOPES } from '../../src/contract/records.ts';
import { rowsIn, WHOLE } from './lists.ts';
import { endOf, refusal, tallyEnds } from './refusal.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId } from './world.ts';

const newHash = (): string => mintId().replaceAll('-', '').repeat(2);

export const describeApiKeys = (open: OpenStore): void =>
  describe('API keys', () => {
    const shared = shareStore(open);
    const newKey = (more: object = {}) => ({
      id: mintId(),
      userId: null,
      name: null,
      hash: newHash(),
      scopes: [...KEY_SCOPES],
      at: 1_700_000_000_123,
      expiresAt: null,
      ...more,
    });

    test('a key is found by its hash as it was given, with its tenant and its user', async () => {
      const { store } = shared;
      const tenantKey = await store.tenants.ensure(mintId(), 1_000);
      const userId = mintId();
      const scope = { tenantKey, userKey: null };
      await store.users.create(scope, { id: userId, name: 'ada', description: null, at: 1_000 });
      const userKey = (await store.users.get(scope, userId))?.key;
      const bound = newKey({ userId, name: 'my "key" 🔑', scopes: ['write', 'read'], expiresAt: 1_800_000_000_000 });
      expect(await store.apiKeys.create(tenantKey, bound)).toEqual({ ids: [bound.id], replayed: false });
      const { at, ...rest } = bound;
      const expected = { ...rest, tenantKey, userKey, createdAt: at };
      expect(await store.apiKeys.findByHash(bound.hash)).toEqual(expected as never);

      const whole = newKey({ scopes: [] });
      await store.apiKeys.create(tenantKey, whole);
      expect(await store.apiKeys.findByHash(whole.hash)).toMatchObject({
        userKey: null,
        userId: null,
        name: null,
        scopes: [],
        expiresAt: null,
      });
    });

    test('an unknown hash is found to be nobody', async () => {
      expect(await shared.store.apiKeys.findByHash(newHash())).toBeNull();
      expect(await shared.store.apiKeys.findByHash('')).toBeNull();
    });

    test('a key that expired long ago is found all the same: the caller judges', async () => {
      const { store, tenantKey } = await shared.createWorld();
      const expired = newKey({ at: 1_000, expiresAt: 1_001 });
      await store.apiKeys.create(tenantKey, expired);
      expect(await store.apiKeys.findByHash(expired.hash)).toMatchObject({ id: expired.id, expiresAt: 1_001 });
    });

    test('keys are listed in the order of creation, all of the tenant or those bound to one user', async () => {
      const world = await shared.createWorld();
      const { store, tenantKey } = world;
      const [ann, bob] = [await world.user(), await world.user()];
      const ids = Array.from({ length: 5 }, mintId).reverse() as [string, string, string, string, string];
      const owners = [bob.id, null, ann.id, bob.id, null];
      for (const [i, id] of ids.entries()) await store.apiKeys.create(tenantKey, newKey({ id, userId: owners[i] }));
      const list = async (userId: string | null = null) =>
        (await rowsIn(store.apiKeys.list(tenantKey, userId, WHOLE))).map(({ id }) => id);
      expect(await list()).toEqual(ids);
      expect(await list(bob.id)).toEqual([ids[0], ids[3]]);
      expect(await list(ann.id)).toEqual([ids[2]]);
      expect(await list(mintId())).toEqual([]);
      const [first] = await rowsIn(store.apiKeys.list(tenantKey, null, WHOLE));
      expect(first).toEqual((await store.apiKeys.findByHash(first?.hash ?? '')) as never);
    });

    test('a key for a user that is not there is not_found and is not made', async () => {
      const { store, tenantKey } = await shared.createWorld();
      for (const userId of [mintId(), 'no-such-user']) {
        const error = await refusal(store.apiKeys.create(tenantKey, newKey({ userId })));
        expect(error.code).toBe('not_found');
        expect(error.details).toMatchObject({ entity: 'user', value: userId });
      }
      expect(await rowsIn(store.apiKeys.list(tenantKey, null, WHOLE))).toEqual([]);
    });

    test('a secret in use is name_taken, in the same tenant and in any other, and the first key stays', async () => {
      const here = await shared.createWorld();
      const there = await shared.createWorld();
      const first = newKey();
      await here.store.apiKeys.create(here.tenantKey, first);
      for (const { tenantKey } of [here, there]) {
        const error = await refusal(here.store.apiKeys.create(tenantKey, newKey({ hash: first.hash })));
        expect(error.code).toBe('name_taken');
        expect(error.details.entity).toBe('api_key');
        expect(JSON.stringify([error.message, error.details])).not.toContain(first.hash);
      }
      expect(await here.store.apiKeys.findByHash(first.hash)).toMatchObject({ id: first.id });
    });

    test('of twenty keys of one secret at once one is made', async () => {
      const { store, tenantKey } = await shared.createWorld();
      const hash = newHash();
      const creates = Array.from({ length: 20 }, () => store.apiKeys.create(tenantKey, newKey({ hash })));
      expect(await tallyEnds(creates)).toEqual({ accepted: 1, name_taken: 19 });
    });

    test('a deleted key is found no more, and deleting it again is false', async () => {
      const { store, tenantKey } = await shared.createWorld();
      const key = newKey();
      await store.apiKeys.create(tenantKey, key);
      expect(await store.apiKeys.delete(tenantKey, key.id)).toBe(true);
      expect(await store.apiKeys.findByHash(key.hash)).toBeNull();
      expect(await rowsIn(store.apiKeys.list(tenantKey, null, WHOLE))).toEqual([]);
      expect(await store.apiKeys.delete(tenantKey, key.id)).toBe(false);
      expect(await store.apiKeys.delete(tenantKey, 'no-such-key')).toBe(false);
      expect(await endOf(store.apiKeys.create(tenantKey, newKey({ hash: key.hash })))).toBe('accepted');
    });

    test('with a user only a key bound to that user is deleted', async () => {
      const world = await shared.createWorld();
      const { store, tenantKey } = world;
      const [ann, bob] = [await world.user(), await world.user()];
      const [ofAnn, ofNobody] = [await world.apiKey(ann), await world.apiKey(null)];
      expect(await store.apiKeys.delete(tenantKey, ofAnn.id, bob.id)).toBe(false);
      expect(await store.apiKeys.delete(tenantKey, ofAnn.id, mintId())).toBe(false);
      expect(await store.apiKeys.delete(tenantKey, ofNobody.id, ann.id)).toBe(false);
      expect(await rowsIn(store.apiKeys.list(tenantKey, null, WHOLE))).toHaveLength(2);
      expect(await store.apiKeys.delete(tenantKey, ofAnn.id, ann.id)).toBe(true);
      expect((await rowsIn(store.apiKeys.list(tenantKey, null, WHOLE))).map(({ id }) => id)).toEqual([ofNobody.id]);
    });
  });
