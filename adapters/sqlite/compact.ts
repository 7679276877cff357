import { existsSync, statSync } from 'node:fs';
import { fromOtherThread } from '../../src/contract/errors.ts';
import { openWorkerChannel, WorkerCallError } from '../../src/platform/worker-channel.ts';
import type { CopyHandlers } from './compact-worker.ts';
import { replacedOf, targetOf } from './copying.ts';

export interface CompactOptions {
  /** A file to copy to, which is not there yet; without, the copy takes the place of the database. */
  readonly to?: string;
  /** Instead of a copy: go on with what a damaged log held before its damage, and keep the log beside it. */
  readonly cutLog?: boolean;
  /** Told once a second how large the copy is. */
  readonly onProgress?: (bytes: number) => void;
}

const TELL_EVERY_MS = 1_000;

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

const openCopying = (file: string) =>
  openWorkerChannel<CopyHandlers>({
    name: 'copying',
    entry: new URL('./compact-worker.ts', import.meta.url),
    data: { file },
    onDeath: () => {},
  });

/**
 * Puts a copy in the place of a database that nobody has open, and keeps what was there beside it: answers where, or null
 * when there was nothing. Errors: `storage_unavailable`, with what to do.
 */
export const restoreSqlite = async (file: string, from: string): Promise<string | null> => {
  const isThere = existsSync(file);
  const channel = await openCopying(file);
  try {
    await channel.call('restore', from);
    return isThere ? replacedOf(file) : null;
  } catch (error) {
    throw error instanceof WorkerCallError ? fromOtherThread(error) : error;
  } finally {
    await channel.close();
  }
};

/**
 * Copies a database without its free pages, in a Worker. Answers how large the database was and how large the copy is, in
 * bytes. Errors: `storage_unavailable`, with what to do.
 */
export const compactSqlite = async (
  file: string,
  { to, cutLog = false, onProgress = () => {} }: CompactOptions,
): Promise<{ before: number; after: number }> => {
  const before = sizeOf(file);
  const target = to ?? targetOf(file);
  const channel = await openCopying(file);
  const telling = setInterval(() => {
    const bytes = sizeOf(target);
    if (bytes > 0) onProgress(bytes);
  }, TELL_EVERY_MS);
  try {
    if (cutLog) await channel.call('cutLog', undefined);
    else await (to === undefined ? channel.call('compact', undefined) : channel.call('copyTo', to));
    return { before, after: sizeOf(to ?? file) };
  } catch (error) {
    throw error instanceof WorkerCallError ? fromOtherThread(error) : error;
  } finally {
    clearInterval(telling);
    await channel.close();
  }
};
