import { MemfuseError } from '../../src/contract/errors.ts';
import { isBusy } from './connection.ts';
import type { LogDamage } from './log-check.ts';

/** Whether it is the file that is wrong, and not the way to it. */
export const isDamage = (error: unknown): boolean =>
  /^SQLITE_(CORRUPT|NOTADB)/.test(String((error as { code?: unknown }).code));

const wayBack = (file: string): string =>
  `To restore it, stop all that uses it, put a copy in its place, remove ${file}-wal and ${file}-shm, and start again; "bun run compact --help" says how to make copies.`;

/** Errors: what is there is no database, or no longer. */
export const damaged = (file: string, reason: string, cause?: unknown): MemfuseError =>
  new MemfuseError(
    'storage_unavailable',
    `The database ${file} is damaged, or is no database: ${reason}. ${wayBack(file)}`,
    {},
    cause,
  );

/** Errors: commits that were answered would be passed over. */
export const damagedLog = (file: string, { frame, commits }: LogDamage): MemfuseError =>
  new MemfuseError(
    'storage_unavailable',
    `The log ${file}-wal is damaged at frame ${frame}: ${commits} commits at or behind it were answered and cannot be read. Nothing was changed. ${wayBack(file)} To go on with what was stored before them, run "bun run compact --cut-log", which keeps the damaged log in a copy.`,
  );

/** Opens, and says of a failure what it is of and what the person at the terminal can do. */
export const orExplain = <T>(file: string, open: () => T): T => {
  try {
    return open();
  } catch (error) {
    if (error instanceof MemfuseError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    if (isDamage(error)) throw damaged(file, reason, error);
    if (isBusy(error)) {
      const message = `The database ${file} is held by another process, such as "bun run compact". Start again when that is done.`;
      throw new MemfuseError('storage_unavailable', message, {}, error);
    }
    const message = `The database ${file} cannot be opened: ${reason}. Check that the folder exists and can be written.`;
    throw new MemfuseError('storage_unavailable', message, {}, error);
  }
};
