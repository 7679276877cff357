import type { HttpContext } from './context.ts';
import type { Guard } from './guard.ts';
import type { RateLimiter } from './rate-limit.ts';
import type { Routing } from './route.ts';
import type { CallsWithin } from './within.ts';

/** What a surface is served with that speaks the API in another form, beside its operations. */
export interface SurfaceRoutes extends Pick<Routing, 'announce'> {
  readonly guard: Guard;
  readonly limiter: RateLimiter | null;
  readonly callsWithin: CallsWithin;
}

/** Serves a request, unless its key has too many under way. Errors: 429; those of the work. */
export const counted = <T>(limiter: RateLimiter | null, c: HttpContext, work: () => Promise<T>): Promise<T> =>
  limiter ? limiter.during(c, work) : work();

/** An answer with what is said of the limits of its key. */
export const withLimits = (c: HttpContext, response: Response): Response => {
  for (const [name, value] of Object.entries(c.get('answerHeaders') ?? {})) response.headers.set(name, value);
  return response;
};
