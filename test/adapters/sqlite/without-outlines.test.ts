import { Database } from 'bun:sqlite';
import { afterAll, describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { load } from 'sqlite-vec';
import { type Connection, openWriteConnection } from '../../../adapters/sqlite/connection.ts';
import { MIGRATIONS, migrate } from '../../../adapters/sqlite/migrate.ts';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { migrated } from './every-statement.ts';
import { startLineProcess } from './lines.ts';

/** The version that brought outlines. */
const WITH_OUTLINES = 6;
const BEFORE = MIGRATIONS.findIndex((sql) => sql.includes('DROP TABLE IF EXISTS message_bits'));
const SECRET = 'the-combination-is-7-21-34';

/** What that version made beside the outlines. */
const BITS = `
CREATE VIRTUAL TABLE message_bits USING vec0(
  message_key INTEGER PRIMARY KEY,
  tenant_key INTEGER PARTITION KEY,
  user_key INTEGER PARTITION KEY,
  bits BIT[256]
);

CREATE TRIGGER bits_of_deleted_message AFTER DELETE ON messages BEGIN
  DELETE FROM message_bits WHERE message_key = OLD.key;
END;
CREATE TRIGGER bits_of_changed_message AFTER UPDATE OF role, content, name ON messages BEGIN
  DELETE FROM message_bits WHERE message_key = OLD.key;
END;`;

const TALK = `
INSERT INTO tenants VALUES (1, 'tenant', 1);
INSERT INTO users (key, tenant_key, id, name, created_at, updated_at) VALUES (2, 1, 'u', 'Ada', 1, 1);
INSERT INTO agents (key, tenant_key, id, name, created_at, updated_at) VALUES (3, 1, 'a', 'Rex', 1, 1);
INSERT INTO sessions (key, tenant_key, id, user_key, agent_key, name, last_sequence, created_at, updated_at)
  VALUES (4, 1, 's', 2, 3, 'talk', 2, 1, 1);
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
INSERT INTO messages (
  key, tenant_key, user_key, session_key, sequence, round, generation, id, role, content, created_at, updated_at
) SELECT i, 1, 2, 4, i, i, 1, 'm' || i, 'user', 'number ' || i, 1, 1 FROM n;
INSERT INTO index_segments (key, tenant_key, user_key, first_key, last_key, maker, bytes)
  VALUES (7, 1, 2, 1, 2000, 'maker', x'0102');
INSERT INTO segment_outlines VALUES (7, 1, x'01');
INSERT INTO segment_words (tenant_key, segment_key, part, bytes) VALUES (1, 7, 0, CAST('${SECRET}' AS BLOB));
INSERT INTO segment_blocks (tenant_key, segment_key, block, bytes) VALUES (1, 7, 0, x'01');
INSERT INTO message_bits (tenant_key, user_key, message_key, bits)
  SELECT 1, 2, key, vec_bit(zeroblob(32)) FROM messages;`;

/** A file as it was written when large memories had outlines, with a talk of 2,000 messages. */
const writeAsBefore = (file: string): void => {
  const db = openWriteConnection(file);
  load(db);
  migrate(db, WITH_OUTLINES);
  db.exec(BITS);
  migrate(db, BEFORE);
  db.exec(TALK);
  db.close();
};

const schemaOf = (db: Connection): unknown[] =>
  db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all();

describe('a file from when large memories had outlines', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  for (const writer of ['worker', 'here'] as const) {
    test(`has none when it was opened, and any program can delete from it, writer: ${writer}`, async () => {
      const file = `${folder.path}/${writer}.db`;
      writeAsBefore(file);
      const store = await openSqliteStore({ file, writer });
      await store.messages.delete({ tenantKey: 1, userKey: null }, 's', ['m1'], 2);
      await store.close();
      const parts = readdirSync(folder.path).filter((name) => name.startsWith(writer));
      expect(parts.filter((name) => readFileSync(`${folder.path}/${name}`).includes(SECRET))).toEqual([]);

      const db = openWriteConnection(file);
      expect(schemaOf(db)).toEqual(schemaOf(migrated()));
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
      db.close();
      const another = new Database(file);
      expect(another.run("DELETE FROM messages WHERE id = 'm2'").changes).toBeGreaterThan(0);
      expect(another.query('SELECT count(*) AS n FROM messages').get()).toEqual({ n: 1_998 });
      another.close();
    });
  }

  test('is what sqlite-vec is needed for, which is said where it does not load, without a path: a new file needs none', async () => {
    const [old, fresh] = [`${folder.path}/old.db`, `${folder.path}/fresh.db`];
    writeAsBefore(old);
    const script = new URL('children/no-sqlite-vec.ts', import.meta.url).pathname;
    const child = startLineProcess([process.execPath, script, old, fresh]);
    const { code, message } = JSON.parse(await child.next());
    expect(code).toBe('storage_unavailable');
    expect(message).toContain(`sqlite-vec cannot be loaded on ${process.platform}-${process.arch}. `);
    expect(message).toContain('run "bun install" there');
    expect(message).not.toContain('/');
    expect(JSON.parse(await child.next())).toEqual({ code: null, message: 'it opened' });
    expect(await child.end()).toBe(0);
    // It is left as it was: elsewhere it can be opened.
    await (await openSqliteStore({ file: old, writer: 'here' })).close();
  });
});
