import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

const create = (backgroundWorkers = 3): ConnectionManager => {
  const settings = { pool_size: 5, pool_timeout: 2, leak_after: 60 };
  manager = new ConnectionManager({ settings, backgroundWorkers, writer: 'here', log: recordedLog() });
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

  test('is warm: one connection for requests and two for the background are open before anybody asks', async () => {
    const store = await create().getPool(url());
    expect(store.pools()).toEqual({
      foreground: { open: 1, free: 1, waiting: 0, leaked: 0 },
      background: { open: 2, free: 2, waiting: 0, leaked: 0 },
    });
  });

  test('gives back every connection that a read has borrowed', async () => {
    const store = await create().getPool(url());
    await Promise.all([store.ping(), store.outbox.due('nobody', 0, 1), store.tenants.find('nobody')]);
    const { foreground, background } = store.pools();
    expect([foreground?.open, foreground?.free, background?.free]).toEqual([1, 1, 2]);
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
