import { chmodSync, closeSync, mkdirSync, openSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { MemfuseError } from '../../src/contract/errors.ts';
import { type Connection, openWriteConnection } from './connection.ts';
import { identityOf, type PreparedFile } from './file-watch.ts';
import { findLogDamage } from './log-check.ts';
import { migrate } from './migrate.ts';
import { damaged, damagedLog } from './open-failure.ts';

/** What is stored is its owner's: nobody else reads the folder or the files. */
const OWN_FOLDER = 0o700;
const OWN_FILE = 0o600;
const EVERYBODY = 0o007;

/** SQLite gives the log and the shared memory beside a file the rights that the file has. */
const PARTS = ['', '-wal', '-shm'] as const;

/** Makes an empty file, if there is none. */
const makeFile = (file: string): void => {
  try {
    closeSync(openSync(file, 'wx', OWN_FILE));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
};

/** Takes files that every account of the machine can read from all but their owner; rights that were chosen stay. */
const closeToOthers = (file: string): void => {
  for (const part of PARTS) {
    const found = statSync(`${file}${part}`, { throwIfNoEntry: false });
    if (!found?.isFile() || (found.mode & EVERYBODY) === 0) continue;
    try {
      chmodSync(`${file}${part}`, OWN_FILE);
    } catch (error) {
      // Another account owns the file, and lets this one use it.
      if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    }
  }
};

/** Larger files are not read from end to end for a start: what is damaged in them is told of when it is met. */
const CHECKED_BYTES = 64 * 1_024 * 1_024;

/** Errors: the structure of the file is broken, or rows are not what their tables hold. */
const assertSound = (db: Connection, file: string): void => {
  if (statSync(file).size > CHECKED_BYTES) return;
  const finding = db.pragma('quick_check(1)', { simple: true }) as string;
  if (finding !== 'ok') throw damaged(file, finding.replaceAll(/\s+/g, ' '));
};

const orForeign = (file: string, bringUp: () => void): void => {
  try {
    bringUp();
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'SQLITE_ERROR') throw error;
    const reason = (error as Error).message;
    const message = `The database ${file} cannot be brought up to date: ${reason}. It was written by another program, or is damaged.`;
    throw new MemfuseError('storage_unavailable', message, {}, error);
  }
};

/**
 * Makes the folder and the file when they are missing, and brings the schema up to date.
 * Errors: the file or its log is damaged.
 */
export const prepareFile = (file: string): PreparedFile => {
  mkdirSync(dirname(file), { recursive: true, mode: OWN_FOLDER });
  makeFile(file);
  const path = realpathSync(file);
  closeToOthers(path);
  const identity = identityOf(file);
  // Before it is opened: SQLite takes a damaged log for one that ends there, and the last to close it removes it.
  const damage = findLogDamage(`${path}-wal`);
  if (damage) throw damagedLog(path, damage);
  const db = openWriteConnection(file);
  try {
    orForeign(file, () => migrate(db));
    assertSound(db, file);
  } finally {
    db.close();
  }
  return { path, identity };
};
