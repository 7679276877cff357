import { MemfuseError } from '../../src/contract/errors.ts';
import type { Client } from './client.ts';
import initial from './migrations/0001-initial.sql' with { type: 'text' };
import facts from './migrations/0002-facts.sql' with { type: 'text' };
import derivations from './migrations/0003-derivations.sql' with { type: 'text' };
import episodes from './migrations/0004-episodes.sql' with { type: 'text' };
import retention from './migrations/0005-retention.sql' with { type: 'text' };

/** Only ever appended to: a database remembers in `schema_versions` how many of these it has seen. */
export const MIGRATIONS: readonly string[] = [initial, facts, derivations, episodes, retention];

/** Of the lock that one process holds while it migrates: "memfuse" in ASCII. */
const LOCK = '30795317520430949';

const versionIn = async (client: Client): Promise<number> => {
  const { rows } = await client.query("SELECT to_regclass('schema_versions') IS NOT NULL AS exists");
  if (rows[0]?.['exists'] !== true) return 0;
  const found = await client.query('SELECT coalesce(max(version), 0)::bigint AS version FROM schema_versions');
  return Number(found.rows[0]?.['version']);
};

/**
 * Brings the schema up to date in one transaction under an advisory lock, so that of several processes starting at once one
 * migrates and the others find it done. Refuses a database written by a later version of the program.
 *
 * @param known the version to bring it to, for tests of databases that are older than the program.
 */
export const migrate = async (client: Client, known = MIGRATIONS.length): Promise<void> => {
  const isDone = (version: number): boolean => {
    if (version <= known) return version === known;
    throw new MemfuseError(
      'storage_unavailable',
      `The database has schema version ${version}, and this program knows versions up to ${known}. Run the program that wrote it, or a later one.`,
    );
  };
  if (isDone(await versionIn(client))) return;
  await client.command('BEGIN');
  try {
    // Postgres ends a statement that waits too long; others may be migrating a large database.
    await client.command(
      `SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock(${LOCK})`,
    );
    const version = await versionIn(client);
    if (!isDone(version)) {
      await client.command('CREATE TABLE IF NOT EXISTS schema_versions (version bigint PRIMARY KEY)');
      for (const sql of MIGRATIONS.slice(version, known)) await client.command(sql);
      await client.query('INSERT INTO schema_versions (version) VALUES ($1)', [known]);
    }
    await client.command('COMMIT');
  } catch (error) {
    await client.command('ROLLBACK').catch(() => client.destroy());
    throw error;
  }
};
