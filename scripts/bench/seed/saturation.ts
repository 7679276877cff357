import { join } from 'node:path';
import { type Journeys, runJourneys, stepQuantile } from '../journeys.ts';
import { databaseIn, fillDatabase } from '../people.ts';
import { startProcess } from '../server-process.ts';
import { interleave, type Result, result, type SuiteOptions } from '../suite.ts';
import { inFolders } from './folders.ts';
import { createTalk, MEMORY } from './whole-path.ts';

const SERVER = join(import.meta.dir, 'saturation-server.ts');
const CLIENTS = 8;
/** Tasks put in stock by one call, so that no call takes minutes. */
const STOCK_SLICE = 5_000;
const TWICE = { of: 'ratio', atMost: 2 } as const;

interface Background {
  readonly left: number;
  readonly taken: number;
  readonly ranDry: boolean;
}

export interface SaturationPlan {
  readonly rounds: number;
  readonly durationMs: number;
  /** Tasks that are there to be let loose. */
  readonly stock: number;
  readonly queueSize: number;
}

const PLAN: SaturationPlan = { rounds: 9, durationMs: 3_000, stock: 40_000, queueSize: 1_000 };
const QUICK_PLAN: SaturationPlan = { rounds: 2, durationMs: 600, stock: 800, queueSize: 50 };

/** The API while all Workers of the background are busy and their queue is full, against the same while they are idle. */
export const measureSaturation = (
  { quick, say }: SuiteOptions,
  { plan = quick ? QUICK_PLAN : PLAN, databaseUrl }: { plan?: SaturationPlan; databaseUrl?: string } = {},
): Promise<Result[]> =>
  inFolders(1, async ([folder]) => {
    const { rounds, durationMs, stock, queueSize } = plan;
    const url = databaseUrl ?? databaseIn(folder);
    const people = await fillDatabase(url, { count: CLIENTS, messages: MEMORY, name: 'user' });
    const env = { MEMFUSE_MEMORY__BACKGROUND__QUEUE_SIZE: String(queueSize), DATABASE_URL: url };
    const server = await startProcess(SERVER, { health: '/api/v1/health', env, folder });
    const control = (parameters: string): Promise<Background> => server.call('POST', `/bench/background?${parameters}`);
    for (let filed = 0; filed < stock; filed += STOCK_SLICE)
      await control(`stock=${Math.min(STOCK_SLICE, stock - filed)}`);
    const steps = createTalk(people);
    const run = () => runJourneys({ port: server.port, connections: CLIENTS, durationMs, steps });
    await run();
    const tasksPerSecond: number[] = [];
    const { idle, busy } = await interleave(rounds, {
      idle: run,
      busy: async (): Promise<Journeys> => {
        const before = await control('busy=true');
        const startedMs = performance.now();
        const journeys = await run();
        const after = await control('');
        tasksPerSecond.push(((after.taken - before.taken) * 1_000) / (performance.now() - startedMs));
        await control('busy=false');
        return journeys;
      },
    });
    const { ranDry, left } = await control('busy=false');
    await server.stop();
    say(
      `Saturated: one server, ${CLIENTS} clients that add and ask; in every other round its background has ${queueSize} tasks queued at all times, ` +
        `each five rounds to cut, embed, count and file. Idle is the baseline.`,
    );
    if (ranDry) say('  The stock of background tasks ran out: the last saturated rounds were not.');
    else say(`  Of ${stock} tasks in stock ${left} were left.`);
    const wrong = [...idle, ...busy].find(({ firstError }) => firstError)?.firstError;
    if (wrong) say(`  An answer that was wrong: ${wrong}`);
    const compare = (name: string, step: string, q: number, target: typeof TWICE | null) =>
      result(
        name,
        'ms',
        busy.map((each) => stepQuantile(each, step, q)),
        {
          baseline: idle.map((each) => stepQuantile(each, step, q)),
          target,
        },
      );
    return [
      compare('add with the background saturated (idle), p99', 'add', 0.99, TWICE),
      compare('  p50', 'add', 0.5, null),
      compare('query with the background saturated (idle), p99', 'query', 0.99, TWICE),
      compare('  p50', 'query', 0.5, null),
      result('  background tasks meanwhile', 'tasks/s', tasksPerSecond),
    ];
  });
