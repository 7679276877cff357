import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { Client } from '../../../adapters/postgres/client.ts';
import type { Prepared } from '../../../adapters/postgres/statements.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';
import { STATEMENTS } from '../../support/postgres-statements.ts';

/** Tables of what belongs to a user; the others are directories, and what processes tell each other. */
const OF_USERS = [
  'memories',
  'sessions',
  'messages',
  'message_vectors',
  'chunks',
  'knowledge',
  'retractions',
  'index_segments',
  'outbox',
  'idempotency',
  'facts',
  'fact_mentions',
  'fact_sources',
  'fact_terms',
  'fact_history',
  'entities',
  'fact_entities',
  'forgotten_mentions',
];

const FOR_ALL = 'the background serves all tenants, and nobody else asks';
const HELD = 'whoever names the key was given it by the store, for all tenants';
const REMOVED = "what is being removed is nobody's: whoever began the removal had it looked up in a tenant";

/** Statements that know no tenant, and why. */
const CROSS_TENANT: Readonly<Record<string, string>> = {
  'api-keys.find_by_hash': 'a key names its tenant',
  'claims.forget_stale': 'a claim past its time belongs to nobody',
  'facts-filing.mentions_of_gone_session': REMOVED,
  'facts-filing.forgotten_of_gone_session': REMOVED,
  'facts-filing.remove_forgotten_of_gone_session': REMOVED,
  'facts-filing.facts_of_gone_user': REMOVED,
  'facts-filing.remove_facts_of_gone_user': REMOVED,
  'facts-filing.entities_of_gone_user': REMOVED,
  'facts-filing.remove_entities_of_gone_user': REMOVED,
  'episodes.of_gone_session': REMOVED,
  'episodes.remove_of_gone_session': REMOVED,
  'chunks.of_gone_session': REMOVED,
  'chunks.remove_of_gone_session': REMOVED,
  'messages.stored_before': FOR_ALL,
  'retention.users_with_days': FOR_ALL,
  'memories.lock': HELD,
  'memories.generations': 'the tenant is compared behind it, because a turn asks for users of many tenants',
  'messages.append_rounds': 'the function compares the tenant of each round',
  'messages.forget_segments': 'the messages were located in a tenant in the same transaction',
  'messages.forget_vectors': 'the messages were located in a tenant in the same transaction',
  'sessions.route': 'a directory: what it finds is looked up in a tenant',
  'sessions.routes': 'a directory: what it finds is looked up in a tenant',
  'sessions.insert_route': 'the session was inserted in a tenant in the same transaction',
  'vectors.next_model_of_messages': FOR_ALL,
  'vectors.next_model_of_chunks': FOR_ALL,
  'vectors.messages_without': FOR_ALL,
  'vectors.chunks_without': FOR_ALL,
  'vectors.episodes_without': FOR_ALL,
  'vectors.count_messages_without': FOR_ALL,
  'vectors.count_chunks_without': FOR_ALL,
  'vectors.count_episodes_without': FOR_ALL,
  'vectors.forget': FOR_ALL,
  'derivations.sessions': FOR_ALL,
  'derivations.generations': HELD,
  'statistics.outdated': 'it asks about tables',
  'taking.due': FOR_ALL,
  'taking.owners': HELD,
  'taking.take': HELD,
  'taking.forget_leases': FOR_ALL,
  'taking.keys_held': HELD,
  'taking.last_of_some': FOR_ALL,
  'taking.rewind': FOR_ALL,
  'taking.retry': HELD,
  'taking.release': HELD,
  'taking.fail': HELD,
  'taking.held': HELD,
  'taking.shorten': HELD,
  'renamings.hold_of': 'the user or agent was looked up in a tenant',
  'renamings.hold_next': FOR_ALL,
  'renamings.reach': HELD,
  'renamings.finish': HELD,
};

/** Statements that read all rows of a table, because that is what they are for. */
const WHOLE: ReadonlySet<string> = new Set([
  'removals.count',
  'renamings.hold_next',
  'taking.forget_leases',
  'taking.rewind_leases',
  'vectors.count_messages_without',
  'vectors.count_chunks_without',
]);

