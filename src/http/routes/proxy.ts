import type { Hono } from 'hono';
import { isFields } from '../../api/chat-turn.ts';
import { pages } from '../../api/pages.ts';
import { openOnce } from '../../platform/open-once.ts';
import type { Caller } from '../../services/access.ts';
import type { HttpContext, HttpDependencies, HttpEnv } from '../context.ts';
import { refuse } from '../errors.ts';
import { assertPermission } from '../guard.ts';
import { headerList } from '../header-list.ts';
import { jsonBody } from '../json-body.ts';
import { OPENAI_PREFIX } from '../openai-error.ts';
import { counted, type SurfaceRoutes, withLimits } from '../surfaces.ts';
import { assertAgent, namedBy } from '../who.ts';

const OFF =
  'There is no proxy here: set proxy.base_url to the address of an OpenAI-compatible endpoint, such as https://api.openai.com/v1, and start the server anew.';
const NOBODY =
  "The request does not say whose memory it is about. Name the user in the header X-Memfuse-User or in the field 'user', or use an API key that is bound to a user.";

const searchIn = (url: string): string => {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
};

/** The OpenAI-compatible proxy. What it needs is loaded with its first request. */
export const registerProxy = (
  app: Hono<HttpEnv>,
  { services, scheduler }: HttpDependencies,
  { announce, guard, limiter, callsWithin }: SurfaceRoutes,
): void => {
  const { config, errors } = services;
  const settings = () => config.current.proxy;
  const readBody = jsonBody({ maxBytes: () => settings().max_body_bytes, scheduler });
  const opened = openOnce(async () => {
    const [{ createProxy }, { UpstreamError }, { chatCompletions }, { responses }] = await Promise.all([
      import('../../proxy/proxy.ts'),
      import('../../proxy/upstream.ts'),
      import('../../proxy/chat-completions.ts'),
      import('../../proxy/responses.ts'),
    ]);
    const onFailure = (operation: string, error: unknown): void => void errors.handle(operation, error);
    return {
      proxy: createProxy({ settings, scheduler, onFailure }),
      UpstreamError,
      dialects: { chatCompletions, responses },
    };
  });
  type Opened = Awaited<ReturnType<typeof opened.get>>;

  /** Serves a request with what the proxy needs. Errors: 404 when there is none, 502 and 504 for the endpoint's. */
  const withProxy = async <T>(serve: (opened: Opened) => Promise<T>): Promise<T> => {
    if (settings().base_url === undefined) throw refuse(404, 'proxy.base_url', 'Not Found', OFF);
    const parts = await opened.get();
    try {
      return await serve(parts);
    } catch (error) {
      if (error instanceof parts.UpstreamError) throw refuse(error.status, 'proxy', error.message);
      throw error;
    }
  };

  const forwarded = (c: HttpContext) => ({
    headers: c.req.raw.headers,
    search: searchIn(c.req.raw.url),
    authorization: authorizationFor(c),
    signal: c.req.raw.signal,
  });

  /** The endpoint's own key; else what the client sends for it, unless that is its key for this server. */
  const authorizationFor = (c: HttpContext): string | null => {
    const key = settings().api_key;
    if (key !== undefined) return `Bearer ${key}`;
    const isOurs = services.access.required && !c.req.header('X-API-Key');
    return isOurs ? null : (c.req.header('Authorization') ?? null);
  };

  /** Counts a request as under way until its client has the whole answer. */
  const untilEnded = (
    c: HttpContext,
    work: () => Promise<{ readonly response: Response; readonly ended: Promise<void> }>,
  ): Promise<Response> =>
    new Promise((resolve, reject) => {
      counted(limiter, c, async () => {
        const { response, ended } = await work();
        resolve(withLimits(c, response));
        await ended;
      }).catch(reject);
    });

  const chat = async (c: HttpContext, caller: Caller, dialect: keyof Opened['dialects']) => {
    const body = c.get('body');
    if (!isFields(body)) throw refuse(400, 'body', 'The request body should be a JSON object.');
    const call = callsWithin(c.env, caller);
    const { user: named, agent, session } = await namedBy(c, caller, call);
    const user = named ?? (typeof body['user'] === 'string' && body['user'] !== '' ? body['user'] : null);
    if (user === null) throw refuse(400, 'user', NOBODY);
    await assertAgent(caller, agent, call);
    const idempotencyKey = c.req.header('Idempotency-Key') ?? null;
    return withProxy(async ({ proxy, dialects }) => {
      const who = { user, agent, session };
      const request = { ...forwarded(c), body, who, idempotencyKey, call };
      const { response, ended, degraded } = await proxy.chat(dialects[dialect], request);
      if (degraded.length > 0) response.headers.set('X-Memfuse-Degraded', headerList(degraded));
      return { response, ended };
    });
  };

  for (const [dialect, { path }] of [
    ['chatCompletions', pages.chatCompletions],
    ['responses', pages.responses],
  ] as const) {
    announce('POST', [path]);
    app.on('POST', path, async (c) => {
      c.env.route = path;
      c.env.letRest?.();
      await readBody(c, async () => {});
      const caller = await guard(c, 'write');
      assertPermission(caller, 'read');
      return untilEnded(c, () => chat(c, caller, dialect));
    });
  }

  const { path: models } = pages.models;
  const addresses = [models, `${models}/*`];
  announce('GET', addresses);
  app.on('GET', addresses, async (c) => {
    c.env.route = models;
    c.env.letRest?.();
    await guard(c, pages.models.access);
    const path = c.req.path.slice(OPENAI_PREFIX.length);
    return withLimits(c, await counted(limiter, c, () => withProxy(({ proxy }) => proxy.pass(path, forwarded(c)))));
  });
};
