import { expect, test } from 'bun:test';
import { openWriteConnection } from '../../../adapters/sqlite/connection.ts';
import { MIGRATIONS, migrate } from '../../../adapters/sqlite/migrate.ts';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { openWrites } from '../../../adapters/sqlite/writing/verbs.ts';
import { systemIds } from '../../../src/platform/ids.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { TOY } from '../../support/toy-kind/rules.ts';
import { SQLITE_KINDS_WITH_TOY } from '../../support/toy-kind/sqlite.ts';
import { rowsOf } from './rows.ts';

const scope = { tenantKey: 1, userKey: null };
const USERS = 2_000;
const WHEN_NAMES_WERE_INDEXED = MIGRATIONS.findIndex((sql) => sql.includes('DROP COLUMN named_at'));
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

test('a new name of an agent changes its row alone, however many users and sessions it has', () => {
  const db = openWriteConnection(':memory:');
  migrate(db);
  db.exec(FILL);
  const writes = openWrites(db, systemIds);
  const changes = (): number => db.prepare('SELECT total_changes()').pluck().get() as number;
  const before = changes();
  expect(db.transaction(() => writes.agents.update(scope, 'rex', { name: 'Max', at: 2 }))()).toBeNull();
  expect(changes() - before).toBe(1);
  db.close();
});

test('a new name files work for every session, where a kind shows names', () => {
  const db = openWriteConnection(':memory:');
  migrate(db);
  db.exec(FILL);
  db.exec(
    'UPDATE users SET generation = 4; UPDATE sessions SET last_sequence = 3; UPDATE sessions SET user_key = 7, name = id WHERE key <= 1000;',
  );
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
  expect(rows).toEqual([
    { user_key: 7, kind: 'extract', position: 4, n: 1_000 },
    { user_key: 7, kind: TOY, position: 4, n: 1_000 },
  ]);
  db.close();
});

test('what a dead process left half done is finished by the next', () => {
  const db = openWriteConnection(':memory:');
  migrate(db);
  db.exec(FILL);
  db.exec('UPDATE sessions SET last_sequence = 3');
  const writes = openWrites(db, systemIds, SQLITE_KINDS_WITH_TOY);
  expect(db.transaction(() => writes.agents.update(scope, 'rex', { name: 'Max', at: 2 }))()?.isDone).toBe(false);
  const filed = () => db.prepare('SELECT count(DISTINCT session_key) FROM outbox').pluck().get();
  expect(filed()).toBe(100);
  const next = openWrites(db, systemIds, SQLITE_KINDS_WITH_TOY);
  const left = db.prepare('SELECT count(*) FROM renamings').pluck();
  for (let slices = 0; left.get() !== 0 && slices < USERS; slices += 1) db.transaction(() => next.upkeep.sweep())();
  expect(filed()).toBe(USERS);
  db.close();
});

test('a file from when names made segments outdated keeps them, and an index that is older than its retractions starts over', async () => {
  const folder = temporaryFolder();
  const file = `${folder.path}/memfuse.db`;
  const db = openWriteConnection(file);
  migrate(db, WHEN_NAMES_WERE_INDEXED);
  db.exec(FILL);
  db.exec(`
    UPDATE users SET generation = 5, named_at = 4, retracted = 1, retracted_from = 1 WHERE key = 7;
    INSERT INTO retractions (tenant_key, user_key, generation, kind, key) VALUES (1, 7, 3, 'message', 70);
    INSERT INTO renamings (tenant_key, kind, target_key, at) VALUES (1, 'agent', 1, 2);
  `);
  db.close();
  const store = await openSqliteStore({ file, writer: 'here' });
  expect(await store.corpus.segments(1, 7, 'maker')).toEqual([{ firstKey: 1, lastKey: 9 }]);
  const retracted = async (after: number) => (await store.corpus.changes(1, 7, { after }))?.retractions;
  expect(await retracted(4)).toEqual([{ kind: 'all', key: 0 }]);
  expect(await retracted(5)).toEqual([]);
  expect(rowsOf<{ n: number }>(file, 'SELECT count(*) AS n FROM renamings')).toEqual([{ n: 0 }]);
  await store.close();
  folder.remove();
});
