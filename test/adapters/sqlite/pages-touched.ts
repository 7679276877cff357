import { existsSync, readFileSync } from 'node:fs';

const COUNTS = '/proc/thread-self/io';
const PAGE_BYTES = 4_096;

/** Only Linux counts the bytes that a thread asks for. */
export const canCountPages = existsSync(COUNTS);

/** Bytes that this thread has read and written so far, from whatever file, whether or not a disk was needed. */
const bytes = (): { readonly read: number; readonly written: number } => {
  const counts = readFileSync(COUNTS, 'utf8');
  const countOf = (name: string): number => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(counts)?.[1]);
  return { read: countOf('rchar'), written: countOf('wchar') };
};

export interface PagesTouched {
  readonly read: number;
  readonly written: number;
}

/**
 * Pages that are read from files and written to them on this thread meanwhile. A connection that has just been opened holds
 * none, so that each that it needs is read once: a count of what is visited that is the same on every machine.
 */
export const pagesTouched = async (run: () => unknown): Promise<PagesTouched> => {
  const before = bytes();
  await run();
  const after = bytes();
  return {
    read: Math.floor((after.read - before.read) / PAGE_BYTES),
    written: Math.floor((after.written - before.written) / PAGE_BYTES),
  };
};
