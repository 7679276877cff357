import { openWriteConnection } from '../../../adapters/sqlite/connection.ts';
import { PRIORITY } from '../../../src/contract/outbox.ts';
import type { Victim } from '../../contract/verbs.ts';

/** What a year leaves behind, around what a contract test reads and writes. */
export const A_YEAR = {
  tenants: 2_000,
  /** Each of them has talked once with the agent. */
  users: 20_000,
  agents: 5_000,
  apiKeys: 5_000,
  /** Of the user. */
  sessions: 500,
  messages: 1_000_000,
  /** Of them, those of the session. */
  sessionMessages: 100_000,
  knowledge: 50_000,
  vectors: 100_000,
  segments: 900,
  chunks: 50_000,
  /** Of them, those of the session. */
  sessionChunks: 10_000,
  retractions: 200_000,
  /** Of them, those of the user: as many as are kept. */
  userRetractions: 4_096,
  deadLetters: 100_000,
  waiting: 20_000,
  claims: 100_000,
} as const;

const { users, sessions, messages, sessionMessages, sessionChunks, userRetractions } = A_YEAR;

/** An identifier that sorts as those do that are minted one after the other. */
const id = (group: number): string => `printf('019b76da-a80${group}-7000-8000-%012x', i)`;

/** How many of what, and the rows of it: `i` counts them, from 1. */
const YEAR: readonly (readonly [number, string])[] = [
  [A_YEAR.tenants, `INSERT INTO tenants (name, created_at) NUMBERS SELECT 'tenant number ' || i, i FROM n`],
  [
    users,
    `INSERT INTO users (tenant_key, id, name, generation, created_at, updated_at)
     NUMBERS SELECT @tenant, ${id(1)}, 'user number ' || i, 9, i, i FROM n`,
  ],
  [
    A_YEAR.agents,
    `INSERT INTO agents (tenant_key, id, name, created_at, updated_at)
     NUMBERS SELECT @tenant, ${id(2)}, 'agent number ' || i, i, i FROM n`,
  ],
  [
    A_YEAR.apiKeys,
    `INSERT INTO api_keys (tenant_key, user_key, id, hash, scopes, created_at)
     NUMBERS SELECT @tenant, @user, ${id(3)}, 'hash number ' || i, '["read"]', i FROM n`,
  ],
  [
    sessions,
    `INSERT INTO sessions (tenant_key, id, user_key, agent_key, name, last_sequence, last_created_at, created_at, updated_at)
     NUMBERS SELECT @tenant, ${id(4)}, @user, @agent, 'own session number ' || i, @ownLast, ${messages}, i, i FROM n`,
  ],
  [
    users,
    `INSERT INTO sessions (tenant_key, id, user_key, agent_key, name, last_sequence, created_at, updated_at)
     NUMBERS SELECT @tenant, ${id(5)}, @users + i, @agent, 'session number ' || i, 1, i, i FROM n`,
  ],
  [
    // Each tenth is of the one session, the others' take turns.
    messages,
    `INSERT INTO messages (
       tenant_key, user_key, session_key, sequence, round, generation, id, role, content, created_at, updated_at
     ) NUMBERS SELECT @tenant, @user,
       iif(i % 10 = 0, @session, @sessions + 1 + (i - i / 10 - 1) % ${sessions}),
       iif(i % 10 = 0, @sequence + i / 10, 1 + (i - i / 10 - 1) / ${sessions}),
       iif(i % 10 = 0, @sequence + i / 10, 1 + (i - i / 10 - 1) / ${sessions}),
       @generation + i, ${id(6)}, 'user', 'this is what was said in message number ' || i, @time + i, @time + i FROM n`,
  ],
  [
    users,
    `INSERT INTO messages (
       tenant_key, user_key, session_key, sequence, round, generation, id, role, content, created_at, updated_at
     ) NUMBERS SELECT @tenant, @users + i, @sessions + ${sessions} + i, 1, 1, 1, ${id(7)}, 'user', 'hello number ' || i, i, i FROM n`,
  ],
  [
    A_YEAR.knowledge,
    `INSERT INTO knowledge (tenant_key, user_key, generation, id, content, created_at, updated_at)
     NUMBERS SELECT @tenant, @user, @generation + i, ${id(8)}, 'fact number ' || i, i, i FROM n`,
  ],
  [
    A_YEAR.vectors,
    `INSERT INTO message_vectors (message_key, tenant_key, user_key, model, generation, scale, components)
     NUMBERS SELECT @messages + i, @tenant, @user, 'model', @generation + i, 0.5, x'0102030405060708' FROM n`,
  ],
  [
    A_YEAR.segments,
    `INSERT INTO index_segments (tenant_key, user_key, first_key, last_key, maker, generation, bytes)
     NUMBERS SELECT @tenant, @user, @messages + 1 + (i - 1) * 1000, @messages + i * 1000, 'maker', @generation + ${messages},
       zeroblob(2000) FROM n`,
  ],
  [
    sessionChunks,
    `INSERT INTO chunks (
       tenant_key, user_key, session_key, id, first_sequence, last_sequence, content, strategy, token_count, model, created_at
     ) NUMBERS SELECT @tenant, @user, @session, ${id(9)}, @sequence + 1 + (i - 1) * 10, @sequence + i * 10,
       'chunk number ' || i, 'token', 9, 'model', i FROM n`,
  ],
  [
    A_YEAR.chunks - sessionChunks,
    `INSERT INTO chunks (
       tenant_key, user_key, session_key, id, first_sequence, last_sequence, content, strategy, token_count, model, created_at
     ) NUMBERS SELECT @tenant, @user, @sessions + 1 + i % ${sessions}, '0' || ${id(9)},
       1 + (i / ${sessions}) * 20, 20 + (i / ${sessions}) * 20, 'chunk of number ' || i, 'token', 9, 'model', i FROM n`,
  ],
  [
    userRetractions,
    `INSERT INTO retractions (tenant_key, user_key, generation, kind, key)
     NUMBERS SELECT @tenant, @user, @generation + ${messages} + i, 'knowledge', 1000000000 + i FROM n`,
  ],
  [
    A_YEAR.retractions - userRetractions,
    `INSERT INTO retractions (tenant_key, user_key, generation, kind, key)
     NUMBERS SELECT @tenant, @users + 1 + i % ${users}, 1 + i / ${users}, 'message', 1000000000 + i FROM n`,
  ],
  [
    A_YEAR.deadLetters,
    `INSERT INTO outbox (
       tenant_key, user_key, session_key, id, kind, first_sequence, last_sequence, priority, state, open, attempts, reason,
       next_attempt_at, created_at, updated_at, queue_key, position
     ) NUMBERS SELECT @tenant, @user, iif(i % 2 = 0, @session, @sessions + 1 + i % ${sessions}), 'd' || ${id(0)}, 'index',
       i, i, ${PRIORITY.normal}, 'failed', 0, 4, 'The model was not there.', i, i, i,
       'session:' || iif(i % 2 = 0, @session, @sessions + 1 + i % ${sessions}), i FROM n`,
  ],
  [
    A_YEAR.waiting,
    `INSERT INTO outbox (
       tenant_key, user_key, session_key, id, kind, first_sequence, last_sequence, priority, state, open, next_attempt_at,
       created_at, updated_at, queue_key, position
     ) NUMBERS SELECT @tenant, @users + i, @sessions + ${sessions} + i, 'w' || ${id(0)}, 'index', 1, 1, ${PRIORITY.normal},
       'waiting', 1, i, i, i, 'session:' || (@sessions + ${sessions} + i), 1 FROM n`,
  ],
  [
    A_YEAR.claims,
    `INSERT INTO idempotency (tenant_key, user_key, method, path, claim, body_hash, ids, created_at)
     NUMBERS SELECT @tenant, 0, 'POST', '/memories', 'claim number ' || i, 'hash', '[]', @time + i FROM n`,
  ],
  [1, `UPDATE users SET generation = @generation + ${2 * messages}, retracted = ${userRetractions} WHERE key = @user`],
  [
    1,
    `UPDATE sessions SET last_sequence = last_sequence + ${sessionMessages}, last_created_at = @time + ${messages},
       last_id = (SELECT id FROM messages WHERE session_key = @session ORDER BY sequence DESC LIMIT 1)
     WHERE key = @session`,
  ],
];

