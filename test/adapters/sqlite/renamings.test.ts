import { expect, test } from 'bun:test';
import { openWriteConnection } from '../../../adapters/sqlite/connection.ts';
import { migrate } from '../../../adapters/sqlite/migrate.ts';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { openWrites } from '../../../adapters/sqlite/writing/verbs.ts';
import { systemIds } from '../../../src/platform/ids.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { TOY } from '../../support/toy-kind/rules.ts';
import { SQLITE_KINDS_WITH_TOY } from '../../support/toy-kind/sqlite.ts';
import { rowsOf } from './rows.ts';

const scope = { tenantKey: 1, userKey: null };
const USERS = 2_000;
const FILL = `
  INSERT INTO tenants VALUES (1, 'tenant', 1);
  INSERT INTO agents (key, tenant_key, id, name, created_at, updated_at) VALUES (1, 1, 'rex', 'Rex', 1, 1);
  CREATE TEMP TABLE n AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${USERS}) SELECT i FROM n;
  INSERT INTO users (key, tenant_key, id, name, created_at, updated_at) SELECT i, 1, 'u' || i, 'u' || i, 1, 1 FROM n;
  INSERT INTO sessions (tenant_key, id, user_key, agent_key, name, created_at, updated_at)
    SELECT 1, 's' || i, i, 1, 's', 1, 1 FROM n;
  INSERT INTO index_segments (tenant_key, user_key, first_key, last_key, maker, bytes)
    SELECT 1, i, 1, 9, 'maker', zeroblob(1000) FROM n;
`;

test('a new name of an agent changes some hundred rows in a transaction, and no segment', () => {
  const db = openWriteConnection(':memory:');
  migrate(db);
  db.exec(FILL);
  const writes = openWrites(db, systemIds);
  const changes = (): number => db.prepare('SELECT total_changes()').pluck().get() as number;
  const rename = { name: 'Max', at: 2 };
  let before = changes();
  let state = db.transaction(() => writes.agents.update(scope, 'rex', rename))();
  const rows = [changes() - before];
  while (state && !state.isDone) {
    const { key } = state;
    before = changes();
    state = db.transaction(() => writes.renamings.goOn(key))();
    rows.push(changes() - before);
  }
  expect(rows.length).toBeGreaterThan(USERS / 200);
  expect(Math.max(...rows)).toBeLessThan(200);
  const count = (sql: string) => db.prepare(sql).pluck().get();
  expect(count('SELECT count(*) FROM users WHERE named_at = generation AND generation = 1')).toBe(USERS);
  expect(count('SELECT count(*) FROM index_segments')).toBe(USERS);
  expect(count('SELECT count(*) FROM renamings')).toBe(0);
  db.close();
});

test('a new name files work for every session, where a kind shows names, and tells a user once', () => {
  const db = openWriteConnection(':memory:');
  migrate(db);
  db.exec(FILL);
  db.exec('UPDATE sessions SET last_sequence = 3; UPDATE sessions SET user_key = 7, name = id WHERE key <= 1000;');
  const writes = openWrites(db, systemIds, SQLITE_KINDS_WITH_TOY);
  let state = db.transaction(() => writes.users.update(scope, 'u7', { name: 'Eve', at: 2 }))();
  let slices = 1;
  while (state && !state.isDone) {
    const { key } = state;
    state = db.transaction(() => writes.renamings.goOn(key))();
    slices += 1;
  }
  expect(slices).toBeGreaterThan(5);
  const rows = db.prepare('SELECT user_key, kind, position, count(*) AS n FROM outbox GROUP BY 1, 2, 3').all();
  expect(rows).toEqual([{ user_key: 7, kind: TOY, position: 1, n: 1_000 }]);
  expect(db.prepare('SELECT generation, named_at FROM users WHERE key = 7').get()).toEqual({
    generation: 1,
    named_at: 1,
  });
  db.close();
});

test('a new name of an agent that a dead process left half told is told to all by the next', async () => {
  const folder = temporaryFolder();
  const file = `${folder.path}/memfuse.db`;
  const db = openWriteConnection(file);
  migrate(db);
  db.exec(FILL);
  const writes = openWrites(db, systemIds);
  expect(db.transaction(() => writes.agents.update(scope, 'rex', { name: 'Max', at: 2 }))()?.isDone).toBe(false);
  db.close();
  const told = () => rowsOf<{ n: number }>(file, 'SELECT count(*) AS n FROM users WHERE named_at > 0')[0]?.n;
  expect(told()).toBe(100);
  const store = await openSqliteStore({ file, writer: 'worker' });
  await eventually('all are told', () => told() === USERS);
  await store.close();
  folder.remove();
});
