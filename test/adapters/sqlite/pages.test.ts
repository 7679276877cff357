import { describe, expect, test } from 'bun:test';
import { openWriteConnection } from '../../../adapters/sqlite/connection.ts';
import { MIGRATIONS } from '../../../adapters/sqlite/migrate.ts';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { openStatements } from '../../../adapters/sqlite/statements.ts';
import { messagesOf, WHOLE } from '../../contract/lists.ts';
import { mintId } from '../../contract/world.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { migrated, STATEMENTS } from './every-statement.ts';

/** How the engine goes about a statement, as it is prepared. */
const planOf = (name: string): string[] => {
  const db = migrated();
  const sql = STATEMENTS.get(name) ?? '';
  const values = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map(([, value]) => [value, 0]));
  const plan = openStatements(db, `-- name: plan\nEXPLAIN QUERY PLAN ${sql}`)('plan').all(values) as {
    detail: string;
  }[];
  db.close();
  return plan.map(({ detail }) => detail);
};

describe('a page costs what it holds: its list is read by an index that has it in order, from where the page begins', () => {
  test.each([
    ['users', 'list', 'users USING INDEX users_by_tenant (tenant_key=? AND rowid>? AND rowid<?)'],
    ['users', 'list_bound', 'users USING INTEGER PRIMARY KEY (rowid=?)'],
    ['agents', 'list', 'agents USING INDEX agents_by_tenant (tenant_key=? AND rowid>? AND rowid<?)'],
    ['sessions', 'list', 's USING INDEX sessions_by_tenant (tenant_key=? AND rowid>? AND rowid<?)'],
    ['sessions', 'list_of_user', 's USING INDEX sessions_by_user (user_key=? AND rowid>? AND rowid<?)'],
    ['sessions', 'list_newest_first', 's USING INDEX sessions_by_tenant (tenant_key=? AND rowid>? AND rowid<?)'],
    ['sessions', 'list_of_user_newest_first', 's USING INDEX sessions_by_user (user_key=? AND rowid>? AND rowid<?)'],
    ['sessions', 'list_of_agent_newest_first', 's USING INDEX sessions_by_agent (agent_key=? AND rowid>? AND rowid<?)'],
    ['sessions', 'list_of_agent', 's USING INDEX sessions_by_agent (agent_key=? AND rowid>? AND rowid<?)'],
    [
      'sessions',
      'list_of_both',
      's USING INDEX sessions_by_user_and_agent (user_key=? AND agent_key=? AND rowid>? AND rowid<?)',
    ],
    [
      'sessions',
      'list_of_both_newest_first',
      's USING INDEX sessions_by_user_and_agent (user_key=? AND agent_key=? AND rowid>? AND rowid<?)',
    ],
    ['knowledge', 'list', 'knowledge USING INDEX knowledge_by_user (user_key=? AND rowid>? AND rowid<?)'],
    ['api-keys', 'list', 'k USING INDEX api_keys_by_tenant (tenant_key=? AND rowid>? AND rowid<?)'],
    ['api-keys', 'list_of_user', 'k USING INDEX api_keys_by_user (user_key=? AND rowid>? AND rowid<?)'],
    ['outbox', 'list', 'o USING INDEX outbox_by_state (tenant_key=? AND state=? AND key<?)'],
    ['outbox', 'list_of_user', 'o USING INDEX outbox_by_user (user_key=? AND state=? AND key<?)'],
  ])('%s.%s', (file, name, search) => {
    const plan = planOf(`${file}.${name}`);
    expect(plan).toContain(`SEARCH ${search}`);
    // All else is a look-up of one row, and nothing is sorted.
    expect(
      plan.filter((step) => step !== `SEARCH ${search}` && !/^SEARCH \w USING INTEGER PRIMARY KEY/.test(step)),
    ).toEqual([]);
  });

  test.each([
    ['timestamp', 'asc', 'messages_late_by_time (session_key=? AND (created_at,sequence)>(?,?))'],
    ['timestamp', 'desc', 'messages_late_by_time (session_key=? AND (created_at,sequence)<(?,?))'],
    ['id', 'asc', 'messages_late_by_id (session_key=? AND id>?)'],
    ['id', 'desc', 'messages_late_by_id (session_key=? AND id<?)'],
  ])('messages by %s %s', (by, order, late) => {
    const plan = planOf(`messages.list_${by}_${order}`);
    expect(plan.filter((step) => step.startsWith('SEARCH'))).toEqual([
      'SEARCH messages USING INDEX sqlite_autoindex_messages_2 (session_key=? AND sequence>? AND sequence<?)',
      `SEARCH messages USING INDEX ${late}`,
    ]);
    // What is sorted is the two parts of a page, not what they are taken from.
    expect(plan.filter((step) => step.startsWith('SCAN'))).toEqual(['SCAN (subquery-1)', 'SCAN (subquery-3)']);
  });
});

