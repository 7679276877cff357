import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { MIGRATIONS } from '../../adapters/sqlite/migrate.ts';
import { benchFolder } from './server-process.ts';
import { CONTENTS, SESSIONS } from './workload.ts';

export interface BareEngine {
  /** Adds rounds of two messages in groups of `group` for a while; latencies are those of the groups' commits. */
  run(group: number, durationMs: number): { perSecond: number; latenciesMs: Float64Array };
  close(): void;
}

/**
 * The baseline of adding: better-sqlite3 doing the inserts of the product by itself. Same schema, same indexes, same
 * pragmas, the same row of the outbox, a savepoint a request and one commit for as many requests as there are clients; no HTTP, no validation, no
 * other thread.
 */
export const openBareEngine = (): BareEngine => {
  const folder = benchFolder();
  const db = new Database(join(folder, 'bare.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma('secure_delete = ON');
  // As `migrate` does: a migration writes to the schema itself.
  db.unsafeMode(true);
  for (const sql of MIGRATIONS) db.exec(sql);
  db.unsafeMode(false);
  db.exec(`INSERT INTO tenants (key, name, created_at) VALUES (1, 'default', 0);
    INSERT INTO agents (key, tenant_key, id, name, created_at, updated_at) VALUES (1, 1, 'a', 'a', 0, 0)`);
  for (let key = 1; key <= SESSIONS; key += 1) {
    db.prepare('INSERT INTO users (key, tenant_key, id, name, created_at, updated_at) VALUES (?, 1, ?, ?, 0, 0)').run(
      key,
      `u${key}`,
      `u${key}`,
    );
    db.prepare(
      'INSERT INTO sessions (key, tenant_key, id, user_key, agent_key, name, created_at, updated_at) VALUES (?, 1, ?, ?, 1, ?, 0, 0)',
    ).run(key, `s${key}`, key, `s${key}`);
  }
  const [begin, commit] = [db.prepare('BEGIN IMMEDIATE'), db.prepare('COMMIT')];
  const [savepoint, release] = [db.prepare('SAVEPOINT request'), db.prepare('RELEASE request')];
  const take = db.prepare(
    `UPDATE sessions SET last_sequence = last_sequence + 2,
       late_from = CASE WHEN late_from IS NULL AND NOT (1 AND ? >= last_created_at AND ? > last_id) THEN last_sequence + 1
         ELSE late_from END,
       last_created_at = max(last_created_at, ?), last_id = max(last_id, ?)
     WHERE id = ? AND tenant_key = 1 RETURNING key, user_key, last_sequence`,
  );
  const bump = db.prepare('UPDATE users SET generation = generation + 1 WHERE key = ? RETURNING generation');
  const insert = db.prepare(
    `INSERT INTO messages (tenant_key, user_key, session_key, sequence, round, generation, id, role, content, name,
       metadata, created_at, updated_at)
     VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?, ?)`,
  );
  const extend = db.prepare(
    `INSERT INTO outbox (tenant_key, user_key, session_key, id, kind, first_sequence, last_sequence, priority, state, open,
       next_attempt_at, created_at, updated_at)
     VALUES (1, ?, ?, ?, 'index', ?, ?, 2, 'waiting', 1, ?, ?, ?)
     ON CONFLICT (session_key, kind) WHERE open = 1 DO UPDATE SET last_sequence = excluded.last_sequence,
       priority = max(priority, excluded.priority), updated_at = excluded.updated_at
     RETURNING key, id, first_sequence, last_sequence, priority, attempts, next_attempt_at`,
  );
  let next = 0;

  const addRound = (): void => {
    const now = Date.now();
    savepoint.run();
    next += 1;
    const ids = [Bun.randomUUIDv7(), Bun.randomUUIDv7()] as const;
    const session = take.get(now, ids[0], now, ids[1], `s${1 + (next % SESSIONS)}`) as {
      key: number;
      user_key: number;
      last_sequence: number;
    };
    const { generation } = bump.get(session.user_key) as { generation: number };
    const first = session.last_sequence - 1;
    CONTENTS.forEach(({ role, content }, i) => {
      insert.run(session.user_key, session.key, first + i, first, generation, ids[i], role, content, now, now);
    });
    extend.get(session.user_key, session.key, Bun.randomUUIDv7(), first, first + 1, now, now, now);
    release.run();
  };

  return {
    run: (group, durationMs) => {
      const latencies: number[] = [];
      const startedMs = performance.now();
      let rounds = 0;
      while (performance.now() - startedMs < durationMs) {
        const groupStartedMs = performance.now();
        begin.run();
        for (let i = 0; i < group; i += 1) addRound();
        commit.run();
        rounds += group;
        latencies.push(performance.now() - groupStartedMs);
      }
      return {
        perSecond: (rounds * 1_000) / (performance.now() - startedMs),
        latenciesMs: Float64Array.from(latencies),
      };
    },
    close: () => {
      db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