/** Statements of requests and of search, each of which has to be answered by the place of one user. */
const HOT = [
  'memories.increment',
  'memories.take_message_keys',
  'messages.take_sequences',
  'messages.insert',
  'messages.list_timestamp_asc',
  'messages.list_timestamp_desc',
  'messages.list_id_asc',
  'messages.list_id_desc',
  'messages.read',
  'messages.locate',
  'messages.update',
  'messages.delete',
  'message-documents.changed',
  'message-documents.found',
  'knowledge-documents.changed',
  'knowledge-documents.found',
  'corpus.retractions',
  'corpus.bounds',
  'corpus.segments',
  'corpus.segment',
  'corpus.may_keep_segment',
  'corpus.metadata',
  'vectors.page',
  'vectors.file',
  'work.messages',
  'work.version',
  'taking.take',
  'taking.complete',
  'chunks.insert',
  'chunks.delete_range',
  'outbox.extend',
  'facts.nominated',
  'facts.nominees',
  'facts.mentions_of_range',
  'fact-documents.changed',
  'fact-documents.found',
  'facts-filing.fact',
  'facts-filing.mentions_at',
  'facts-filing.superseded_by',
];

/** Some hundred users with sessions and messages, so that plans are those of a database in use. */
const FILL = `
  INSERT INTO tenants SELECT key, 'tenant ' || key, 1 FROM generate_series(1, 3) key;
  INSERT INTO users SELECT key, 1 + key % 3, 'u' || key, 'user ' || key, NULL, 1, 1 FROM generate_series(1, 300) key;
  INSERT INTO agents SELECT key, 1 + key % 3, 'a' || key, 'agent ' || key, NULL, 1, 1 FROM generate_series(1, 300) key;
  INSERT INTO memories SELECT key, 1 + key % 3, 200, 100, 10 FROM generate_series(1, 300) key;
  INSERT INTO sessions (user_key, key, tenant_key, id, agent_key, name, last_sequence, created_at, updated_at)
    SELECT u, 10 * u + s, 1 + u % 3, 's' || u || '-' || s, 1 + s, 'session ' || s, 10, 1, 1
    FROM generate_series(1, 300) u, generate_series(0, 9) s;
  INSERT INTO session_routes SELECT id, user_key, key FROM sessions;
  INSERT INTO messages (
      user_key, key, tenant_key, session_key, sequence, round, generation, id, role, content, late, created_at, updated_at
    )
    SELECT s.user_key, 10 * (s.key % 10) + n, s.tenant_key, s.key, n, n, 10 * (s.key % 10) + n, 'm' || s.key || '-' || n,
      'user', repeat('text ', 20), n = 9, n, n
    FROM sessions s, generate_series(1, 10) n;
  INSERT INTO message_vectors
    SELECT user_key, key, tenant_key, 'model', generation, 1, 'abc' FROM messages;
  INSERT INTO chunks
    SELECT user_key, session_key, sequence, sequence, user_key * 100 + key, tenant_key, 'c' || id, content, 'turns', 1, NULL,
      'model', 1
    FROM messages;
  INSERT INTO knowledge
    SELECT u, n, 1 + u % 3, n, 'k' || u || '-' || n, 'text', 1, 1 FROM generate_series(1, 300) u, generate_series(1, 10) n;
  INSERT INTO retractions SELECT u, n, 'message', n, 1 + u % 3, n, n FROM generate_series(1, 300) u, generate_series(1, 10) n;
  INSERT INTO index_segments SELECT u, 10 * n, 10 * n - 9, 1 + u % 3, 'maker', 1, 'abc'
    FROM generate_series(1, 300) u, generate_series(1, 5) n;
  INSERT INTO outbox (
      user_key, key, tenant_key, session_key, id, kind, queue_key, position, first_sequence, last_sequence, priority, state,
      open, next_attempt_at, owner, created_at, updated_at
    )
    SELECT user_key, key, tenant_key, key, 't' || key, 'index', 'session:' || key, 1, 1, 10, 2,
      (ARRAY['waiting', 'running', 'failed'])[1 + key % 3], key % 3 = 0, 1, 'process ' || key % 5, 1, 1
    FROM sessions;
  INSERT INTO facts (
      user_key, key, tenant_key, generation, id, session_key, said_at, text, subject, predicate, object, category,
      confidence, state, superseded_by, created_at, updated_at
    )
    SELECT u, n, 1 + u % 3, n, 'f' || u || '-' || n, 10 * u + n % 10, n, 'text', 'user', 'likes', 'tea', 'other', 1,
      (ARRAY['active', 'superseded'])[1 + n % 2], CASE WHEN n % 2 = 1 THEN n + 1 END, 1, 1
    FROM generate_series(1, 300) u, generate_series(1, 20) n;
  INSERT INTO fact_mentions
    SELECT user_key, key, tenant_key, key, session_key, 1 + key % 10, said_at, text, '{}', '[]' FROM facts;
  INSERT INTO fact_sources
    SELECT user_key, key, key, tenant_key, fact_key, session_key, sequence FROM fact_mentions;
  INSERT INTO fact_terms SELECT user_key, key, tenant_key, 'term ' || key % 7 FROM facts;
  INSERT INTO fact_history SELECT user_key, key, 1, tenant_key, 1, 'created', 'said', NULL, '{}' FROM facts;
  INSERT INTO entities
    SELECT u, n, 1 + u % 3, 'e' || u || '-' || n, 'name ' || n, 'Name ' || n, 'person'
    FROM generate_series(1, 300) u, generate_series(1, 10) n;
  INSERT INTO fact_entities
    SELECT f.user_key, e.key, f.key, f.tenant_key, e.name, f.said_at
    FROM facts f JOIN entities e ON e.user_key = f.user_key AND e.key = 1 + f.key % 10;
  INSERT INTO forgotten_mentions
    SELECT user_key, session_key, sequence, tenant_key, '[]' FROM fact_mentions ON CONFLICT DO NOTHING;
  ANALYZE;
`;

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

