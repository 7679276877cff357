import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Settings } from '../config/schema.ts';
import type { Link, WindowCount } from '../contract/link.ts';
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
 * Fixed windows of a minute, and a bound on what one key has under way at this server. With a link all servers count together;
 * while it is down each counts by itself, from the start. In memory rate-limiter-flexible counts, which also forgets keys that
 * fell silent.
 */
export const createRateLimiter = (
  settings: () => Settings['server'],
  clock: Clock,
  link: Pick<Link, 'count'> | null,
): RateLimiter => {
  // What is too much is decided below, for both ways of counting.
  const alone = new RateLimiterMemory({ points: 1, duration: WINDOW_S });
  const underWay = new Map<string, number>();

  const countAlone = async (key: string): Promise<WindowCount> => {
    const { consumedPoints, msBeforeNext } = await alone.penalty(key);
    return { count: consumedPoints, leftMs: msBeforeNext };
  };

  return {
    count: async (c, key) => {
      c.set('limitKey', key);
      const most = settings().rate_limit_per_minute;
      const { count, leftMs } = (await link?.count(key, WINDOW_S)) ?? (await countAlone(key));
      c.set('answerHeaders', {
        'X-RateLimit-Limit': String(most),
        'X-RateLimit-Remaining': String(Math.max(0, most - count)),
        'X-RateLimit-Reset': String(Math.ceil((clock.now() + leftMs) / 1_000)),
      });
      if (count <= most) return;
      const retryAfterS = Math.max(1, Math.ceil(leftMs / 1_000));
      throw tooMany('Rate limit exceeded', 'Too many requests, please try again later', retryAfterS);
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
