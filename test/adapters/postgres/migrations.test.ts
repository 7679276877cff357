import { afterAll, afterEach, expect, test } from 'bun:test';
import { Client } from '../../../adapters/postgres/client.ts';
import { MIGRATIONS, migrate } from '../../../adapters/postgres/migrate.ts';
import { openPostgresStore } from '../../../adapters/postgres/open.ts';
import { refusal } from '../../contract/refusal.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';

const made: TestDatabase[] = [];
const create = async (): Promise<TestDatabase> => {
  const database = await createDatabase('empty');
  made.push(database);
  return database;
};
const clients: Client[] = [];
const connect = ({ url }: TestDatabase): Client => {
  const client = new Client(url);
  clients.push(client);
  return client;
};
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});
afterAll(async () => {
  for (const { remove } of made) await remove();
});

const versionsIn = async ({ run }: TestDatabase) => [
  ...(await run('SELECT version::int AS version FROM schema_versions')),
];

test('several servers that start at once on an empty database all come up, and one migrates', async () => {
  const database = await create();
  const open = () => openPostgresStore({ url: database.url, use: 'server' });
  const stores = await Promise.all(Array.from({ length: 5 }, open));
  const tenants = await Promise.all(stores.map((store) => store.tenants.ensure('one for all', 1_000)));
  expect(new Set(tenants).size).toBe(1);
  await Promise.all(stores.map((store) => store.close()));
  expect(await versionsIn(database)).toEqual([{ version: MIGRATIONS.length }]);
});

test('a migrated database is left as it is', async () => {
  const database = await create();
  const client = connect(database);
  await migrate(client);
  await migrate(client);
  expect(await versionsIn(database)).toEqual([{ version: MIGRATIONS.length }]);
});

test('a migration that fails leaves nothing behind', async () => {
  const database = await create();
  await database.run('CREATE TABLE renamings (key int)');
  await expect(migrate(connect(database))).rejects.toThrow();
  const tables = await database.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
  expect([...tables]).toEqual([{ tablename: 'renamings' }]);
});

test('a database of a later version is refused in one sentence, and not touched', async () => {
  const database = await create();
  await migrate(connect(database));
  await database.run('INSERT INTO schema_versions (version) VALUES (9999)');
  const error = await refusal(openPostgresStore({ url: database.url, use: 'server' }));
  expect(error.code).toBe('storage_unavailable');
  expect(error.message).toContain('schema version 9999');
});
