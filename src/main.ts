import packageJson from '../package.json' with { type: 'json' };
import { loadSettings, SettingsError } from './config/load.ts';
import { startReport } from './config/start-report.ts';
import { MemfuseError } from './contract/errors.ts';
import { systemClock } from './platform/clock.ts';
import { systemIds } from './platform/ids.ts';
import { createLog } from './platform/log.ts';
import { docsAsset } from './services/docs-assets.ts';
import { databaseUrl, openServices } from './services/services.ts';

/** How long a stop waits for requests that are being answered. */
const STOP_TIMEOUT_MS = 10_000;

const start = async (): Promise<void> => {
  const { settings, file } = await loadSettings(process.env, process.cwd());
  const log = createLog(settings.server.log_level);
  const clock = systemClock;
  const ids = systemIds;
  // The edge is loaded while the Workers start: that is a quarter of the time to the first answer.
  const opening = openServices(settings, { clock, ids, log });
  const [services, { createApp }] = await Promise.all([opening, import('./http/app.ts')]);
  const app = await createApp({ services, settings: settings.server, clock, ids, log, docsAsset });

  const { host: hostname, port, max_body_bytes } = settings.server;
  const serve = () =>
    Bun.serve({
      hostname,
      port,
      // The app refuses larger bodies with an answer; this is for those who lie about the length.
      maxRequestBodySize: max_body_bytes * 2,
      fetch: (request, server) => app(request, { address: () => server.requestIP(request)?.address ?? null }),
    });
  let server: ReturnType<typeof serve>;
  try {
    server = serve();
  } catch (error) {
    await services.close();
    throw error;
  }

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await Promise.race([server.stop(), Bun.sleep(STOP_TIMEOUT_MS)]);
    await services.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  const database = databaseUrl(settings).replace('sqlite:', 'SQLite ');
  const url = server.url.origin;
  services.search.warmUp();
  console.log(startReport({ settings, version: packageJson.version, url, database, file }));
};

/** A sentence for the person at the terminal, null for a defect, which deserves its stack. */
const explain = (error: unknown): string | null => {
  if (error instanceof SettingsError) return error.problems.join('\n');
  if (error instanceof MemfuseError) return error.message;
  const { code } = error as { code?: unknown };
  const host = process.env['HOST'] ?? '127.0.0.1';
  if (code === 'EADDRINUSE') return 'Another program is listening on this port. Stop it, or choose another: PORT=8001';
  if (code === 'EADDRNOTAVAIL' || code === 'EACCES') return `The address ${host} cannot be listened on (${code}).`;
  return null;
};

try {
  await start();
} catch (error) {
  console.error(explain(error) ?? error);
  process.exit(1);
}