test('messages that earlier versions stored out of order, by time or by id, are listed in order', async () => {
  const folder = temporaryFolder();
  const file = `${folder.path}/memfuse.db`;
  const db = openWriteConnection(file);
  for (const sql of MIGRATIONS.slice(0, 7)) db.exec(sql);
  db.pragma('user_version = 7');
  db.exec(`
    INSERT INTO tenants VALUES (1, 'default', 0);
    INSERT INTO users (key, tenant_key, id, name, created_at, updated_at) VALUES (1, 1, 'u', 'u', 0, 0);
    INSERT INTO agents (key, tenant_key, id, name, created_at, updated_at) VALUES (1, 1, 'a', 'a', 0, 0);
  `);
  const ids = Array.from({ length: 4 }, mintId) as [string, string, string, string];
  const [a, b, c, d] = ids;
  /** Per session: the messages as they arrived, and whether that was in order of time. */
  const sessions: Record<
    string,
    { readonly arrived: readonly (readonly [string, number])[]; readonly chronological: 0 | 1 }
  > = {
    straight: {
      arrived: [
        [a, 1],
        [b, 2],
      ],
      chronological: 1,
    },
    late: {
      arrived: [
        [a, 9],
        [b, 4],
        [c, 6],
      ],
      chronological: 0,
    },
    twisted: {
      arrived: [
        [b, 1],
        [a, 1],
        [d, 3],
        [c, 3],
      ],
      chronological: 1,
    },
    empty: { arrived: [], chronological: 1 },
  };
  let session = 0;
  for (const [name, { arrived, chronological }] of Object.entries(sessions)) {
    session += 1;
    db.prepare(
      `INSERT INTO sessions (key, tenant_key, id, user_key, agent_key, name, last_sequence, last_created_at, chronological,
         created_at, updated_at) VALUES (?, 1, ?, 1, 1, ?, ?, ?, ?, 0, 0)`,
    ).run(session, name, name, arrived.length, Math.max(0, ...arrived.map(([, at]) => at)), chronological);
    arrived.forEach(([id, at], i) => {
      db.prepare(
        `INSERT INTO messages (tenant_key, user_key, session_key, sequence, round, generation, id, role, content, created_at,
           updated_at) VALUES (1, 1, ?, ?, ?, 1, ?, 'user', 'x', ?, ?)`,
      ).run(session, i + 1, i + 1, `${name} ${id}`, at, at);
    });
  }
  db.close();

  const store = await openSqliteStore({ file, writer: 'here' });
  const scope = { tenantKey: 1, userKey: null };
  for (const [name, { arrived }] of Object.entries(sessions)) {
    const byTime = arrived.toSorted(([, x], [, y]) => x - y).map(([id]) => `${name} ${id}`);
    const byId = arrived.map(([id]) => `${name} ${id}`).sort();
    const list = async (sortBy: 'timestamp' | 'id', order: 'asc' | 'desc') =>
      (await messagesOf(store, scope, name, { sortBy, order })).map(({ id }) => id);
    expect([name, await list('timestamp', 'asc')]).toEqual([name, byTime]);
    expect([name, await list('timestamp', 'desc')]).toEqual([name, byTime.toReversed()]);
    expect([name, await list('id', 'asc')]).toEqual([name, byId]);
    expect([name, await list('id', 'desc')]).toEqual([name, byId.toReversed()]);
    // What is added goes on from there.
    const next = {
      id: `${name} ${mintId()}`,
      role: 'user',
      content: 'x',
      name: null,
      metadata: null,
      createdAt: 5,
    } as const;
    await store.messages.append(scope, name, [next]);
    const pages: string[] = [];
    for (let after: string | null = null; ; ) {
      const page = await store.messages.list(scope, name, { sortBy: 'timestamp', order: 'asc' }, { after, limit: 1 });
      pages.push(...page.rows.map(({ id }) => id));
      if (page.next === null) break;
      after = page.next;
    }
    expect(pages).toEqual(await list('timestamp', 'asc'));
    expect(pages).toContain(next.id);
  }
  expect((await store.sessions.list(scope, {}, WHOLE)).rows).toHaveLength(4);
  await store.close();
  folder.remove();
});
