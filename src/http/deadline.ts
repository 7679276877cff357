import { MemfuseError } from '../contract/errors.ts';
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

/** What a request may take beyond its deadline, for the look-ups without which there is no answer at all. */
const GRACE_MS = 40;

/** The deadlines of a question, from when its body was read: for what an answer can be without, and for what it cannot. */
export interface QuestionDeadlines {
  readonly inTime: Deadline;
  readonly atLast: Deadline;
}

const NEVER: Deadline = { isOver: false, orElse: (work) => work() };
/** Those of a request that may take any time. */
export const NO_DEADLINES: QuestionDeadlines = { inTime: NEVER, atLast: NEVER };

/** Answers a question within so many milliseconds from now and a few more, whatever hangs behind it; null is any time. */
export const withQuestionDeadline = <T>(
  ms: number | null,
  scheduler: Scheduler,
  answer: (deadlines: QuestionDeadlines) => Promise<T>,
): Promise<T> =>
  ms === null
    ? answer(NO_DEADLINES)
    : withDeadline(ms, scheduler, (inTime) =>
        withDeadline(ms + GRACE_MS, scheduler, (atLast) => answer({ inTime, atLast })),
      );

/** In place of what a question cannot be answered without. Errors: `overloaded`. */
export const tooLate = (ms: number | null): never => {
  const message = `deadline_ms ${ms}: the database did not answer in time. Send the request again, or allow more.`;
  throw new MemfuseError('overloaded', message, { retryAfterS: 1 });
};
