import type { FetchHandler } from './context.ts';

const METHODS = 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT';
const MAX_AGE_S = '600';
/** Headers of answers that a page may read beside the usual ones. */
const EXPOSED = [
  ...['Idempotency-Replayed', 'Link', 'Location', 'Retry-After', 'Server-Timing'],
  ...['X-Memfuse-Degraded', 'X-Memfuse-Warnings', 'X-Request-Id'],
  ...['X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset'],
].join(', ');

/**
 * Cross-origin rules in the form that clients of the old server know: a preflight is answered 200 with `OK`, any other
 * request gets its headers on errors as well. Requests without an Origin, which is nearly all, pass untouched.
 */
export const withCors = (origins: readonly string[], handle: FetchHandler): FetchHandler => {
  const open = origins.includes('*');
  const allowed = (origin: string): boolean => open || origins.includes(origin);

  const preflight = (origin: string, requestedHeaders: string | null): Response => {
    const headers = new Headers({ 'Content-Type': 'text/plain; charset=utf-8', Vary: 'Origin' });
    if (!allowed(origin)) return new Response('Disallowed CORS origin', { status: 400, headers });
    headers.set('Access-Control-Allow-Origin', origin);
    headers.set('Access-Control-Allow-Credentials', 'true');
    headers.set('Access-Control-Allow-Methods', METHODS);
    headers.set('Access-Control-Max-Age', MAX_AGE_S);
    if (requestedHeaders) headers.set('Access-Control-Allow-Headers', requestedHeaders);
    return new Response('OK', { status: 200, headers });
  };

  const permit = (response: Response, origin: string): Response => {
    if (allowed(origin)) {
      response.headers.set('Access-Control-Allow-Origin', open ? '*' : origin);
      response.headers.set('Access-Control-Allow-Credentials', 'true');
      response.headers.set('Access-Control-Expose-Headers', EXPOSED);
    }
    if (!open) response.headers.append('Vary', 'Origin');
    return response;
  };

  return (request, connection) => {
    const { headers } = request;
    const origin = headers.get('Origin');
    if (!origin) return handle(request, connection);
    if (request.method === 'OPTIONS' && headers.has('Access-Control-Request-Method')) {
      return preflight(origin, headers.get('Access-Control-Request-Headers'));
    }
    const answer = handle(request, connection);
    return answer instanceof Promise ? answer.then((response) => permit(response, origin)) : permit(answer, origin);
  };
};
