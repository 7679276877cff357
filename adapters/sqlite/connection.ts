import Database from 'better-sqlite3';

export type Connection = Database.Database;

/** How long a connection waits for another process that holds the database. */
const BUSY_TIMEOUT_MS = 5_000;

/**
 * The writing connection. WAL with synchronous=FULL syncs the log at each commit, which is what makes an answer of
 * 2xx durable. secure_delete overwrites what is deleted, so that forgotten text does not linger in free pages.
 */
export const openWriteConnection = (file: string): Connection => {
  const db = new Database(file, { timeout: BUSY_TIMEOUT_MS });
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma('secure_delete = ON');
  return db;
};

/** A reading connection: it sees every commit made before its statement starts, and cannot write. */
export const openReadConnection = (file: string): Connection =>
  new Database(file, { readonly: true, timeout: BUSY_TIMEOUT_MS });
