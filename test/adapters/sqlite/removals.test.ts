import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { type Connection, openWriteConnection } from '../../../adapters/sqlite/connection.ts';
import { migrate } from '../../../adapters/sqlite/migrate.ts';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { openWrites, type Writes } from '../../../adapters/sqlite/writing/verbs.ts';
import { systemIds } from '../../../src/platform/ids.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SECRET = 'the-combination-is-7-21-34';
const scope = { tenantKey: 1, userKey: null };

/** Tables with rows of a user, or of their sessions. */
const TABLES = [
  'users',
  'sessions',
  'messages',
  'knowledge',
  'retractions',
  'api_keys',
  'outbox',
  'chunks',
  'message_vectors',
  'index_segments',
] as const;

/** Ada (key 1), who has much of everything in 300 sessions with two agents, and Bob (key 2), who has a little of it. */
const fill = (db: Connection): void => {
  db.exec(`
    INSERT INTO tenants VALUES (1, 'tenant', 1);
    INSERT INTO users (key, tenant_key, id, name, created_at, updated_at)
      VALUES (1, 1, 'ada', 'Ada ${SECRET}', 1, 1), (2, 1, 'bob', 'Bob', 1, 1);
    INSERT INTO agents (key, tenant_key, id, name, created_at, updated_at)
      VALUES (1, 1, 'rex', 'Rex', 1, 1), (2, 1, 'max', 'Max', 1, 1);
    CREATE TEMP TABLE n AS
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000) SELECT i, i % 300 + 1 AS s FROM n;
    INSERT INTO sessions (key, tenant_key, id, user_key, agent_key, name, last_sequence, created_at, updated_at)
      SELECT i, 1, 's' || i, iif(i > 295, 2, 1), i % 2 + 1, 'talk ' || i, 100, 1, 1 FROM n WHERE i <= 300;
    INSERT INTO messages (
      tenant_key, user_key, session_key, sequence, round, generation, id, role, content, metadata, created_at, updated_at
    ) SELECT 1, iif(s > 295, 2, 1), s, i, i, i, 'm' || i, 'user', '${SECRET} ' || i || hex(zeroblob(iif(i % 500 = 0, 50000, 50))),
      '{"secret":"${SECRET}"}', 1, 1 FROM n ORDER BY i;
    INSERT INTO message_vectors SELECT key, 1, user_key, 'model', generation, 0.5, zeroblob(256) FROM messages;
    INSERT INTO chunks (
      tenant_key, user_key, session_key, id, first_sequence, last_sequence, content, strategy, token_count, vector, model,
      created_at
    ) SELECT 1, user_key, session_key, 'c' || key, sequence, sequence, content, 'message', 1, zeroblob(1024), 'model', 1
      FROM messages;
    INSERT INTO outbox (
      tenant_key, user_key, session_key, id, kind, first_sequence, last_sequence, priority, state, open, next_attempt_at,
      created_at, updated_at
    ) SELECT 1, user_key, session_key, 'o' || key, 'index', sequence, sequence, 2, 'failed', 0, 1, 1, 1 FROM messages;
    INSERT INTO knowledge (tenant_key, user_key, generation, id, content, created_at, updated_at)
      SELECT 1, i % 2 + 1, i, 'k' || i, '${SECRET} ' || i, 1, 1 FROM n;
    INSERT INTO retractions SELECT 1, i % 2 + 1, i, 'message', 100000 + i, 100000 + i, 100000 + i FROM n;
    INSERT INTO api_keys (tenant_key, user_key, id, hash, scopes, created_at)
      SELECT 1, i % 2 + 1, 'a' || i, 'h' || i, '[]', 1 FROM n WHERE i <= 1000;
    INSERT INTO index_segments (key, tenant_key, user_key, first_key, last_key, maker, bytes)
      SELECT i, 1, 1, i * 100 - 99, i * 100, 'maker', CAST('${SECRET}' || hex(zeroblob(25000)) AS BLOB) FROM n WHERE i <= 59;
  `);
};

/** How many rows there are of each user, by table. */
const rowsOf = (db: Connection): Record<string, Record<string, number>> => {
  const count = (table: string): Record<string, number> => {
    const owner = table === 'users' ? 'key' : 'user_key';
    const rows = db.prepare(`SELECT ${owner} AS user, count(*) AS n FROM ${table} GROUP BY 1`).all();
    return Object.fromEntries((rows as { user: number; n: number }[]).map(({ user, n }) => [user, n]));
  };
  return Object.fromEntries(TABLES.map((table) => [table, count(table)]));
};
const only = (user: number, rows: ReturnType<typeof rowsOf>) =>
  Object.fromEntries(Object.entries(rows).map(([table, counts]) => [table, counts[user] ?? 0]));

