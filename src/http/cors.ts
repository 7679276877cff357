import type { ServedHandler } from './context.ts';
import { errorResponse } from './envelope.ts';
import { refuse } from './errors.ts';

const METHODS = 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT';
const MAX_AGE_S = '600';
/** Headers of answers that a page may read beside the usual ones. */
const EXPOSED = [
  ...['Idempotency-Replayed', 'Link', 'Location', 'Retry-After', 'Server-Timing'],
  ...['X-Memfuse-Context-Tokens', 'X-Memfuse-Degraded', 'X-Memfuse-Warnings', 'X-Request-Id', 'X-Upstream-Request-Id'],
  ...['X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset'],
].join(', ');

export interface CorsRules {
  /** Origins whose pages may call, besides the server's own; `*` for all. */
  readonly origins: readonly string[];
  /** Whether pages of all others are refused, rather than only kept from reading the answer. */
  readonly refusesOthers: boolean;
}

/** Whether a page came from the very server that it calls: same host and port. */
const isOwn = (origin: string, host: string | null): boolean => {
  if (!host || !URL.canParse(origin)) return false;
  const page = new URL(origin);
  const here = `${page.protocol}//${host}`;
  return /^https?:$/.test(page.protocol) && URL.canParse(here) && new URL(here).host === page.host;
};

/**
 * Which pages may call. Requests without an Origin, which is nearly all, pass untouched. Pages of allowed origins get the
 * headers that clients of the old server know, on errors as well, and a preflight is answered 200 with `OK`. Without keys
 * a page of another origin is refused whatever it asks: not to let it read the answer would be too late for a POST.
 */
export const withCors = ({ origins, refusesOthers }: CorsRules, handle: ServedHandler): ServedHandler => {
  const open = origins.includes('*');
  const known = new Set(origins.map((origin) => origin.toLowerCase()));
  const isAllowed = (origin: string): boolean => open || known.has(origin.toLowerCase());

  /** Lets the page read the answer. With `*` it may not send what the browser knows of its reader, such as cookies. */
  const permit = (headers: Headers, origin: string): void => {
    headers.set('Access-Control-Allow-Origin', open ? '*' : origin);
    if (open) return;
    headers.set('Access-Control-Allow-Credentials', 'true');
    headers.append('Vary', 'Origin');
  };

  const preflight = (origin: string, requestedHeaders: string | null): Response => {
    const headers = new Headers({ 'Content-Type': 'text/plain; charset=utf-8' });
    permit(headers, origin);
    headers.set('Access-Control-Allow-Methods', METHODS);
    headers.set('Access-Control-Max-Age', MAX_AGE_S);
    if (requestedHeaders) headers.set('Access-Control-Allow-Headers', requestedHeaders);
    return new Response('OK', { status: 200, headers });
  };

  const exposed = (response: Response, origin: string): Response => {
    permit(response.headers, origin);
    response.headers.set('Access-Control-Expose-Headers', EXPOSED);
    return response;
  };

  const refused = (): Response => {
    const text =
      'Pages of this origin may not call the server. Name the origin in server.cors_origins if they should, and start the server anew.';
    return errorResponse(refuse(403, 'origin', 'Forbidden', text).refusal, { Vary: 'Origin' });
  };

  return (request, served) => {
    const { headers } = request;
    const origin = headers.get('Origin');
    if (origin === null) return handle(request, served);
    const isPreflight = request.method === 'OPTIONS' && headers.has('Access-Control-Request-Method');
    if (!isAllowed(origin)) {
      const passes = isOwn(origin, headers.get('Host')) || !(refusesOthers || isPreflight);
      return passes ? handle(request, served) : refused();
    }
    if (isPreflight) return preflight(origin, headers.get('Access-Control-Request-Headers'));
    const answer = handle(request, served);
    return answer instanceof Promise ? answer.then((response) => exposed(response, origin)) : exposed(answer, origin);
  };
};
