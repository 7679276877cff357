import { afterEach, describe, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { type Connection, openWriteConnection } from '../../../adapters/sqlite/connection.ts';
import { MIGRATIONS, migrate } from '../../../adapters/sqlite/migrate.ts';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { refusal } from '../../contract/refusal.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type LineProcess, startLineProcess } from './lines.ts';

const KNOWN = MIGRATIONS.length;
const versionOf = (db: Connection): unknown => db.pragma('user_version', { simple: true });
const schemaOf = (db: Connection): unknown[] => db.prepare('SELECT type, name, sql FROM sqlite_schema').all();

describe('migrations', () => {
  let folder = temporaryFolder();
  const children: LineProcess[] = [];
  const start = (name: string, ...args: string[]): LineProcess => {
    const script = new URL(`children/${name}.ts`, import.meta.url).pathname;
    const child = startLineProcess([process.execPath, script, ...args]);
    children.push(child);
    return child;
  };
  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.kill()));
    folder.remove();
    folder = temporaryFolder();
  });
  const file = (name = 'memfuse.db'): string => `${folder.path}/${name}`;

  test('bring a fresh database to the version that is known, and a second run changes nothing', () => {
    const db = openWriteConnection(':memory:');
    migrate(db);
    expect(versionOf(db)).toBe(KNOWN);
    const schema = schemaOf(db);
    migrate(db);
    expect(versionOf(db)).toBe(KNOWN);
    expect(schemaOf(db)).toEqual(schema);
    db.close();
  });

  test('bring a database up from every earlier version to the same schema', () => {
    const schemas = MIGRATIONS.map((_, version) => {
      const db = openWriteConnection(':memory:');
      migrate(db, version);
      migrate(db);
      const schema = JSON.stringify(schemaOf(db));
      db.close();
      return schema;
    });
    expect(new Set(schemas).size).toBe(1);
  });

  test('that fail half-way leave the database as it was', () => {
    const db = openWriteConnection(':memory:');
    db.exec('CREATE TABLE messages (key INTEGER)');
    const before = schemaOf(db);
    expect(() => migrate(db)).toThrow();
    expect(schemaOf(db)).toEqual(before);
    expect(versionOf(db)).toBe(0);
    db.close();
  });

  test('keep what a store holds when it is opened again and again', async () => {
    for (let i = 0; i < 3; i += 1) {
      const store = await openSqliteStore({ file: file(), writer: 'here' });
      expect(await store.tenants.find('tenant')).toBe(i === 0 ? null : 1);
      await store.tenants.ensure('tenant', 1_000);
      await store.close();
    }
  });

  test('let a database with many messages take turns of chat APIs, without a look at what is stored', async () => {
    const before = MIGRATIONS.findIndex((sql) => sql.includes('ADD COLUMN found_by'));
    expect(before).toBeGreaterThan(0);
    const old = openWriteConnection(file());
    migrate(old, before);
    old.exec(`
      INSERT INTO tenants VALUES (1, 'tenant', 1);
      INSERT INTO users (key, tenant_key, id, name, created_at, updated_at) VALUES (2, 1, 'u', 'Ada', 1, 1);
      INSERT INTO agents (key, tenant_key, id, name, created_at, updated_at) VALUES (3, 1, 'a', 'Rex', 1, 1);
      INSERT INTO sessions (key, tenant_key, id, user_key, agent_key, name, last_sequence, created_at, updated_at)
        VALUES (4, 1, 's', 2, 3, 'talk', 50001, 1, 1);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
      INSERT INTO messages (
        tenant_key, user_key, session_key, sequence, round, generation, id, role, content, metadata, created_at, updated_at
      ) SELECT 1, 2, 4, i, i, 1, 'm' || i, 'user', 'number ' || i, '{"n":1}', 1, 1 FROM n;
    `);
    old.pragma('wal_checkpoint(TRUNCATE)');
    const pages = old.pragma('page_count', { simple: true }) as number;
    const insert = `INSERT INTO messages (
      tenant_key, user_key, session_key, sequence, round, generation, id, role, content, created_at, updated_at
    ) VALUES (1, 2, 4, 50001, 50001, 2, 'late', 'tool', 'x', 2, 2)`;
    const late = old.prepare(insert);
    expect(() => late.run()).toThrow('CHECK');
    const fresh = openWriteConnection(file());
    migrate(fresh);
    const [{ log }] = fresh.pragma('wal_checkpoint(PASSIVE)') as [{ log: number }];
    expect([log < 100, (fresh.pragma('page_count', { simple: true }) as number) - pages < 100]).toEqual([true, true]);
    expect(fresh.pragma('integrity_check', { simple: true })).toBe('ok');
    // A connection of before, and its statements, go by the new schema as well.
    expect(late.run().changes).toBe(1);
    expect(() => old.prepare("UPDATE messages SET role = 'wizard' WHERE id = 'late'").run()).toThrow('CHECK');
    fresh.close();
    old.close();
    const store = await openSqliteStore({ file: file(), writer: 'worker' });
    const scope = { tenantKey: 1, userKey: null };
    const said = { id: 'new', role: 'developer', content: 'y', name: null, metadata: null, createdAt: 3 } as const;
    await store.messages.append(scope, 's', [said]);
    const rows = await store.messages.read(scope, 's', ['m1', 'm50000', 'late', 'new']);
    expect(rows.map(({ role, content, metadata, source }) => [role, content, metadata, source])).toEqual([
      ['user', 'number 1', '{"n":1}', null],
      ['user', 'number 50000', '{"n":1}', null],
      ['tool', 'x', null, null],
      ['developer', 'y', null, null],
    ]);
    await store.close();
  });

  test('refuse a database of a later version with a sentence that names both versions, and do not touch it', async () => {
    await (await openSqliteStore({ file: file(), writer: 'here' })).close();
    const db = openWriteConnection(file());
    db.pragma(`user_version = ${KNOWN + 1}`);
    for (const writer of ['worker', 'here'] as const) {
      const error = await refusal(openSqliteStore({ file: file(), writer }));
      expect(error.code).toBe('storage_unavailable');
      expect(error.message).toBe(
        `The database has schema version ${KNOWN + 1}, and this program knows versions up to ${KNOWN}. ` +
          'Run the program that wrote it, or a later one.',
      );
    }
    expect(versionOf(db)).toBe(KNOWN + 1);
    db.close();
  });

  test('refuse a database that a later program migrates at the very moment, and leave it its version', () => {
    const db = openWriteConnection(file());
    const later = openWriteConnection(file());
    // The later program is done between this one's look at the version and its turn at the write lock.
    const overtaken = new Proxy(db, {
      get: (target, name) => {
        if (name === 'transaction' && versionOf(later) === 0) {
          migrate(later);
          later.pragma(`user_version = ${KNOWN + 1}`);
        }
        const value = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    expect(() => migrate(overtaken)).toThrow(`schema version ${KNOWN + 1}`);
    expect(versionOf(db)).toBe(KNOWN + 1);
    later.close();
    db.close();
  });

  test('wait for another process that has the fresh file in its hands', async () => {
    const other = start('hold-lock', file());
    expect(await other.next()).toBe('locked');
    const store = await openSqliteStore({ file: file(), writer: 'here' });
    await store.ping();
    await store.close();
    expect(await other.end()).toBe(0);
  });

  test('let two processes open one fresh file at once, time after time', async () => {
    const openers = [0, 1].map(() => start('open-files'));
    const hear = () => Promise.all(openers.map((opener) => opener.next()));
    await hear();
    const heard: string[] = [];
    for (let i = 0; i < 60; i += 1) {
      for (const opener of openers) opener.send(file(`${i}.db`));
      heard.push(...(await hear()));
    }
    await Promise.all(openers.map((opener) => opener.end()));
    expect(heard.filter((line) => line !== 'opened, tenant 1')).toEqual([]);
  });
});

describe('a database that cannot be opened', () => {
  test('is refused with a sentence that names the file and the way out', async () => {
    const folder = temporaryFolder();
    const notADatabase = `${folder.path}/notes.txt`;
    writeFileSync(notADatabase, 'These are my notes, and there are many of them. '.repeat(100));
    const problems = {
      [notADatabase]: 'is damaged, or is no database',
      [`${notADatabase}/memfuse.db`]: 'cannot be opened',
      [folder.path]: 'cannot be opened',
    };
    for (const [file, problem] of Object.entries(problems)) {
      for (const writer of ['worker', 'here'] as const) {
        const error = await refusal(openSqliteStore({ file, writer }));
        expect(error.code).toBe('storage_unavailable');
        expect(error.message).toStartWith(`The database ${file} ${problem}: `);
      }
    }
    folder.remove();
  });

  test('is one whose folder is missing: then the folder is made', async () => {
    const folder = temporaryFolder();
    const store = await openSqliteStore({ file: `${folder.path}/a/b/memfuse.db`, writer: 'here' });
    await store.ping();
    await store.close();
    folder.remove();
  });
});
