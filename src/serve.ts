import packageJson from '../package.json' with { type: 'json' };
import { databaseUrl } from './config/database-url.ts';
import { GlobalConfig } from './config/global-config.ts';
import { SettingsError } from './config/load.ts';
import { startReport } from './config/start-report.ts';
import { withoutPassword } from './config/without-password.ts';
import { MemfuseError } from './contract/errors.ts';
import { systemClock } from './platform/clock.ts';
import { systemDescriptors } from './platform/descriptor-table.ts';
import { watchDescriptors } from './platform/descriptors.ts';
import { systemIds } from './platform/ids.ts';
import { type Listener, type ListenerConnection, openListener } from './platform/listener.ts';
import { createLog } from './platform/log.ts';
import { openMetricsExport, openTracing } from './platform/open-otlp.ts';
import { stopInOrder } from './platform/orderly-stop.ts';
import { findPackages } from './platform/packages.ts';
import { systemScheduler as scheduler } from './platform/scheduler.ts';
import { openConsoleFiles } from './services/console-files.ts';
import { docsAsset } from './services/docs-assets.ts';
import { ServiceFactory } from './services/service-factory.ts';

/**
 * When Bun closes a connection on which nothing moves, without an answer and whether or not a request is being served.
 * So it is longer than the app itself waits for anything: 60 s for a body, and as long for what `wait_for` names.
 */
const IDLE_S = 120;
/** How long the start report waits for what is worth a warning; the answers say it all the same. */
const REPORT_MS = 3_000;

type Env = Readonly<Record<string, string | undefined>>;

/** Something the person at the terminal can mend. */
export class StartError extends Error {}

/** A server that serves. */
export interface Serving {
  /** Such as http://127.0.0.1:8000. */
  readonly origin: string;
  /** Stops it in order, within ten seconds. */
  stop(reason: string): Promise<void>;
}

/**
 * Starts serving. Errors: `SettingsError`, `MemfuseError` and `StartError`, each with a sentence for the person at the terminal.
 *
 * @param env where settings are read from.
 * @param print writes what that person wants to know of the start.
 */
export const startServing = async (env: Env, print: (report: string) => void): Promise<Serving> => {
  const config = await GlobalConfig.initialize({ env, folder: process.cwd() });
  const settings = config.current;
  const onProblem = (reason: string): void =>
    log.warn({ reason }, 'spans or metrics are not taken by the endpoint of OTEL_EXPORTER_OTLP_ENDPOINT');
  const tracing = await openTracing(env, packageJson.version, onProblem);
  const log = createLog(() => config.current.server.log_level, tracing.current);
  const clock = systemClock;
  const ids = systemIds;
  // The edge is loaded while the Workers start: that is a quarter of the time to the first answer.
  const opening = ServiceFactory.initializeGlobals(config, { clock, ids, log, tracing });
  const edge = import('./http/app.ts');
  findPackages();
  // Also what is needed when something fails, and there may be no descriptor left to load it with.
  const rest = [import('./http/json-error.ts'), import('./http/rate-limit.ts'), import('pino')];
  const [services, { createApp }] = await Promise.all([opening, edge, ...rest]);
  const app = await createApp({ services, clock, ids, scheduler, log, docsAsset, consoleFile: openConsoleFiles() });

  let stopping = false;
  const { host: hostname, port } = settings.server;
  const fetch = async (request: Request, connection: ListenerConnection): Promise<Response> => {
    const response = await app(request, { ...connection, isCrowded: () => descriptors.areScarce });
    if (stopping) response.headers.set('Connection', 'close');
    return response;
  };
  let listener: Listener;
  try {
    listener = openListener({ hostname, port, idleTimeoutS: IDLE_S, fetch });
  } catch (error) {
    await services.close();
    throw listenError(error, hostname, port);
  }
  const descriptors = watchDescriptors(systemDescriptors(), { door: listener, log });
  const metricsExport = await openMetricsExport(env, {
    version: packageJson.version,
    now: () => clock.now(),
    read: () => services.metrics.exposed(),
    onProblem,
  });

  const stop = async (reason: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ reason }, 'the server stops');
    descriptors.close();
    // Now, since some of the numbers are the storage's, which is about to close.
    const lastMetrics = metricsExport.close();
    try {
      await stopInOrder({
        endWaits: () => services.endWaits(),
        stopListening: listener.stop,
        breakOff: listener.end,
        close: (leftMs) => services.close(leftMs),
      });
    } catch (error) {
      log.error({ err: error }, 'the stop was not orderly; nothing that was acknowledged depends on it');
    }
    await Promise.all([lastMetrics, tracing.close()]);
    log.info({}, 'the server has stopped');
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // A second one changes nothing: the first is at work.
      if (!stopping) void stop(signal).then(() => process.exit(0));
    });
  }

  const database = withoutPassword(databaseUrl(settings));
  const url = listener.origin;
  log.info({ version: packageJson.version, url }, 'the server listens');
  services.warmUp();
  const warn = (): void => {
    for (const warning of config.warnings) log.warn({}, warning);
  };
  warn();
  config.watch((result) => {
    if (result.applied) {
      log.info({ changed: result.changed }, 'settings reloaded');
      warn();
    } else log.error({ problems: result.problems }, 'the settings file is not used; the old settings stay');
  });
  // It serves already; a model may take some seconds to load.
  const ofModels = await Promise.race([services.checkModels(), Bun.sleep(REPORT_MS).then(() => null)]);
  const warnings = [...config.warnings, ...(ofModels === null ? [] : [ofModels])];
  const isLinkUp = services.link?.isUp;
  const { version } = packageJson;
  print(startReport({ settings, version, url, database, file: config.file, isLinkUp, warnings }));
  return { origin: url, stop };
};

const listenError = (error: unknown, host: string, port: number): StartError => {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code === 'EADDRINUSE') {
    const other = port === 8001 ? 8002 : 8001;
    return new StartError(
      `Another program is listening on ${host}:${port}. Stop it, or choose another port: PORT=${other}`,
    );
  }
  if (code === 'EADDRNOTAVAIL' || code === 'EACCES') {
    return new StartError(`${host}:${port} cannot be listened on (${code}). Choose another HOST or PORT.`);
  }
  const reason = typeof code === 'string' ? code : String(message);
  return new StartError(
    `server.host is ${JSON.stringify(host)}, on which nothing can listen (${reason}). Set HOST to an address of this machine, such as 127.0.0.1.`,
  );
};

/** A sentence for the person at the terminal, null for a defect, which deserves its stack. */
export const explain = (error: unknown): string | null => {
  const isExpected = error instanceof SettingsError || error instanceof MemfuseError || error instanceof StartError;
  return isExpected ? error.message : null;
};

/** Serves until a signal ends the process; exits with 1, and a sentence, when it cannot start. @param env where settings are read from. */
export const serve = async (env: Env = process.env): Promise<void> => {
  try {
    await startServing(env, console.log);
  } catch (error) {
    console.error(explain(error) ?? error);
    process.exit(1);
  }
};
