import { afterAll, beforeAll, expect, test } from 'bun:test';
import { Client } from '../../../adapters/postgres/client.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';
import { STATEMENTS } from '../../support/postgres-statements.ts';

/** The keys that a question asks for. */
const ASKED = 10;
/** A memory of one user among few, in tables of which the planner knows nothing: it saw them when they were empty. */
const FILL = `
  INSERT INTO tenants VALUES (1, 'tenant', 1);
  INSERT INTO users VALUES (1, 1, 'u1', 'user', NULL, 1, 1), (2, 1, 'u2', 'other', NULL, 1, 1);
  INSERT INTO agents VALUES (1, 1, 'a1', 'agent', NULL, 1, 1);
  INSERT INTO memories VALUES (1, 1, 6000, 6000, 0), (2, 1, 0, 0, 0);
  INSERT INTO sessions (user_key, key, tenant_key, id, agent_key, name, last_sequence, created_at, updated_at)
    SELECT 1, s, 1, 's' || s, 1, 'session ' || s, 30, 1, 1 FROM generate_series(1, 200) s;
  INSERT INTO messages (
      user_key, key, tenant_key, session_key, sequence, round, generation, id, role, content, late, created_at, updated_at
    )
    SELECT 1, 30 * (s - 1) + n, 1, s, n, n, 30 * (s - 1) + n, 'm' || s || '-' || n, 'user', repeat('text ', 20), false, n, n
    FROM generate_series(1, 200) s, generate_series(1, 30) n;
  INSERT INTO facts (
      user_key, key, tenant_key, generation, id, session_key, said_at, text, subject, predicate, object, category,
      confidence, state, superseded_by, created_at, updated_at
    )
    SELECT 1, n, 1, n, 'f' || n, 1 + n % 200, n, 'text', 'user', 'likes', 'tea', 'other', 1,
      (ARRAY['active', 'superseded'])[1 + n % 2], CASE WHEN n % 2 = 1 THEN n + 1 END, 1, 1
    FROM generate_series(1, 2000) n;
  INSERT INTO fact_mentions
    SELECT 1, key, 1, key, session_key, 1 + key % 30, said_at, text, '{}', '[]' FROM facts;
  INSERT INTO fact_sources
    SELECT user_key, key, 30 * (session_key - 1) + sequence, tenant_key, fact_key, session_key, sequence FROM fact_mentions;
`;

const KEYS = `'{${Array.from({ length: ASKED }, (_, i) => 17 * i + 1).join(',')}}'`;
const VALUES: Readonly<Record<string, string>> = {
  keys: KEYS,
  userKey: '1',
  tenantKey: '1',
  limit: '10',
  // Nothing, or hardly anything, has changed since.
  generation: '5995',
  key: '0',
  firstKey: '1',
  lastKey: '9000000000000000',
  characters: '100000',
};

/** The statements that every question runs, or the catching up before it. */
const OF_QUESTIONS = [
  'message-documents.found',
  'message-documents.changed',
  'fact-documents.found',
  'fact-documents.changed',
  'episode-documents.found',
  'knowledge-documents.found',
  'corpus.metadata',
  'corpus.replaced',
];

let database: TestDatabase;
let client: Client;
beforeAll(async () => {
  database = await createDatabase();
  await database.run(FILL);
  client = new Client(database.url);
});
afterAll(async () => {
  await client.close();
  await database.remove();
});

const countRead = async (): Promise<number> => {
  const { rows } = await client.command(
    'SELECT sum(coalesce(idx_tup_fetch, 0) + seq_tup_read)::text AS read FROM pg_stat_xact_user_tables',
  );
  return Number(rows[0]?.['read']);
};

/** Rows that a statement reads, of tables, in a transaction of its own. */
const rowsRead = async (name: string): Promise<number> => {
  const statement = STATEMENTS.get(name);
  if (!statement) throw new Error(`There is no statement ${name}.`);
  const values = statement.names.map((one) => {
    const value = VALUES[one];
    if (value === undefined) throw new Error(`The test has no value for ${one} of ${name}.`);
    return value;
  });
  await client.command(`PREPARE young AS ${statement.text}`);
  // The counts of a transaction are those of all that were not told to the collector yet.
  await client.command('BEGIN');
  try {
    const before = await countRead();
    await client.command(`EXECUTE young${values.length > 0 ? `(${values.join(', ')})` : ''}`);
    return (await countRead()) - before;
  } finally {
    await client.command('ROLLBACK');
    await client.command('DEALLOCATE young');
  }
};

test.each(OF_QUESTIONS)('%s reads what it is asked for, and not all that the user remembers', async (name) => {
  // Of each key a message, its session, its agent, its user, what facts were read in it and what they were read in.
  expect(await rowsRead(name)).toBeLessThanOrEqual(ASKED * 10);
});
