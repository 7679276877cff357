import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

const OWN_DESCRIPTORS = ['/proc/self/fd', '/dev/fd'] as const;

/** What the operating system says of the descriptors of this process. */
export interface DescriptorTable {
  /** How many there may be; null when that is not known, or without a limit. */
  readonly limit: number | null;
  /** How many are taken at the least: the lowest number that is free. Infinite when none is. */
  lowestFree(): number;
  /** How many are taken. */
  count(): number;
  /** How many event loops there are: each thread of Bun has one. */
  loops(): number;
}

/** What a loop is woken by, which it makes last. */
const WAKER = 'anon_inode:[eventfd]';

/** How many descriptors of a process refer to that. Infinite when there is none left to look with. */
const countOf = (target: string): number => {
  const [folder] = OWN_DESCRIPTORS;
  const refers = (descriptor: string): boolean => {
    try {
      return readlinkSync(`${folder}/${descriptor}`) === target;
    } catch {
      // It was closed meanwhile.
      return false;
    }
  };
  try {
    return readdirSync(folder).filter(refers).length;
  } catch (error) {
    if (isExhaustion(error)) return Number.POSITIVE_INFINITY;
    throw error;
  }
};

const limitOfProcess = (): number | null => {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return limit === undefined ? null : Number(limit);
  } catch {
    // Not Linux. Where the limit is not known nobody is refused.
    return null;
  }
};

/** Whether something failed because there was no descriptor left for it. */
export const isExhaustion = (error: unknown): boolean =>
  ['EMFILE', 'ENFILE'].includes((error as NodeJS.ErrnoException).code ?? '');

/** Those of this process, on Linux. Elsewhere no limit is known. */
export const systemDescriptors = (): DescriptorTable => ({
  limit: limitOfProcess(),
  // The system gives out the lowest that is free, so opening something tells it, in microseconds.
  lowestFree: () => {
    try {
      const descriptor = openSync('/dev/null', 'r');
      closeSync(descriptor);
      return descriptor;
    } catch (error) {
      if (isExhaustion(error)) return Number.POSITIVE_INFINITY;
      throw error;
    }
  },
  count: () => {
    for (const folder of OWN_DESCRIPTORS) {
      try {
        return readdirSync(folder).length;
      } catch (error) {
        if (isExhaustion(error)) return Number.POSITIVE_INFINITY;
      }
    }
    return 0;
  },
  loops: () => countOf(WAKER),
});
