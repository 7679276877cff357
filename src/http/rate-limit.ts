import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Settings } from '../config/schema.ts';
import type { Clock } from '../platform/clock.ts';
import type { HttpContext } from './context.ts';
import { RefusalError } from './errors.ts';

const WINDOW_S = 60;

export interface RateLimiter {
  /** Counts a request against `key` and files the headers that say what is left. Errors: 429 when nothing is. */
  count(c: HttpContext, key: string): Promise<void>;
  /**
   * Serves a request that was counted, unless its key has too many under way; one that was not, as a call from within is
   * not, at once. Errors: 429; those of the work.
   */
  during<T>(c: HttpContext, work: () => Promise<T>): Promise<T>;
}

const tooMany = (message: string, text: string, retryAfterS: number): RefusalError =>
  new RefusalError({
    status: 429,
    message,
    errors: [{ field: 'general', message: text }],
    headers: { 'Retry-After': String(retryAfterS) },
  });

/**
 * Fixed windows of a minute, in memory, counted by rate-limiter-flexible, which also forgets keys that fell silent; and a
 * bound on what one key has under way.
 */
export const createRateLimiter = (settings: () => Settings['server'], clock: Clock): RateLimiter => {
  const limiter = new RateLimiterMemory({ points: settings().rate_limit_per_minute, duration: WINDOW_S });
  const underWay = new Map<string, number>();

  const headersFor = ({ remainingPoints, msBeforeNext }: RateLimiterRes): Record<string, string> => ({
    'X-RateLimit-Limit': String(settings().rate_limit_per_minute),
    'X-RateLimit-Remaining': String(Math.max(0, remainingPoints)),
    'X-RateLimit-Reset': String(Math.ceil((clock.now() + msBeforeNext) / 1_000)),
  });

  return {
    count: async (c, key) => {
      limiter.points = settings().rate_limit_per_minute;
      c.set('limitKey', key);
      try {
        c.set('answerHeaders', headersFor(await limiter.consume(key)));
      } catch (rejected) {
        if (!(rejected instanceof RateLimiterRes)) throw rejected;
        c.set('answerHeaders', headersFor(rejected));
        const retryAfterS = Math.max(1, Math.ceil(rejected.msBeforeNext / 1_000));
        throw tooMany('Rate limit exceeded', 'Too many requests, please try again later', retryAfterS);
      }
    },
    during: async (c, work) => {
      const key = c.get('limitKey');
      if (key === undefined) return work();
      const most = settings().max_concurrent_requests;
      const before = underWay.get(key) ?? 0;
      if (before >= most) {
        throw tooMany(
          'Too many concurrent requests',
          `${most} requests are under way already, please try again later`,
          1,
        );
      }
      underWay.set(key, before + 1);
      try {
        return await work();
      } finally {
        const left = (underWay.get(key) ?? 1) - 1;
        if (left === 0) underWay.delete(key);
        else underWay.set(key, left);
      }
    },
  };
};
