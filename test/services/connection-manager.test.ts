import { afterEach, beforeEach, describe, expect, spyOn, test } from 'bun:test';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { ConnectionManager } from '../../src/services/connection-manager.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
let manager: ConnectionManager;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await manager.close();
  folder.remove();
});

const create = (): ConnectionManager => {
  manager = new ConnectionManager(recordedLog());
  return manager;
};

const url = (name = 'memfuse.db'): string => `sqlite:${join(folder.path, name)}`;

describe('the pool of a database', () => {
  test('is opened once, however many ask for it at the same time', async () => {
    const { getPool } = bound(create());
    const stores = await Promise.all([getPool(url()), getPool(url()), getPool(url())]);
    expect(new Set(stores).size).toBe(1);
    expect(await getPool(url())).toBe(stores[0] as never);
  });

  test('is another for another database', async () => {
    const { getPool } = bound(create());
    const [one, other] = await Promise.all([getPool(url('one.db')), getPool(url('other.db'))]);
    expect(one).not.toBe(other);
    const key = await one.tenants.ensure('only here', 1);
    expect([await one.tenants.find('only here'), await other.tenants.find('only here')]).toEqual([key, null]);
  });

  test('reads for requests on one connection and for the background on another', async () => {
    const store = await create().getPool(url());
    const opening = spyOn(Database.prototype, 'prepare');
    try {
      await Promise.all([store.ping(), store.work.due('nobody', 0, 1), store.tenants.find('nobody')]);
      expect(new Set(opening.mock.contexts).size).toBe(2);
    } finally {
      opening.mockRestore();
    }
  });
});

describe('a database that cannot be opened', () => {
  test('fails for everybody who asked, and is tried again by the next', async () => {
    const { getPool } = bound(create());
    const blocked = join(folder.path, 'data');
    writeFileSync(blocked, 'a file where a folder should be');
    const asked = [getPool(url('data/memfuse.db')), getPool(url('data/memfuse.db'))];
    const errors = await Promise.all(asked.map((pool) => pool.catch((error: { code: string }) => error.code)));
    expect(errors).toEqual(['storage_unavailable', 'storage_unavailable'] as never);
    rmSync(blocked);
    mkdirSync(blocked);
    await (await getPool(url('data/memfuse.db'))).ping();
  });

  test('of a kind that is not known is refused in words', async () => {
    const error = await create()
      .getPool('mysql://somewhere/memfuse')
      .catch((thrown: Error) => thrown.message);
    expect(error).toStartWith('DATABASE_URL starts with "mysql:"');
  });
});

describe('a close', () => {
  test('closes every store, and what is asked for later is opened anew', async () => {
    const { getPool } = bound(create());
    const before = await getPool(url());
    await manager.close();
    await manager.close();
    expect(await before.ping().then(String, ({ code }: { code: string }) => code)).not.toBe('undefined');
    const after = await getPool(url());
    expect(after).not.toBe(before);
    await after.ping();
  });

  test('waits for a store that is still on its way, also for one that never comes', async () => {
    const { getPool } = bound(create());
    const opening = getPool(url());
    const failing = getPool('mysql://nowhere').catch(({ code }: { code: string }) => code);
    await manager.close();
    const store = await opening;
    expect(await failing).toBe('storage_unavailable' as never);
    expect(await store.messages.delete({ tenantKey: 1, userKey: null }, 'x', [], 1).catch(({ code }) => code)).toBe(
      'storage_unavailable',
    );
  });
});

/** The verb without its object, as callers pass it on. */
function bound(connections: ConnectionManager): Pick<ConnectionManager, 'getPool'> {
  return { getPool: (asked) => connections.getPool(asked) };
}
