import Database from 'better-sqlite3';

export type Connection = Database.Database;

/** How long a connection waits for another process that holds the database. */
const BUSY_TIMEOUT_MS = 5_000;
const BUSY_PAUSE_MS = 10;

/** Whether another process holds the database. */
export const isBusy = (error: unknown): boolean => (error as { code?: unknown }).code === 'SQLITE_BUSY';

/** SQLite's busy handler is not asked when the journal mode changes, so this waits by itself. */
const useWal = (db: Connection): void => {
  const deadlineMs = performance.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      db.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadlineMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_PAUSE_MS);
    }
  }
};

/**
 * Moves the log into the database and empties it: what was deleted is overwritten there, and must not linger in the log.
 * False while somebody reads from the log; the next time will do.
 */
export const emptyLog = (db: Connection): boolean => {
  db.pragma('busy_timeout = 0');
  try {
    const [result] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: 0 | 1 }[];
    return result?.busy === 0;
  } finally {
    db.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  }
};

export const closeWriteConnection = (db: Connection): void => {
  if (!db.open) return;
  emptyLog(db);
  db.close();
};

/**
 * What SQLite sets aside while it works stays in memory. By default the pages that a statement changes, in case that it
 * fails, go to a file in the machine's temporary folder from 64 KB on: what is being deleted would stay on the disk there,
 * and a full /tmp would stop all writes.
 */
const withoutTemporaryFiles = (db: Connection): Connection => {
  db.pragma('temp_store = MEMORY');
  return db;
};

/**
 * The writing connection. WAL with synchronous=FULL syncs the log at each commit, which is what makes an answer of
 * 2xx durable. secure_delete overwrites what is deleted, so that forgotten text does not linger in free pages.
 */
export const openWriteConnection = (file: string): Connection => {
  const db = withoutTemporaryFiles(new Database(file, { timeout: BUSY_TIMEOUT_MS }));
  // Heard only by a file that is empty as yet; one that has it would be written to. Pages that are free can then be given
  // back while others write; adds of two messages write 1.9 % more pages for it in groups of 32, and 1.1 % more one by one.
  if (db.pragma('auto_vacuum', { simple: true }) === 0) db.pragma('auto_vacuum = INCREMENTAL');
  useWal(db);
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma('secure_delete = ON');
  return db;
};

/** A reading connection: it sees every commit made before its statement starts, and cannot write. */
export const openReadConnection = (file: string): Connection =>
  withoutTemporaryFiles(new Database(file, { readonly: true, timeout: BUSY_TIMEOUT_MS }));
