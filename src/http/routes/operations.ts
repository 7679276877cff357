import type { Hono } from 'hono';
import { API_PREFIX } from '../../api/operation.ts';
import { operations } from '../../api/operations.ts';
import { pages } from '../../api/pages.ts';
import { SETTINGS } from '../../config/schema.ts';
import { withoutPassword } from '../../config/without-password.ts';
import type { HttpDependencies, HttpEnv } from '../context.ts';
import { ok } from '../envelope.ts';
import { RefusalError } from '../errors.ts';
import type { Guard } from '../guard.ts';
import type { Router, Routing } from '../route.ts';

const HIDDEN = '********';

/** An address may hold a password, also in a setting that is no secret. */
const shown = (value: unknown): unknown => (typeof value === 'string' ? withoutPassword(value) : value);

/** What the one who runs the server asks of it: settings, and numbers for Prometheus. */
export const registerOperations = (
  route: Router,
  app: Hono<HttpEnv>,
  { services }: HttpDependencies,
  { announce, guard }: Pick<Routing, 'announce'> & { readonly guard: Guard },
): void => {
  const { config, metrics } = services;

  route(operations.showConfig, () => {
    const settings = SETTINGS.map(({ path, reloadable, secret }) => {
      const value = config.get(path) ?? null;
      return { key: path, value: secret && value !== null ? HIDDEN : shown(value), reloadable };
    });
    return ok('Settings retrieved successfully', { settings, file: config.file });
  });

  route(operations.reloadConfig, async () => {
    const result = await config.reload();
    if (result.applied) return ok('Settings reloaded successfully', { changed: result.changed });
    throw new RefusalError({
      status: 400,
      message: 'The settings stay as they were',
      errors: result.problems.map((message) => ({ field: 'config', message })),
    });
  });

  const { path, access } = pages.metrics;
  const addresses = [path, API_PREFIX + path];
  announce('GET', addresses);
  app.on('GET', addresses, async (c) => {
    c.env.route = path;
    await guard(c, access);
    const { text, contentType } = await metrics.prometheus();
    return new Response(text, { headers: { 'Content-Type': contentType } });
  });
};
