/** Asked at the least, however long they take. */
const LEAST = 5;

interface Limits<R> {
  /** Ends early when all of the work together takes longer. */
  readonly budgetMs?: number;
  /** Which times count, by what came of the work; all of them when left out. */
  readonly counts?: (outcome: R) => boolean;
}

/** Milliseconds of each piece of work, one after the other. */
export const timeEach = async <T, R>(
  items: readonly T[],
  work: (item: T) => R | Promise<R>,
  { budgetMs = Number.POSITIVE_INFINITY, counts = () => true }: Limits<R> = {},
): Promise<number[]> => {
  const times: number[] = [];
  const startedMs = performance.now();
  for (const item of items) {
    const beforeMs = performance.now();
    const outcome = await work(item);
    const nowMs = performance.now();
    if (counts(outcome)) times.push(nowMs - beforeMs);
    if (times.length >= LEAST && nowMs - startedMs > budgetMs) break;
  }
  return times;
};