describe('the removal of what was deleted', () => {
  let db: Connection;
  let writes: Writes;
  beforeEach(() => {
    db = openWriteConnection(':memory:');
    migrate(db);
    fill(db);
    writes = openWrites(db, systemIds);
  });
  afterEach(() => db.close());

  const changes = (): number => db.prepare('SELECT total_changes()').pluck().get() as number;
  /** Runs one transaction and tells how many rows it changed, those of triggers and references among them. */
  const inOne = <T>(run: () => T): { readonly value: T; readonly rows: number } => {
    const before = changes();
    const value = db.transaction(run)();
    return { value, rows: changes() - before };
  };
  const isPending = (): boolean => db.prepare('SELECT count(*) FROM removals').pluck().get() !== 0;

  /** Goes all the way, and answers the rows that each transaction changed. */
  const removeAll = (begin: () => { readonly key: number; readonly isHidden: boolean }) => {
    const first = inOne(begin);
    const slices = [first.rows];
    for (let state = first.value; !state.isHidden; ) {
      const { value, rows } = inOne(() => writes.removals.hide(state.key));
      state = value;
      slices.push(rows);
    }
    while (isPending()) slices.push(inOne(() => writes.upkeep.sweep()).rows);
    return slices;
  };

  const DELETIONS = {
    'a user': () => writes.users.delete(scope, 'ada'),
    'an agent': () => writes.agents.delete(scope, 'rex'),
    'a session': () => writes.sessions.delete(scope, 's7'),
  } as const;

  for (const [name, begin] of Object.entries(DELETIONS)) {
    test(`of ${name} changes no more than some hundred rows in a transaction, whatever there is of it`, () => {
      const slices = removeAll(begin);
      expect(slices[0]).toBeLessThan(600);
      // Of a message that is deleted a row of another table goes, its vector.
      expect(Math.max(...slices)).toBeLessThan(600);
    });
  }

  test('of a user leaves no row of theirs in any table, and all of another user', () => {
    const before = rowsOf(db);
    removeAll(DELETIONS['a user']);
    const after = rowsOf(db);
    expect(only(1, after)).toEqual(Object.fromEntries(TABLES.map((table) => [table, 0])));
    expect(only(2, after)).toEqual(only(2, before));
    expect(db.prepare('SELECT count(*) FROM removals').pluck().get()).toBe(0);
    expect(db.pragma('foreign_key_check')).toEqual([]);
    expect(db.prepare('SELECT id FROM agents ORDER BY key').pluck().all()).toEqual(['rex', 'max']);
  });

  test('of an agent leaves the sessions with another agent, of every user, and their messages', () => {
    removeAll(DELETIONS['an agent']);
    expect(db.prepare('SELECT id FROM agents').pluck().all()).toEqual(['max']);
    const left = db
      .prepare('SELECT DISTINCT agent_key FROM messages m JOIN sessions s ON s.key = m.session_key')
      .pluck();
    expect(left.all()).toEqual([2]);
    expect(db.prepare('SELECT count(*) FROM messages').pluck().get()).toBe(3_000);
    expect(db.prepare('SELECT count(*) FROM knowledge').pluck().get()).toBe(6_000);
  });

  test('hides a name and an id in the first transaction', () => {
    inOne(DELETIONS['a user']);
    expect(JSON.stringify(db.prepare('SELECT * FROM users WHERE key = 1').all())).not.toMatch(/ada|Ada|secret/i);
    const hidden = db.prepare('SELECT tenant_key, id, name, description FROM users WHERE key = 1').get();
    const random = expect.stringMatching(/^[0-9a-f]{32}$/);
    expect(hidden).toEqual({ tenant_key: 0, id: random, name: random, description: null });
  });
});

describe('what was removed', () => {
  for (const writer of ['worker', 'here'] as const) {
    test(`is overwritten in the file and its log, behind the answer, writer: ${writer}`, async () => {
      const folder = temporaryFolder();
      const file = `${folder.path}/memfuse.db`;
      const db = openWriteConnection(file);
      migrate(db);
      fill(db);
      db.close();
      const secrets = (): string[] =>
        readdirSync(folder.path).filter((name) => readFileSync(`${folder.path}/${name}`).includes(SECRET));
      const store = await openSqliteStore({ file, writer });
      expect(secrets()).not.toEqual([]);
      expect(await store.users.delete(scope, 'ada')).toEqual({ isPending: true });
      expect(await store.users.delete(scope, 'bob')).toEqual({ isPending: true });
      await eventually('nothing is left of it on the disk', () => secrets().length === 0, 60_000);
      // Rows without a text go last.
      await eventually('no deletion is left', async () => (await store.pendingDeletions()) === 0);
      await store.close();
      folder.remove();
    });
  }
});
