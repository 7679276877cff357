import { type ErrorHandler, Hono } from 'hono';
import { routePath } from 'hono/route';
import { RegExpRouter } from 'hono/router/reg-exp-router';
import { TrieRouter } from 'hono/router/trie-router';
import { isLoopback } from '../config/loopback.ts';
import type { Settings } from '../config/schema.ts';
import type { FetchHandler, HttpDependencies, HttpEnv } from './context.ts';
import { withCors } from './cors.ts';
import { errorResponse } from './envelope.ts';
import { RefusalError, refusalFor } from './errors.ts';
import { createGuard } from './guard.ts';
import { assertOneHost, createHostCheck } from './host-check.ts';
import { OPENAI_PREFIX, openAiError } from './openai-error.ts';
import { withRecords } from './records.ts';
import { createRouting } from './route.ts';
import { registerApiKeys } from './routes/api-keys.ts';
import { registerChunks } from './routes/chunks.ts';
import { registerConsole } from './routes/console.ts';
import { registerContext } from './routes/context.ts';
import { registerDocs } from './routes/docs.ts';
import { registerEpisodes } from './routes/episodes.ts';
import { registerFacts } from './routes/facts.ts';
import { registerForgetting } from './routes/forgetting.ts';
import { registerHealth } from './routes/health.ts';
import { registerAgents, registerUsers } from './routes/identities.ts';
import { registerKnowledge } from './routes/knowledge.ts';
import { registerMcp } from './routes/mcp.ts';
import { registerMemories } from './routes/memories.ts';
import { registerMessages } from './routes/messages.ts';
import { registerOperations } from './routes/operations.ts';
import { registerProxy } from './routes/proxy.ts';
import { registerQuery } from './routes/query.ts';
import { registerRetention } from './routes/retention.ts';
import { registerSessions } from './routes/sessions.ts';
import { registerTasks } from './routes/tasks.ts';
import { registerTransfer } from './routes/transfer.ts';
import { createCallsWithin } from './within.ts';

/** Nobody who reaches a loopback server without keys needs to be kept from it. */
const isLimited = ({ api_key_validation, host }: Settings['server']): boolean =>
  api_key_validation || !isLoopback(host);

const notFound = (): RefusalError => {
  const errors = [{ field: 'path', message: 'There is nothing at this address. See /docs for what there is.' }];
  return new RefusalError({ status: 404, message: 'Not Found', errors, detail: 'Not Found' });
};

/** What tells that the process runs, and must not be answered by starting it anew. */
const SERVED_IN_A_CROWD = /\/api\/v1\/health(?:\/live)?\/?$/;

const tooCrowded = (): RefusalError => {
  const text = 'The server has as many connections as it can hold. Send the request again later, on a new one.';
  const headers = { 'Retry-After': '1', Connection: 'close' };
  return new RefusalError({ status: 503, message: text, errors: [{ field: 'general', message: text }], headers });
};

/** A request whose address the router can read, and whose method it does not take for another. */
const routable = (request: Request): Request => {
  // Without a Host, or with one that is none, there is a path only.
  const url = request.url.startsWith('/') ? `http://localhost${request.url}` : request.url;
  // Hono would answer HEAD as GET; the contract says that there is no HEAD.
  if (request.method === 'HEAD') return new Request(url, { method: 'OPTIONS' });
  return url === request.url ? request : new Request(url, request);
};

export const createApp = async (dependencies: HttpDependencies): Promise<FetchHandler> => {
  const { services, clock } = dependencies;
  const server = (): Settings['server'] => services.config.current.server;
  const main = new Hono<HttpEnv>({ router: new RegExpRouter() });
  const side = new Hono<HttpEnv>({ router: new TrieRouter() });
  // Loaded only where it is needed: it takes 25 ms of a start.
  const limiter = isLimited(server())
    ? (await import('./rate-limit.ts')).createRateLimiter(server, clock, services.link)
    : null;
  const guard = createGuard(services.access, limiter);
  const routing = createRouting({ main, side }, dependencies, { guard, limiter });
  const { route } = routing;
  registerHealth(route, dependencies);
  registerUsers(route, dependencies);
  registerRetention(route, dependencies);
  registerAgents(route, dependencies);
  registerSessions(route, dependencies);
  registerMemories(route, dependencies);
  registerMessages(route, dependencies);
  registerEpisodes(route, dependencies);
  registerKnowledge(route, dependencies);
  registerQuery(route, dependencies);
  registerContext(route, dependencies);
  registerFacts(route, dependencies);
  registerForgetting(route, dependencies);
  registerChunks(route, dependencies);
  registerApiKeys(route, dependencies);
  registerTasks(route, dependencies);
  registerTransfer(main, dependencies, { describe: routing.describe, guard });
  registerOperations(route, main, dependencies, { announce: routing.announce, guard });
  const callsWithin = createCallsWithin((request, served) => main.fetch(request, served));
  const surfaces = { announce: routing.announce, guard, limiter, callsWithin };
  registerProxy(side, dependencies, surfaces);
  registerMcp(side, dependencies, surfaces);
  registerDocs(side, dependencies, routing);
  registerConsole(side, dependencies, routing);

  const onError: ErrorHandler<HttpEnv> = (error, c) => {
    const refusal = refusalFor(error);
    const answer = c.env.route?.startsWith(`${OPENAI_PREFIX}/`) ? openAiError : errorResponse;
    if (refusal.status < 500) return answer(refusal, c.get('answerHeaders'));
    const operation = `${c.req.method} ${c.env.route ?? routePath(c)}`;
    const { reference } = services.errors.handle(operation, error, c.env.requestId);
    return answer(refusalFor(error, `the request id ${reference}`), c.get('answerHeaders'));
  };
  main.onError(onError).notFound((c) => side.fetch(c.req.raw, c.env));
  side.onError(onError).notFound((c) => errorResponse(refusalFor(routing.wrongMethod(c) ?? notFound())));

  const { api_key_validation: hasKeys, cors_origins: origins, host } = server();
  // With keys it does not matter who is named, or which page asks: neither has the key.
  const checkHost = hasKeys ? assertOneHost : createHostCheck({ host, origins });
  const serve = withCors({ origins, refusesOthers: !hasKeys }, (request, served) => main.fetch(request, served));
  return withRecords(dependencies, (request, served) => {
    try {
      if (served.isCrowded?.() && !SERVED_IN_A_CROWD.test(request.url)) throw tooCrowded();
      checkHost(request.headers.get('Host'));
    } catch (error) {
      return errorResponse(refusalFor(error));
    }
    return serve(routable(request), served);
  });
};
