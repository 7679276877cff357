import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPostgres } from '../../local/postgres-binaries.ts';
import type { Person } from '../people.ts';
import { CONTENTS } from '../workload.ts';

/** Threads of pgbench: more than one only costs the server its processors. */
const THREADS = 1;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * An add of two messages as an ordinary program would do it: a transaction for each, seven statements, prepared. It writes the
 * same rows as the store: the idempotency claim, the numbers of memory and session, messages, and the task.
 */
const scriptOf = (people: readonly Person[]): string => {
  const [{ tenantKey = 0 } = {}] = people;
  const keys = people.map(({ userKey }) => userKey);
  // Keys of users are dense: they were made one after the other.
  const [first, last] = [Math.min(...keys), Math.max(...keys)];
  const [one, two] = CONTENTS;
  return `\\set user random(${first}, ${last})
\\set claim random(1, 9000000000000000)
\\set at 1790000000000
BEGIN;
INSERT INTO idempotency (user_key, tenant_key, bound_to, method, path, claim, body_hash, ids, created_at) VALUES (:user, ${tenantKey}, 0, 'POST', 'bench', :claim::text, md5(:claim::text), '["a","b"]', :at) ON CONFLICT DO NOTHING;
UPDATE memories SET generation = generation + 1, last_key = last_key + 2 WHERE user_key = :user RETURNING generation, last_key \\gset
UPDATE sessions SET last_sequence = last_sequence + 2, last_created_at = :at WHERE user_key = :user RETURNING key AS session, last_sequence \\gset
INSERT INTO messages (user_key, key, tenant_key, session_key, sequence, round, generation, id, role, content, late, created_at, updated_at) VALUES (:user, :last_key - 1, ${tenantKey}, :session, :last_sequence - 1, :last_sequence - 1, :generation, gen_random_uuid()::text, 'user', ${quoted(one.content)}, false, :at, :at), (:user, :last_key, ${tenantKey}, :session, :last_sequence, :last_sequence - 1, :generation, gen_random_uuid()::text, 'assistant', ${quoted(two.content)}, false, :at, :at);
INSERT INTO outbox AS o (user_key, key, tenant_key, session_key, id, kind, queue_key, position, first_sequence, last_sequence, priority, state, open, next_attempt_at, created_at, updated_at) VALUES (:user, nextval('keys'), ${tenantKey}, :session, gen_random_uuid()::text, 'index', 'session:' || :session, :last_sequence - 1, :last_sequence - 1, :last_sequence, 2, 'waiting', true, :at, :at, :at) ON CONFLICT (user_key, session_key, kind) WHERE open DO UPDATE SET last_sequence = excluded.last_sequence, updated_at = excluded.updated_at;
END;
`;
};

/** A load of adds by pgbench on the people of a database. Answers adds a second. */
export const openPgbench = (url: string, folder: string, people: readonly Person[]) => {
  const file = join(folder, 'add.pgbench');
  writeFileSync(file, scriptOf(people));
  const program = join(findPostgres().folder, 'pgbench');
  return async (clients: number, durationMs: number): Promise<number> => {
    const seconds = Math.max(1, Math.round(durationMs / 1_000));
    const how = ['--no-vacuum', '--protocol=prepared', `--client=${clients}`, `--jobs=${THREADS}`, `--time=${seconds}`];
    // As the store: plans are those of the indexes, and nothing is compiled.
    const env = { ...process.env, PGOPTIONS: '-c jit=off -c enable_seqscan=off' };
    const child = Bun.spawn([program, ...how, `--file=${file}`, url], { env, stdout: 'pipe', stderr: 'pipe' });
    const [told, wrong] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    const perSecond = Number(/tps = ([\d.]+)/.exec(told)?.[1]);
    if ((await child.exited) !== 0 || !Number.isFinite(perSecond)) throw new Error(`pgbench failed:\n${wrong}`);
    return perSecond;
  };
};
