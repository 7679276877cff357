import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Clock } from '../platform/clock.ts';
import type { HttpContext } from './context.ts';
import { RefusalError } from './errors.ts';

const WINDOW_S = 60;

export interface RateLimiter {
  /** Counts a request against `key` and files the headers that say what is left. Errors: 429 when nothing is. */
  count(c: HttpContext, key: string): Promise<void>;
}

/** Fixed windows of a minute, in memory, counted by rate-limiter-flexible, which also forgets keys that fell silent. */
export const createRateLimiter = (limit: () => number, clock: Clock): RateLimiter => {
  const limiter = new RateLimiterMemory({ points: limit(), duration: WINDOW_S });

  const headersFor = ({ remainingPoints, msBeforeNext }: RateLimiterRes): Record<string, string> => ({
    'X-RateLimit-Limit': String(limit()),
    'X-RateLimit-Remaining': String(Math.max(0, remainingPoints)),
    'X-RateLimit-Reset': String(Math.ceil((clock.now() + msBeforeNext) / 1_000)),
  });

  return {
    count: async (c, key) => {
      limiter.points = limit();
      try {
        c.set('answerHeaders', headersFor(await limiter.consume(key)));
      } catch (rejected) {
        if (!(rejected instanceof RateLimiterRes)) throw rejected;
        c.set('answerHeaders', headersFor(rejected));
        throw new RefusalError({
          status: 429,
          message: 'Rate limit exceeded',
          errors: [{ field: 'general', message: 'Too many requests, please try again later' }],
          headers: { 'Retry-After': String(Math.max(1, Math.ceil(rejected.msBeforeNext / 1_000))) },
        });
      }
    },
  };
};
