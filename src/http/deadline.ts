import type { Scheduler } from '../platform/scheduler.ts';

/** Until when a request has to be answered with what there is. */
export interface Deadline {
  readonly isOver: boolean;
  /**
   * What the work comes to, or what there is instead when time is up; then it is not even begun. Errors: those of the work,
   * when it ends in time.
   */
  orElse<T>(work: () => Promise<T>, instead: () => T): Promise<T>;
}

/** Answers a request within so many milliseconds; null is any time. */
export const withDeadline = async <T>(
  ms: number | null,
  scheduler: Scheduler,
  answer: (deadline: Deadline) => Promise<T>,
): Promise<T> => {
  const over = Promise.withResolvers<null>();
  let isOver = false;
  const end = (): void => {
    isOver = true;
    over.resolve(null);
  };
  const cancel = ms === null ? () => {} : scheduler.after(ms, end);
  const deadline: Deadline = {
    get isOver() {
      return isOver;
    },
    orElse: async (work, instead) => {
      if (isOver) return instead();
      const first = await Promise.race([work().then((value) => ({ value })), over.promise]);
      return first ? first.value : instead();
    },
  };
  return answer(deadline).finally(cancel);
};