/**
 * Puts a year around a victim, in a file that nobody has open: messages of sessions that take turns, dead letters, tasks
 * that wait, and what other users and tenants stored.
 */
export const age = (file: string, { user, agent, session, world }: Victim): void => {
  const db = openWriteConnection(file);
  // In seconds: nothing is written twice, and nothing waits for the disk.
  for (const pragma of ['journal_mode = OFF', 'synchronous = OFF', 'cache_size = -400000']) db.pragma(pragma);
  const one = (sql: string, ...values: unknown[]): number =>
    db
      .prepare(sql)
      .pluck()
      .get(...values) as number;
  const last = (table: string): number => one('SELECT seq FROM sqlite_sequence WHERE name = ?', table);
  const all: Readonly<Record<string, number>> = {
    tenant: world.tenantKey,
    user: user.key,
    agent: agent.key,
    session: session.key,
    sequence: one('SELECT last_sequence FROM sessions WHERE key = ?', session.key),
    generation: one('SELECT generation FROM users WHERE key = ?', user.key),
    time: one('SELECT last_created_at FROM sessions WHERE key = ?', session.key),
    ownLast: (messages - sessionMessages) / sessions,
    users: last('users'),
    sessions: last('sessions'),
    messages: last('messages'),
  };
  const fill = db.transaction(() => {
    for (const [count, sql] of YEAR) {
      const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
      const used = [...sql.matchAll(/@(\w+)/g)].map(([, name = '']) => [name, all[name]]);
      db.prepare(sql.replace('NUMBERS', numbers)).run(Object.fromEntries(used));
    }
  });
  fill.immediate();
  db.close();
};
