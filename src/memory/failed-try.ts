import { isOutage, MemfuseError } from '../contract/errors.ts';
import type { OutboxTask } from '../contract/outbox.ts';
import type { Outage } from './outage.ts';
import { retryDelayMs } from './retry-delay.ts';

/** What becomes of a task whose try has failed. */
export type Verdict =
  /** It is tried again, after so many milliseconds; `attempts` counts the tries that said something about the task. */
  | { readonly what: 'again'; readonly attempts: number; readonly delayMs: number }
  /** It is replaced by two, the first ending at `lastSequence`: it is too long, or what it fails for is in one of them. */
  | { readonly what: 'split'; readonly lastSequence: number }
  /** It is one message, and given up: a dead letter. */
  | { readonly what: 'given up'; readonly attempts: number };

export interface RetrySettings {
  readonly max_retries: number;
  readonly retry_delay: number;
  readonly max_retry_delay: number;
}

/**
 * Decides on a task whose try has failed. One over too many messages is cut, which is no failure. An outage says nothing about the task, which waits as it is, however long that
 * takes. Anything else is taken for something in its messages: it is tried again with growing pauses, then cut in half
 * until the one message stands alone that it fails for.
 *
 * @param random from 0 to 1, for the jitter of pauses.
 */
export const judge = (
  task: OutboxTask,
  error: unknown,
  { settings, outage, random }: { readonly settings: RetrySettings; readonly outage: Outage; readonly random: number },
): Verdict => {
  const { cutAt } = error instanceof MemfuseError ? error.details : {};
  if (cutAt !== undefined && cutAt < task.lastSequence) return { what: 'split', lastSequence: cutAt };
  if (isOutage(error)) return { what: 'again', attempts: task.attempts, delayMs: outage.met(error) };
  const attempts = task.attempts + 1;
  if (attempts <= settings.max_retries) {
    return { what: 'again', attempts, delayMs: retryDelayMs(attempts, settings, random) };
  }
  const { firstSequence, lastSequence } = task;
  if (firstSequence === lastSequence) return { what: 'given up', attempts };
  return { what: 'split', lastSequence: Math.floor((firstSequence + lastSequence) / 2) };
};

const MAX_REASON = 500;

/** Why a try failed, as it is kept with the task. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, MAX_REASON);

/** Work that waits for others, each with a limit of its own, under a last one. Errors: `overloaded` when that is over. */
export const tookTooLong = (limitMs: number): MemfuseError =>
  new MemfuseError('overloaded', `What was made of the messages was not taken over within ${limitMs / 1_000} s.`);
