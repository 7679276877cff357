import { MemfuseError } from '../../src/contract/errors.ts';
import type { Connection } from './connection.ts';
import initial from './migrations/0001-initial.sql' with { type: 'text' };

/** Only ever appended to: a database remembers in `user_version` how many of these it has seen. */
export const MIGRATIONS: readonly string[] = [initial];

const versionOf = (db: Connection): number => db.pragma('user_version', { simple: true }) as number;

/**
 * Brings the schema up to date in one transaction under the write lock, so that of several processes starting at once
 * one migrates and the others find it done. Refuses a database written by a later version of the program.
 */
export const migrate = (db: Connection): void => {
  const known = MIGRATIONS.length;
  const before = versionOf(db);
  if (before > known) {
    throw new MemfuseError(
      'storage_unavailable',
      `The database has schema version ${before}, and this program knows versions up to ${known}. Run the program that wrote it, or a later one.`,
    );
  }
  if (before === known) return;
  db.transaction(() => {
    for (const sql of MIGRATIONS.slice(versionOf(db))) db.exec(sql);
    db.pragma(`user_version = ${known}`);
  }).immediate();
};
