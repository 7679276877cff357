import { withRequestId } from '../platform/request-id.ts';
import type { Tracing } from '../platform/tracing.ts';
import type { FetchHandler, HttpDependencies, Served, ServedHandler } from './context.ts';

/** An id that a client may give its request: it has to be fit for a header and for a line of the log. */
const SANE_ID = /^[\x20-\x7e]{1,128}$/;
/** An id as the server gives them out. What else stands in an address is a client's own, and may be anything. */
const ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

const never = (): boolean => false;

/** An address as it is registered, with the ids that were asked for in it. */
const addressOf = (route: string, url: string): string => {
  if (!route.includes('{')) return route;
  const start = url.indexOf('/', url.indexOf('//') + 2);
  const asked = url.slice(start).split(/[?#]/, 1)[0]?.split('/') ?? [];
  return route
    .split('/')
    .map((part, i) => (part.startsWith('{') && ID.test(asked[i] ?? '') ? asked[i] : part))
    .join('/');
};

/** Serves a request in a span, which is named by what the request turns out to be. */
const traced = (
  tracing: Tracing,
  { method, headers }: Request,
  served: Served,
  serve: () => Response | Promise<Response>,
): Promise<Response> => {
  const facts = { 'http.request.method': method, 'memfuse.request_id': served.requestId };
  return tracing.span(method, { sentBy: headers.get('traceparent'), facts }, async (span) => {
    const response = await serve();
    const { route } = served;
    if (route !== null) {
      span.rename(`${method} ${route}`);
      span.set({ 'http.route': route });
    }
    span.set({ 'http.response.status_code': response.status });
    if (response.status >= 500) span.fail();
    return response;
  });
};

/**
 * Gives every request an id, the client's own or a new one, which stands in the answer and in every line that is logged on
 * the way; counts it; and logs a line about it, at `info` when `server.access_log` asks for that, at `debug` in any case.
 */
export const withRecords = ({ services, ids, log }: HttpDependencies, handle: ServedHandler): FetchHandler => {
  const { config, metrics, tracing } = services;

  const record = (request: Request, { requestId, route, keyId }: Served, response: Response, startMs: number): void => {
    response.headers.set('X-Request-Id', requestId);
    const { method, url } = request;
    const { status } = response;
    const durationMs = performance.now() - startMs;
    metrics.request({ method, route: route ?? 'unmatched', status, durationMs });
    const { access_log, log_level } = config.current.server;
    if (!access_log && log_level !== 'debug' && log_level !== 'trace') return;
    const ms = Math.round(durationMs * 1_000) / 1_000;
    const address = route === null ? null : addressOf(route, url);
    const facts = { method, address, status, ms, ...(keyId !== null && { keyId }) };
    if (access_log) log.info(facts, 'a request was answered');
    else log.debug(facts, 'a request was answered');
  };

  return (request, connection) => {
    const startMs = performance.now();
    const given = request.headers.get('X-Request-Id');
    const requestId = given !== null && SANE_ID.test(given) ? given : ids.uuid();
    const served: Served = {
      address: connection.address,
      isCrowded: connection.isCrowded ?? never,
      ...(connection.letRest && { letRest: connection.letRest }),
      requestId,
      route: null,
      keyId: null,
    };
    const recorded = (response: Response): Response => {
      record(request, served, response, startMs);
      return response;
    };
    const serve = (): Response | Promise<Response> => {
      const answer = handle(request, served);
      return answer instanceof Promise ? answer.then(recorded) : recorded(answer);
    };
    return withRequestId(requestId, tracing.isOn ? () => traced(tracing, request, served, serve) : serve);
  };
};
