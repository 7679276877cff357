import { isOutage, MemfuseError } from '../contract/errors.ts';
import { NOTICES } from '../contract/kinds.ts';
import type { OutboxTask } from '../contract/outbox.ts';
import { NotYet } from './not-yet.ts';
import type { Outage } from './outage.ts';
import { retryDelayMs } from './retry-delay.ts';

/** What follows a failed try of a task. */
export type Verdict =
  /** The task is tried again after `delayMs`. `attempts` counts the tries that failed because of the task, and none of an outage. */
  | { readonly what: 'again'; readonly attempts: number; readonly delayMs: number }
  /** The task is split after `lastSequence`, because its range is too long, or to find the message that it fails for. */
  | { readonly what: 'split'; readonly lastSequence: number }
  /** The task has one message, or splitting it helps nobody, and is failed. */
  | { readonly what: 'given up'; readonly attempts: number };

export interface RetrySettings {
  readonly max_retries: number;
  readonly retry_delay: number;
  readonly max_retry_delay: number;
}

/**
 * Decides what follows a failed try. A task of too many messages is split, which is no failure. After an outage, which says
 * nothing about the task, the task waits unchanged for as long as the outage lasts. For any other error its messages are taken
 * to be the cause: it is tried again with growing pauses, then split in half until a task has the one message that it fails for. Of a
 * notice the one who is told is the cause, so it is given up as a whole.
 *
 * @param random from 0 to 1, for the jitter of pauses.
 */
export const judge = (
  task: OutboxTask,
  error: unknown,
  { settings, outage, random }: { readonly settings: RetrySettings; readonly outage: Outage; readonly random: number },
): Verdict => {
  const { cutAt, isFinal = false } = error instanceof MemfuseError ? error.details : {};
  if (cutAt !== undefined && cutAt < task.lastSequence) return { what: 'split', lastSequence: cutAt };
  if (error instanceof NotYet) return { what: 'again', attempts: task.attempts, delayMs: error.delayMs };
  if (isOutage(error)) return { what: 'again', attempts: task.attempts, delayMs: outage.met(error) };
  const attempts = task.attempts + 1;
  if (attempts <= settings.max_retries && !isFinal) {
    return { what: 'again', attempts, delayMs: retryDelayMs(attempts, settings, random) };
  }
  const { firstSequence, lastSequence } = task;
  if (firstSequence === lastSequence || isFinal || task.kind === NOTICES) return { what: 'given up', attempts };
  return { what: 'split', lastSequence: Math.floor((firstSequence + lastSequence) / 2) };
};

const MAX_REASON = 500;

/** Why a try failed, as it is saved with the task. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, MAX_REASON);

/** The error of a delivery that took longer than its limit. */
export const tookTooLong = (limitMs: number): MemfuseError =>
  new MemfuseError('overloaded', `The result of the task was not delivered within ${limitMs / 1_000} s.`);
