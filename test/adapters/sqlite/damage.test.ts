import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { rowsIn, WHOLE } from '../../contract/lists.ts';
import { endOf, refusal } from '../../contract/refusal.ts';
import { documentsAfter } from '../../contract/snapshot.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { rowsOf } from './rows.ts';
import { createTalk } from './talk.ts';

test('a database whose file is damaged under the store is storage_unavailable to reads, writes and a ping', async () => {
  const folder = temporaryFolder();
  const file = `${folder.path}/memfuse.db`;
  const first = await openSqliteStore({ file, writer: 'here' });
  const { scope, session } = await createTalk(first);
  await first.close();

  const store = await openSqliteStore({ file, writer: 'here' });
  writeFileSync(file, Buffer.alloc(readFileSync(file).length, 7));
  const ends = {
    read: await endOf(rowsIn(store.users.list(scope, WHOLE))),
    write: await endOf(store.tenants.ensure('another', 1_000)),
    documents: await endOf(documentsAfter(store, scope.tenantKey, session.userKey, 0)),
    ping: await endOf(store.ping()),
  };
  await store.close();
  folder.remove();
  const unavailable = 'storage_unavailable';
  expect(ends).toEqual({ read: unavailable, write: unavailable, documents: unavailable, ping: unavailable });
});

describe('a database that is damaged before it is opened', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let file: string;
  beforeEach(async () => {
    folder = temporaryFolder();
    file = `${folder.path}/memfuse.db`;
    const store = await openSqliteStore({ file, writer: 'here' });
    await createTalk(store);
    await store.close();
  });
  afterEach(() => folder.remove());

  const DAMAGES: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
    'in the text of its schema': (bytes) =>
      Buffer.from(bytes.toString('latin1').replaceAll('INTEGER', 'INT?GER'), 'latin1'),
    'in its first bytes': (bytes) => bytes.fill(0, 0, 4),
    'in a page that opening it does not read': (bytes) => bytes.fill(7, 20 * 4_096, 21 * 4_096),
    'by a page that was never written': (bytes) => bytes.fill(0, 4_096, 8_192),
    'by its end, which is missing': (bytes) => bytes.subarray(0, bytes.length / 2),
    'since it is no database': () => Buffer.from('Dear diary, '.repeat(1_000)),
  };

  for (const [name, damage] of Object.entries(DAMAGES)) {
    for (const writer of ['worker', 'here'] as const) {
      test(`${name} is refused, says what it is and how to restore it, writer: ${writer}`, async () => {
        writeFileSync(file, damage(readFileSync(file)));
        const before = readFileSync(file);
        const { code, message } = await refusal(openSqliteStore({ file, writer }));
        expect(code).toBe('storage_unavailable');
        expect(message).toStartWith(`The database ${file} is damaged, or is no database: `);
        expect(message).toContain(`put a copy in its place, remove ${file}-wal and ${file}-shm, and start again`);
        expect(message).not.toContain('\n');
        expect(readFileSync(file)).toEqual(before);
      });
    }
  }

  test("is not taken for one when it is another program's", async () => {
    const foreign = `${folder.path}/foreign.db`;
    const db = new Database(foreign);
    db.exec('CREATE TABLE users (id INTEGER PRIMARY KEY, login TEXT)');
    db.close();
    const { message } = await refusal(openSqliteStore({ file: foreign, writer: 'here' }));
    expect(message).toStartWith(`The database ${foreign} cannot be brought up to date: `);
    expect(message).toContain('another program');
    expect(rowsOf(foreign, 'SELECT name FROM sqlite_schema')).toEqual([{ name: 'users' }]);
  });
});
