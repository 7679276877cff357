import { Hono } from 'hono';
import { isLoopback } from '../config/loopback.ts';
import type { Connection, HttpDependencies, HttpEnv } from './context.ts';
import { errorResponse } from './envelope.ts';
import { RefusalError, refusalFor } from './errors.ts';
import { cors } from './middleware/cors.ts';
import { createRateLimiter } from './middleware/rate-limit.ts';
import { createRouter } from './route.ts';
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

export const createApp = (dependencies: HttpDependencies): FetchHandler => {
  const { settings, clock, ids, log } = dependencies;
  const app = new Hono<HttpEnv>();

  app.use(cors(settings.cors_origins));
  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(c.get('answerHeaders') ?? {})) c.res.headers.set(name, value);
  });
  app.onError((error, c) => {
    const refusal = refusalFor(error);
    if (refusal.status < 500) return errorResponse(refusal);
    const requestId = ids.uuid();
    const { method, routePath } = c.req;
    log.error({ requestId, method, route: routePath, status: refusal.status, error }, 'request failed');
    return errorResponse({ ...refusal, headers: { ...refusal.headers, 'X-Request-Id': requestId } });
  });
  app.notFound(() => {
    const errors = [{ field: 'path', message: 'There is nothing at this address. See /docs for what there is.' }];
    return errorResponse(
      refusalFor(new RefusalError({ status: 404, message: 'Not Found', errors, detail: 'Not Found' })),
    );
  });

  const limiter = isLimited(dependencies) ? createRateLimiter(settings.rate_limit_per_minute, clock) : null;
  const { route, operations, refuseOtherMethods } = createRouter(app, dependencies, limiter);
  registerHealth(route, dependencies);
  registerUsers(route, dependencies);
  registerAgents(route, dependencies);
  registerSessions(route, dependencies);
  registerMessages(route, dependencies);
  registerKnowledge(route, dependencies);
  registerQuery(route, dependencies);
  registerChunks(route, dependencies);
  registerApiKeys(route, dependencies);
  refuseOtherMethods();
  registerDocs(app, dependencies, operations);

  return (request, connection) => app.fetch(request, connection);
};