/** The plan of a statement as the store runs it, whatever its values. */
const planOf = async ({ text, names }: Prepared): Promise<string> => {
  await client.command(`PREPARE planned AS ${text}`);
  try {
    const values = names.length > 0 ? `(${names.map(() => 'NULL').join(', ')})` : '';
    const { rows } = await client.command(`EXPLAIN (COSTS OFF) EXECUTE planned${values}`);
    return rows.map((row) => row['queryPlan'] ?? row['QUERY PLAN']).join('\n');
  } finally {
    await client.command('DEALLOCATE planned');
  }
};

describe('the statements of the adapter', () => {
  for (const [name, statement] of STATEMENTS) {
    test(`${name} fits the schema, and reads by an index`, async () => {
      const plan = await planOf(statement);
      // There is a lease for each process, a handful of rows.
      if (!WHOLE.has(name)) expect(plan).not.toMatch(/Seq Scan on (?!leases)/);
    });

    const { text, names } = statement;
    const isDirectory =
      /^(tenants|removals|leases)\./.test(name) ||
      /\b(INTO|UPDATE|FROM) (tenants|leases|renamings|derivations)\b/.test(text);
    if (name in CROSS_TENANT || isDirectory) continue;
    test(`${name} is bound to a tenant`, () => {
      expect(names.filter((one) => one === 'tenantKey')).toEqual(['tenantKey']);
    });
  }

  test('that cross tenants are there and do cross them', () => {
    for (const name of Object.keys(CROSS_TENANT)) {
      expect([name, STATEMENTS.get(name)?.names.includes('tenantKey')]).toEqual([name, false]);
    }
  });

  test.each(HOT)('%s touches the place of one user', async (name) => {
    const statement = STATEMENTS.get(name);
    if (!statement) throw new Error(`There is no statement ${name}.`);
    expect(statement.names.some((one) => one === 'userKey' || one === 'ownerKey')).toBe(true);
    const plan = (await planOf(statement)).split('\n');
    // Every index of what belongs to a user is entered by the user, or by a key that one row has.
    const scans = plan.filter(
      (line) => /Scan.* on (\w+)/.test(line) && OF_USERS.some((table) => new RegExp(` on ${table}( |$)`).test(line)),
    );
    const conditions = plan.filter((line) => /Index Cond:/.test(line) && /\b(user_key|key) = /.test(line));
    expect(conditions.length).toBeGreaterThanOrEqual(scans.length);
  });
});

describe('the schema', () => {
  const lookUp = async (sql: string) => [...(await database.run(sql))];

  test('has no trigger, no identity and no generated column', async () => {
    expect(await lookUp('SELECT tgname FROM pg_trigger WHERE NOT tgisinternal')).toEqual([]);
    const made = await lookUp(
      "SELECT attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND (attidentity <> '' OR attgenerated <> '')",
    );
    expect(made).toEqual([]);
  });

  test('has the user in every unique key of what belongs to a user', async () => {
    const keys = await lookUp(
      "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE 'CREATE UNIQUE%'",
    );
    const ofUsers = keys.filter(({ tablename }) => OF_USERS.includes(String(tablename)));
    expect(new Set(ofUsers.map(({ tablename }) => String(tablename)))).toEqual(new Set(OF_USERS));
    expect(ofUsers.filter(({ indexdef }) => !/\(.*\buser_key\b.*\)/.test(String(indexdef)))).toEqual([]);
  });
});
