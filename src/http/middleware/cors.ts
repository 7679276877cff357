import type { MiddlewareHandler } from 'hono';

const METHODS = 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT';
const MAX_AGE_S = '600';
/** Headers of answers that a page may read beside the usual ones. */
const EXPOSED =
  'Idempotency-Replayed, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id';

/**
 * Cross-origin rules in the form that clients of the old server know: a preflight is answered 200 with `OK`, a simple
 * request gets its headers on errors as well. Requests without an Origin pass untouched.
 */
export const cors = (origins: readonly string[]): MiddlewareHandler => {
  const open = origins.includes('*');
  const allowed = (origin: string): boolean => open || origins.includes(origin);

  const preflight = (origin: string, requestedHeaders: string | undefined): Response => {
    const headers = new Headers({ 'Content-Type': 'text/plain; charset=utf-8', Vary: 'Origin' });
    if (!allowed(origin)) return new Response('Disallowed CORS origin', { status: 400, headers });
    headers.set('Access-Control-Allow-Origin', origin);
    headers.set('Access-Control-Allow-Credentials', 'true');
    headers.set('Access-Control-Allow-Methods', METHODS);
    headers.set('Access-Control-Max-Age', MAX_AGE_S);
    if (requestedHeaders) headers.set('Access-Control-Allow-Headers', requestedHeaders);
    return new Response('OK', { status: 200, headers });
  };

  return async (c, next) => {
    const origin = c.req.header('Origin');
    if (!origin) return next();
    if (c.req.method === 'OPTIONS' && c.req.header('Access-Control-Request-Method')) {
      return preflight(origin, c.req.header('Access-Control-Request-Headers'));
    }
    await next();
    if (allowed(origin)) {
      c.res.headers.set('Access-Control-Allow-Origin', open ? '*' : origin);
      c.res.headers.set('Access-Control-Allow-Credentials', 'true');
      c.res.headers.set('Access-Control-Expose-Headers', EXPOSED);
    }
    if (!open) c.res.headers.append('Vary', 'Origin');
  };
};
