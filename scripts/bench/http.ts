import { join } from 'node:path';
import { openBareEngine } from './bare-engine.ts';
import { getBytes, runLoad } from './load-client.ts';
import { type ServerProcess, startProcess } from './server-process.ts';
import { interleave, quantile, type Result, result, type Suite } from './suite.ts';
import { CONTENTS, prepareAdds } from './workload.ts';

const MAIN = join(import.meta.dir, '..', '..', 'src', 'main.ts');
const EMPTY = join(import.meta.dir, 'empty-route.ts');
const BARE_READ = join(import.meta.dir, 'bare-read.ts');
const MIB = 1_048_576;
/** How long the memory of a server that does nothing is given to become stable. */
const REST_MS = 1_000;

type Plan = { readonly rounds: number; readonly durationMs: number };

/** The background waits: what is measured is the answer, on cores that nothing else is at. */
const HELD = {
  MEMFUSE_BUFFER__ROUND_BUFFER__IDLE: '86400',
  MEMFUSE_BUFFER__ROUND_BUFFER__MAX_SIZE: '10000',
  MEMFUSE_BUFFER__ROUND_BUFFER__MAX_TOKENS: '1000000',
};

const startProduct = (env: Record<string, string> = {}): Promise<ServerProcess> =>
  startProcess(MAIN, { health: '/api/v1/health', env });

interface Adds {
  readonly name: string;
  readonly env: Record<string, string>;
  readonly clients: readonly number[];
  /** Whether the targets are meant for these. */
  readonly isJudged: boolean;
}

const ADDS: readonly Adds[] = [
  { name: 'add of two messages', env: HELD, clients: [1, 10, 32, 128], isJudged: true },
  { name: 'add, chunks and vectors made behind it on the same cores', env: {}, clients: [32], isJudged: false },
];

const measureAdds = async ({ rounds, durationMs }: Plan, { name, env, clients: counts, isJudged }: Adds) => {
  const product = await startProduct(env);
  const bare = openBareEngine();
  const request = await prepareAdds(product);
  const results: Result[] = [];
  for (const clients of counts) {
    const { ours, theirs } = await interleave(rounds, {
      ours: () => runLoad({ port: product.port, clients, durationMs, request, status: 201 }),
      theirs: () => bare.run(clients, durationMs),
    });
    const held = isJudged && clients === 32;
    const rates = ours.map(({ perSecond }) => perSecond);
    const bareRates = theirs.map(({ perSecond }) => perSecond);
    const tails = ours.map(({ latenciesMs }) => quantile([...latenciesMs], 0.99));
    const bareTails = theirs.map(({ latenciesMs }) => quantile([...latenciesMs], 0.99));
    results.push(
      result(`${name}, ${clients} clients`, 'adds/s', rates, {
        baseline: bareRates,
        target: held ? { of: 'ratio', atLeast: 0.4 } : null,
      }),
      result(`  its p99 (bare: of the commit)`, 'ms', tails, {
        baseline: bareTails,
        target: held ? { of: 'ratio', atMost: 3 } : null,
      }),
    );
  }
  bare.close();
  await product.stop();
  return results;
};

const measureReads = async ({ rounds, durationMs }: Plan): Promise<Result[]> => {
  const product = await startProduct();
  const empty = await startProcess(EMPTY, { health: '/health' });
  const bare = await startProcess(BARE_READ, { health: '/health' });
  const { user } = await product.call('POST', '/api/v1/users', { name: 'alice' });
  const get = getBytes(`/api/v1/users/${user.id}`);
  const load = (port: number, bytes: string) =>
    runLoad({ port, clients: 32, durationMs, request: () => bytes, status: 200 });
  const { ours, theirs } = await interleave(rounds, {
    ours: () => load(product.port, get),
    theirs: () => load(empty.port, getBytes('/users/1')),
  });
  const least = await interleave(rounds, {
    ours: () => load(bare.port, getBytes('/users/1')),
    theirs: () => load(empty.port, getBytes('/users/1')),
  });
  await bare.stop();
  await empty.stop();
  await product.stop();
  return [
    result(
      'GET of a user, 32 clients (an empty Hono route)',
      'requests/s',
      ours.map(({ perSecond }) => perSecond),
      { baseline: theirs.map(({ perSecond }) => perSecond), target: { of: 'ratio', atLeast: 0.5 } },
    ),
    result(
      '  the least: a bare route with one read of SQLite (the same)',
      'requests/s',
      least.ours.map(({ perSecond }) => perSecond),
      { baseline: least.theirs.map(({ perSecond }) => perSecond) },
    ),
  ];
};

/** Adds one round, waits until it is indexed, and finds it: after that every Worker has started. */
const converse = async (server: ServerProcess): Promise<void> => {
  const { agent } = await server.call('POST', '/api/v1/agents', { name: 'agent' });
  const { user } = await server.call('POST', '/api/v1/users', { name: 'alice' });
  const { session } = await server.call('POST', '/api/v1/sessions', { user_id: user.id, agent_id: agent.id });
  const path = `/api/v1/sessions/${session.id}/messages?wait_for=indexed&timeout_ms=30000`;
  await server.call('POST', path, { messages: CONTENTS });
  await server.call('POST', `/api/v1/users/${user.id}/query`, { query: 'Which tram do I take?' });
};

const measureStart = async ({ rounds }: Plan): Promise<Result[]> => {
  const bootMs: number[] = [];
  const rssMib: number[] = [];
  const countingMib: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const product = await startProduct();
    bootMs.push(product.bootMs);
    await Bun.sleep(REST_MS);
    const rss = product.rssBytes();
    if (rss !== null) rssMib.push(rss / MIB);
    await converse(product);
    await Bun.sleep(REST_MS);
    const counting = product.rssBytes();
    if (counting !== null) countingMib.push(counting / MIB);
    await product.stop();
  }
  return [
    result('start to first healthy answer', 'ms', bootMs, { target: { of: 'value', atMost: 400 } }),
    ...(rssMib.length > 0
      ? [
          result('memory of an idle server (RSS)', 'MiB', rssMib, { target: { of: 'value', atMost: 120 } }),
          result('  once it has counted tokens, stored, embedded and found', 'MiB', countingMib, {
            target: { of: 'value', atMost: 230 },
          }),
        ]
      : []),
  ];
};

export const httpSuite: Suite = {
  description: 'Adding and reading over HTTP against the bare engine and an empty route; start and idle memory',
  run: async ({ quick }) => {
    const plan: Plan = quick ? { rounds: 3, durationMs: 800 } : { rounds: 9, durationMs: 2_000 };
    const adds: Result[] = [];
    for (const one of ADDS) adds.push(...(await measureAdds(plan, one)));
    return [...(await measureStart(plan)), ...(await measureReads(plan)), ...adds];
  },
};
