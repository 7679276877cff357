import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import { databaseUrl } from '../../src/config/database-url.ts';
import { GlobalConfig } from '../../src/config/global-config.ts';
import { settingsFrom } from '../../src/config/load.ts';
import { readVariables } from '../../src/config/sources.ts';
import { createApp } from '../../src/http/app.ts';
import { systemClock as clock } from '../../src/platform/clock.ts';
import { systemIds as ids } from '../../src/platform/ids.ts';
import { createLog } from '../../src/platform/log.ts';
import { systemScheduler as scheduler } from '../../src/platform/scheduler.ts';
import { openConsoleFiles } from '../../src/services/console-files.ts';
import { docsAsset } from '../../src/services/docs-assets.ts';
import { ServiceFactory } from '../../src/services/service-factory.ts';
import { quantile } from './suite.ts';

/** The product with a choice of thread for the writing connection, telling the delay of its event loop. */
const settings = settingsFrom(readVariables(process.env));
const config = GlobalConfig.of(settings);
const log = createLog(() => 'error');
const writer = process.env['BENCH_WRITER'] === 'here' ? 'here' : 'worker';
const store = await openSqliteStore({ file: databaseUrl(settings).slice('sqlite:'.length), writer });
const connections = { getPool: async () => store, close: () => store.close() };
const services = await ServiceFactory.initializeGlobals(config, { clock, ids, log, outside: { connections } });
const app = await createApp({ services, clock, ids, scheduler, log, docsAsset, consoleFile: openConsoleFiles() });

let delaysMs: number[] = [];
let dueMs = performance.now() + 1;
setInterval(() => {
  const nowMs = performance.now();
  delaysMs.push(Math.max(0, nowMs - dueMs));
  dueMs = nowMs + 1;
}, 1);

Bun.serve({
  hostname: settings.server.host,
  port: settings.server.port,
  fetch: (request) => {
    if (!request.url.endsWith('/bench/delay')) return app(request, { address: () => null });
    const data = { p50: quantile([0, ...delaysMs], 0.5), p99: quantile([0, ...delaysMs], 0.99) };
    delaysMs = [];
    return Response.json({ data });
  },
});
