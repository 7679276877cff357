import {
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statfsSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { MemfuseError } from '../../src/contract/errors.ts';
import { type Connection, isBusy, openWriteConnection } from './connection.ts';
import { isDiskFull } from './errors.ts';
import { inspectSqlite } from './inspecting.ts';
import { findLogDamage } from './log-check.ts';
import { damaged, damagedLog, isDamage } from './open-failure.ts';

/** Only its owner reads a copy. */
const OWN_FILE = 0o600;
/** How long another process may take to close the database. */
const BUSY_TIMEOUT_MS = 1_000;

const refuse = (message: string, cause?: unknown): MemfuseError =>
  new MemfuseError('storage_unavailable', message, {}, cause);

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1_000_000).toLocaleString('en-US')} MB`;

/** Writes what is stored to an empty file, in order and without free pages, as it stands now. */
const copyInto = (db: Connection, file: string, target: string): void => {
  try {
    db.prepare('VACUUM INTO ?').run(target);
  } catch (error) {
    if (isDamage(error)) throw damaged(file, (error as Error).message, error);
    throw isDiskFull(error) ? refuse(`There is no more room for ${target}. Nothing was changed.`, error) : error;
  }
};

/** What is in it, or for a folder the names in it, is on the disk. */
const sync = (path: string): void => {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};

const make = (target: string, mode: number): void => {
  const fd = openSync(target, 'wx', mode);
  try {
    // Whatever this process keeps from the files that it makes.
    fchmodSync(fd, mode);
  } finally {
    closeSync(fd);
  }
};

const assertRoom = (db: Connection, folder: string): void => {
  const of = (pragma: string): number => db.pragma(pragma, { simple: true }) as number;
  const needed = (of('page_count') - of('freelist_count')) * of('page_size');
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize > needed) return;
  throw refuse(
    `There is no room for a copy of ${megabytes(needed)} in ${folder}: ${megabytes(bavail * bsize)} are free. Nothing was changed.`,
  );
};

const assertLogSound = (file: string): void => {
  const damage = findLogDamage(`${file}-wal`);
  if (damage) throw damagedLog(file, damage);
};

/** Copies what is stored into a new file, also while others write. Errors: `storage_unavailable`. */
export const copyTo = (file: string, target: string): void => {
  assertLogSound(file);
  const db = openWriteConnection(file);
  try {
    assertRoom(db, dirname(target));
    try {
      make(target, OWN_FILE);
    } catch (error) {
      const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
      throw refuse(isThere ? `${target} is there already. Name a file that is not.` : (error as Error).message, error);
    }
    try {
      copyInto(db, file, target);
      sync(target);
      sync(dirname(target));
    } catch (error) {
      rmSync(target, { force: true });
      throw error;
    }
  } finally {
    db.close();
  }
};

/** Opens a database that nobody else has open, and lets nobody else open it. Nothing is left in its log then. */
const openAlone = (file: string, onFailure = () => {}): Connection => {
  const db = new Database(file, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = DELETE');
    db.exec('BEGIN EXCLUSIVE; COMMIT');
    return db;
  } catch (error) {
    db.close();
    onFailure();
    if (isBusy(error)) {
      const message = `Another process has ${file} open. Stop the server first; a copy for keeping, by --to FILE, can be made while it runs.`;
      throw refuse(message, error);
    }
    throw isDamage(error) ? damaged(file, (error as Error).message, error) : error;
  }
};

/** The new file belongs to whom the old one does. */
const giveTo = (target: string, { uid, gid }: Stats): void => {
  const made = statSync(target);
  if (made.uid === uid && made.gid === gid) return;
  try {
    chownSync(target, uid, gid);
  } catch (error) {
    throw refuse('The database belongs to another account. Run this as that account. Nothing was changed.', error);
  }
};

/** Where a damaged log is kept. */
export const damagedLogOf = (file: string): string => `${file}-wal.damaged`;

/** Where the smaller file is made, before it takes the place of the larger. */
export const targetOf = (file: string): string => `${realpathSync(file)}-compact`;

/**
 * Keeps a damaged log in a copy, and moves what stands in it before the damage into the database. Errors:
 * `storage_unavailable`, also when the log is sound.
 */
export const cutLog = (named: string): void => {
  const file = realpathSync(named);
  if (!findLogDamage(`${file}-wal`)) throw refuse(`The log of ${file} is not damaged: there is nothing to cut.`);
  try {
    copyFileSync(`${file}-wal`, damagedLogOf(file), constants.COPYFILE_EXCL);
    sync(damagedLogOf(file));
  } catch (error) {
    throw refuse(`The damaged log cannot be kept: ${(error as Error).message}. Nothing was changed.`, error);
  }
  openAlone(file, () => {
    if (findLogDamage(`${file}-wal`)) rmSync(damagedLogOf(file));
  }).close();
};

/**
 * Puts a file without free pages in the place of a database that nobody has open. Whatever stops it, the one or the other
 * is there and whole. Errors: `storage_unavailable`.
 */
export const compact = (named: string): void => {
  const file = realpathSync(named);
  const target = targetOf(file);
  assertLogSound(file);
  const db = openAlone(file);
  try {
    // One that was stopped half-way.
    rmSync(target, { force: true });
    assertRoom(db, dirname(file));
    const found = statSync(file);
    make(target, found.mode & 0o777);
    try {
      giveTo(target, found);
      // Files of earlier versions can give pages back while they are served from then on.
      db.pragma('auto_vacuum = INCREMENTAL');
      copyInto(db, file, target);
      sync(target);
      // One that was read last by who may not write leaves it behind. Nobody can have it open.
      rmSync(`${file}-shm`, { force: true });
      renameSync(target, file);
    } catch (error) {
      rmSync(target, { force: true });
      throw error;
    }
    sync(dirname(file));
  } finally {
    db.close();
  }
};

/** The file that a restore leaves of what was there before. */
export const replacedOf = (file: string): string => `${file}.before-restore`;

/**
 * Puts a copy in the place of a database that nobody has open; what was there is kept beside it. Whatever stops it, the one
 * or the other is there and whole. Errors: `storage_unavailable`.
 */
export const restore = (file: string, from: string): void => {
  const { problem } = inspectSqlite(from);
  if (problem !== null) throw refuse(`${problem} Nothing was changed.`);
  const target = targetOf(file);
  const replaced = replacedOf(file);
  const isThere = existsSync(file);
  if (isThere && existsSync(replaced)) {
    throw refuse(`${replaced} is left of an earlier restore. Remove or rename it, then restore again.`);
  }
  const db = isThere ? openAlone(file) : null;
  try {
    rmSync(target, { force: true });
    make(target, OWN_FILE);
    try {
      copyFileSync(from, target);
      sync(target);
      if (isThere) renameSync(file, replaced);
      renameSync(target, file);
    } catch (error) {
      rmSync(target, { force: true });
      if (isThere && !existsSync(file)) renameSync(replaced, file);
      throw isDiskFull(error) ? refuse(`There is no more room for ${target}. Nothing was changed.`, error) : error;
    }
    sync(dirname(file));
  } finally {
    db?.close();
  }
};
