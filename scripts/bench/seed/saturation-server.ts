import { GlobalConfig } from '../../../src/config/global-config.ts';
import { settingsFrom } from '../../../src/config/load.ts';
import { readVariables } from '../../../src/config/sources.ts';
import { type OutboxTask, PRIORITY } from '../../../src/contract/outbox.ts';
import { createApp } from '../../../src/http/app.ts';
import { systemClock as clock } from '../../../src/platform/clock.ts';
import { systemIds as ids } from '../../../src/platform/ids.ts';
import { createLog } from '../../../src/platform/log.ts';
import { systemScheduler as scheduler } from '../../../src/platform/scheduler.ts';
import { openConsoleFiles } from '../../../src/services/console-files.ts';
import { docsAsset } from '../../../src/services/docs-assets.ts';
import { ServiceFactory } from '../../../src/services/service-factory.ts';
import { addPeople, inParallel, type Person } from '../people.ts';
import { createSpeech } from '../workload.ts';

/** The product, with background work in stock that can be let loose: `POST /bench/background?busy=true|false`. */
const settings = settingsFrom(readVariables(process.env));
const config = GlobalConfig.of(settings);
const log = createLog(() => 'error');
const services = await ServiceFactory.initializeGlobals(config, { clock, ids, log });
const app = await createApp({ services, clock, ids, scheduler, log, docsAsset, consoleFile: openConsoleFiles() });

/** Rounds of two messages: what a RoundBuffer that is full hands on, and a HybridBuffer files at once. */
const ROUNDS = 5;
/** So late that only this server lets it loose. */
const IN_A_YEAR_MS = 365 * 24 * 60 * 60 * 1_000;
const AT_A_TIME = 64;
/** How often the queue is filled up. */
const REFILL_MS = 5;

let stock: OutboxTask[] = [];
let busy = false;
let taken = 0;
let ranDry = false;

/** One task over all rounds of a session: each that is added extends it. */
const fileTask = async ({ tenantKey, sessionId }: Person, turn: () => string): Promise<readonly OutboxTask[]> => {
  let tasks: readonly OutboxTask[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const at = clock.now();
    const messages = (['user', 'assistant'] as const).map((role) => ({
      ...{ id: ids.uuid(), role, content: turn(), createdAt: at },
      ...{ name: null, metadata: null },
    }));
    const work = { kinds: ['index'], priority: PRIORITY.normal, at, dueAt: at + IN_A_YEAR_MS } as const;
    const scope = { tenantKey, userKey: null };
    tasks = (await services.store.messages.append(scope, sessionId, messages, undefined, work)).tasks;
  }
  return tasks;
};

const fillStock = async (count: number): Promise<void> => {
  const people = await addPeople(services.store, { count, messages: 0, name: `busy from ${stock.length}` });
  const speech = createSpeech();
  const filed = await inParallel(people, AT_A_TIME, (person) => fileTask(person, speech.turn));
  stock = [...stock, ...filed.flat()];
};

/** Keeps the queue full, so that every Worker has its next task at hand. */
const refill = (): void => {
  while (busy && services.processor.queueSize < services.processor.queueCapacity) {
    const task = stock.pop();
    if (!task) {
      ranDry = true;
      return;
    }
    taken += 1;
    services.processor.offer({ ...task, dueAt: clock.now() });
  }
};
setInterval(refill, REFILL_MS);

const becomeIdle = async (): Promise<void> => {
  busy = false;
  const isBusy = () =>
    services.processor.queueSize > 0 || services.processor.workers().some(({ state }) => state === 'busy');
  while (isBusy()) await Bun.sleep(20);
};

const control = async (url: URL): Promise<Response> => {
  const [fill, wanted] = [url.searchParams.get('stock'), url.searchParams.get('busy')];
  if (fill) await fillStock(Number(fill));
  if (wanted === 'false') await becomeIdle();
  if (wanted === 'true') busy = true;
  refill();
  return Response.json({ data: { left: stock.length, taken, ranDry, queued: services.processor.queueSize } });
};

Bun.serve({
  hostname: settings.server.host,
  port: settings.server.port,
  idleTimeout: 255,
  fetch: (request) => {
    const url = new URL(request.url);
    return url.pathname === '/bench/background' ? control(url) : app(request, { address: () => null });
  },
});
