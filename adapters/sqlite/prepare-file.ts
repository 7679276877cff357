import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { openWriteConnection } from './connection.ts';
import { migrate } from './migrate.ts';

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

/** Makes the folder and the file when they are missing, and brings the schema up to date. */
export const prepareFile = (file: string): void => {
  mkdirSync(dirname(file), { recursive: true, mode: OWN_FOLDER });
  makeFile(file);
  closeToOthers(file);
  const db = openWriteConnection(file);
  try {
    migrate(db);
  } finally {
    db.close();
  }
};
