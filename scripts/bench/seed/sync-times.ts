import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const PAGE_BYTES = 4_096;

/** Milliseconds of a write of a page and its fsync to a file in a folder: what a commit costs at the least there. */
export const syncTimes = (folder: string, times: number): number[] => {
  const file = openSync(join(folder, 'sync'), 'w');
  const page = Buffer.alloc(PAGE_BYTES, 1);
  const durations = Array.from({ length: times }, (_, i) => {
    const startedMs = performance.now();
    writeSync(file, page, 0, page.length, i * page.length);
    fsyncSync(file);
    return performance.now() - startedMs;
  });
  closeSync(file);
  return durations;
};
