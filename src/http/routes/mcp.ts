import type { Hono } from 'hono';
import { pages } from '../../api/pages.ts';
import { openOnce } from '../../platform/open-once.ts';
import type { HttpDependencies, HttpEnv } from '../context.ts';
import { jsonBody } from '../json-body.ts';
import { counted, type SurfaceRoutes, withLimits } from '../surfaces.ts';
import { namedBy } from '../who.ts';

/** Whose memory it is when nobody is named: a client of one person need not be told who that is. */
const USUAL_USER = 'user_default';

/** The Model Context Protocol over streamable HTTP. What it needs is loaded with its first request. */
export const registerMcp = (
  app: Hono<HttpEnv>,
  { services, clock, scheduler }: HttpDependencies,
  { announce, guard, limiter, callsWithin }: SurfaceRoutes,
): void => {
  const readBody = jsonBody({ maxBytes: () => services.config.current.server.max_body_bytes, scheduler });
  const opened = openOnce(() => import('../../mcp/server.ts'));
  const { path, access } = pages.mcp;
  const addresses = [path, `${path}/`];
  announce('POST', addresses);
  app.on('POST', addresses, async (c) => {
    c.env.route = path;
    await readBody(c, async () => {});
    const body: unknown = c.get('body') ?? null;
    const caller = await guard(c, access);
    // Some clients send several messages at once: each counts against the rate.
    for (let more = Array.isArray(body) ? body.length - 1 : 0; more > 0; more -= 1) await guard(c, access);
    const response = await counted(limiter, c, async () => {
      const call = callsWithin(c.env, caller);
      const { user, agent, session } = await namedBy(c, caller, call, { inQuery: true });
      const { answerMcp } = await opened.get();
      const context = { call, user: user ?? USUAL_USER, agent, session, nowMs: clock.now() };
      return answerMcp(c.req.raw, body, context);
    });
    return withLimits(c, response);
  });
};
