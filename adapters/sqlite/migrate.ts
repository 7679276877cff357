import { load } from 'sqlite-vec';
import { MemfuseError } from '../../src/contract/errors.ts';
import type { Connection } from './connection.ts';
import initial from './migrations/0001-initial.sql' with { type: 'text' };
import pipeline from './migrations/0002-pipeline.sql' with { type: 'text' };
import indexSegments from './migrations/0003-index-segments.sql' with { type: 'text' };
import messageVectors from './migrations/0004-message-vectors.sql' with { type: 'text' };
import dueByPriority from './migrations/0005-due-by-priority.sql' with { type: 'text' };
import outlines from './migrations/0006-outlines.sql' with { type: 'text' };
import plans from './migrations/0007-plans.sql' with { type: 'text' };
import pages from './migrations/0008-pages.sql' with { type: 'text' };
import chatTurns from './migrations/0009-chat-turns.sql' with { type: 'text' };
import speakers from './migrations/0010-speakers.sql' with { type: 'text' };
import claimsOfUsers from './migrations/0011-claims-of-users.sql' with { type: 'text' };
import removals from './migrations/0012-removals.sql' with { type: 'text' };
import queueKeys from './migrations/0013-queue-keys.sql' with { type: 'text' };
import namesAndRetractions from './migrations/0014-names-and-retractions.sql' with { type: 'text' };
import withoutOutlines from './migrations/0015-without-outlines.sql' with { type: 'text' };
import narrowIndexes from './migrations/0016-narrow-indexes.sql' with { type: 'text' };
import leases from './migrations/0017-leases.sql' with { type: 'text' };
import namesReadAnew from './migrations/0018-names-read-anew.sql' with { type: 'text' };
import retractedRanges from './migrations/0019-retracted-ranges.sql' with { type: 'text' };
import facts from './migrations/0020-facts.sql' with { type: 'text' };
import derivations from './migrations/0021-derivations.sql' with { type: 'text' };
import episodes from './migrations/0022-episodes.sql' with { type: 'text' };
import retention from './migrations/0023-retention.sql' with { type: 'text' };

/** Only ever appended to: a database remembers in `user_version` how many of these it has seen. */
export const MIGRATIONS: readonly string[] = [
  initial,
  pipeline,
  indexSegments,
  messageVectors,
  dueByPriority,
  outlines,
  plans,
  pages,
  chatTurns,
  speakers,
  claimsOfUsers,
  removals,
  queueKeys,
  namesAndRetractions,
  withoutOutlines,
  narrowIndexes,
  leases,
  namesReadAnew,
  retractedRanges,
  facts,
  derivations,
  episodes,
  retention,
];

const versionOf = (db: Connection): number => db.pragma('user_version', { simple: true }) as number;

/** Lets a file from before `without-outlines` be changed: its triggers write to a table of sqlite-vec, which goes with them. */
const loadVec0IfUsed = (db: Connection): void => {
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'message_bits'").get() === undefined) return;
  try {
    load(db);
  } catch (error) {
    const message = `The database was written by an earlier version of MemFuse, which used sqlite-vec, and sqlite-vec cannot be loaded on ${process.platform}-${process.arch}. Open it once where sqlite-vec can be: run "bun install" there. It comes for darwin-arm64, darwin-x64, linux-arm64, linux-x64 and win32-x64.`;
    throw new MemfuseError('storage_unavailable', message, {}, error);
  }
};

/**
 * Brings the schema up to date in one transaction under the write lock, so that of several processes starting at once
 * one migrates and the others find it done. Refuses a database written by a later version of the program.
 *
 * @param known the version to bring it to, for tests of databases that are older than the program.
 */
export const migrate = (db: Connection, known = MIGRATIONS.length): void => {
  const refuseLater = (version: number): void => {
    if (version <= known) return;
    throw new MemfuseError(
      'storage_unavailable',
      `The database has schema version ${version}, and this program knows versions up to ${known}. Run the program that wrote it, or a later one.`,
    );
  };
  refuseLater(versionOf(db));
  if (versionOf(db) === known) return;
  // A migration may edit the text of the schema, and sort the rows of a large table for an index.
  db.unsafeMode(true);
  db.pragma('temp_store = FILE');
  const bringUp = db.transaction(() => {
    // Another process may have been here between the look above and the lock.
    const version = versionOf(db);
    refuseLater(version);
    if (version === known) return;
    loadVec0IfUsed(db);
    for (const sql of MIGRATIONS.slice(version, known)) db.exec(sql);
    db.pragma(`user_version = ${known}`);
  });
  try {
    bringUp.immediate();
  } finally {
    db.pragma('temp_store = MEMORY');
    db.unsafeMode(false);
  }
};
