import { Hono } from 'hono';
import { routePath } from 'hono/route';
import { RegExpRouter } from 'hono/router/reg-exp-router';
import { isLoopback } from '../config/loopback.ts';
import type { Connection, HttpDependencies, HttpEnv } from './context.ts';
import { withCors } from './cors.ts';
import { errorResponse } from './envelope.ts';
import { RefusalError, refusalFor } from './errors.ts';
import { createGuard } from './guard.ts';
import { createRouting } from './route.ts';
import { registerApiKeys } from './routes/api-keys.ts';
import { registerChunks } from './routes/chunks.ts';
import { registerDocs } from './routes/docs.ts';
import { registerHealth } from './routes/health.ts';
import { registerAgents, registerUsers } from './routes/identities.ts';
import { registerKnowledge } from './routes/knowledge.ts';
import { registerMessages } from './routes/messages.ts';
import { registerQuery } from './routes/query.ts';
import { registerSessions } from './routes/sessions.ts';

/** The API as a fetch handler: a request and what is known of its connection in, an answer out. */
export type FetchHandler = (request: Request, connection: Connection) => Response | Promise<Response>;

/** Nobody who reaches a loopback server without keys needs to be kept from it. */
const isLimited = ({ settings }: HttpDependencies): boolean =>
  settings.api_key_validation || !isLoopback(settings.host);

const notFound = (): RefusalError => {
  const errors = [{ field: 'path', message: 'There is nothing at this address. See /docs for what there is.' }];
  return new RefusalError({ status: 404, message: 'Not Found', errors, detail: 'Not Found' });
};

export const createApp = async (dependencies: HttpDependencies): Promise<FetchHandler> => {
  const { services, settings, clock, ids, log } = dependencies;
  // The fastest of Hono's routers, and the one that refuses addresses which leave room for doubt.
  const app = new Hono<HttpEnv>({ router: new RegExpRouter() });
  // Loaded only where it is needed: it takes 25 ms of a start.
  const limiter = isLimited(dependencies)
    ? (await import('./rate-limit.ts')).createRateLimiter(settings.rate_limit_per_minute, clock)
    : null;
  const routing = createRouting(app, dependencies, createGuard(services.access, limiter));
  const { route } = routing;
  registerHealth(route, dependencies);
  registerUsers(route, dependencies);
  registerAgents(route, dependencies);
  registerSessions(route, dependencies);
  registerMessages(route, dependencies);
  registerKnowledge(route, dependencies);
  registerQuery(route, dependencies);
  registerChunks(route, dependencies);
  registerApiKeys(route, dependencies);
  registerDocs(app, dependencies, routing);

  app.notFound((c) => errorResponse(refusalFor(routing.wrongMethod(c) ?? notFound())));
  app.onError((error, c) => {
    const refusal = refusalFor(error);
    if (refusal.status < 500) return errorResponse(refusal, c.get('answerHeaders'));
    const requestId = ids.uuid();
    const { method } = c.req;
    log.error({ requestId, method, route: routePath(c), status: refusal.status, err: error }, 'request failed');
    return errorResponse(refusal, { ...c.get('answerHeaders'), 'X-Request-Id': requestId });
  });

  return withCors(settings.cors_origins, (request, connection) => {
    // Hono would answer HEAD as GET; the contract says that there is no HEAD.
    const known = request.method === 'HEAD' ? new Request(request.url, { method: 'OPTIONS' }) : request;
    return app.fetch(known, connection);
  });
};
