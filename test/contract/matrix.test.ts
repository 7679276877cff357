import { expect, test } from 'bun:test';
import { existsSync, readdirSync } from 'node:fs';
import { openPostgresStore } from '../../adapters/postgres/open.ts';
import { openSqliteStore, type SqliteOptions } from '../../adapters/sqlite/open.ts';
import { TASK_KINDS } from '../../src/contract/kinds.ts';
import { createDatabase } from '../support/postgres.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { OpenStore } from './store-under-test.ts';
import { describeStoreContract } from './suite.ts';

const sqlite =
  (writer: SqliteOptions['writer']): OpenStore =>
  async () => {
    const folder = temporaryFolder();
    const openAnother = () => openSqliteStore({ file: `${folder.path}/memfuse.db`, writer });
    return { store: await openAnother(), openAnother, remove: async () => folder.remove() };
  };

const postgres: OpenStore = async () => {
  const database = await createDatabase();
  const openAnother = () => openPostgresStore({ url: database.url, use: 'server' });
  return { store: await openAnother(), openAnother, remove: database.remove };
};

/** Every adapter, in every way it can be opened. `folder` is its place under adapters/. Postgres keeps no facts yet. */
const MATRIX: readonly {
  readonly name: string;
  readonly folder: string;
  readonly open: OpenStore;
}[] = [
  { name: 'SQLite, writing in a Worker', folder: 'sqlite', open: sqlite('worker') },
  { name: 'SQLite, writing here', folder: 'sqlite', open: sqlite('here') },
  { name: 'Postgres', folder: 'postgres', open: postgres },
];

for (const { name, open } of MATRIX) describeStoreContract(name, open);

test.each(MATRIX)(
  'a store tells its engine by the name of its folder, and keeps the outcomes of every kind of work: $name',
  async ({ folder, open }) => {
    const { store, remove } = await open();
    await store.close();
    await remove();
    expect(store.engine).toBe(folder);
    expect(store.kinds.toSorted()).toEqual(TASK_KINDS.toSorted());
  },
);

test('every adapter with a store to open is in the matrix', () => {
  const adapters = new URL('../../adapters/', import.meta.url);
  const folders = readdirSync(adapters, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/open.ts`, adapters)))
    .map(({ name }) => name);
  expect(folders.toSorted()).toEqual([...new Set(MATRIX.map(({ folder }) => folder))].toSorted());
});
