import packageJson from '../../../package.json' with { type: 'json' };
import { health } from '../../api/health.ts';
import type { HttpDependencies } from '../context.ts';
import { ok } from '../envelope.ts';
import type { Router } from '../route.ts';

/** Facts that harm nobody and are in memory: clients ask before every call, so nothing is looked up. */
export const registerHealth = (route: Router, { services }: HttpDependencies): void => {
  const { buffer, embedding } = services.config.current;
  const facts = {
    status: 'ok' as const,
    version: packageJson.version,
    storage: services.store.engine,
    embedding_provider: embedding.provider,
    buffer_enabled: buffer.enabled,
    api_keys: services.access.required,
  };
  const link = () => {
    if (!services.link) return null;
    return { engine: services.link.engine, status: services.link.isUp ? ('up' as const) : ('down' as const) };
  };
  route(health.report, () => ok('Server is healthy', { ...facts, link: link() }));
  route(health.live, () => ok('The process runs', { status: 'ok' }));
  route(health.ready, async () => {
    await services.store.ping();
    return ok('The server is ready', { status: 'ok' });
  });
};
