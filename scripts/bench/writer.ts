import { join } from 'node:path';
import { runLoad } from './load-client.ts';
import { startProcess } from './server-process.ts';
import { interleave, quantile, result, type Suite } from './suite.ts';
import { prepareAdds } from './workload.ts';

const SERVER = join(import.meta.dir, 'writer-server.ts');
const CLIENTS = 32;

/** Where the writing connection should live: decided by this, told in adapters/sqlite/README.md. */
export const writerSuite: Suite = {
  description: 'The writing connection in a storage Worker against the same on the main thread, 32 clients adding',
  run: async ({ quick }) => {
    const [rounds, durationMs] = quick ? [3, 1_000] : [9, 3_000];
    const start = (writer: 'worker' | 'here') =>
      startProcess(SERVER, { health: '/api/v1/health', env: { BENCH_WRITER: writer } });
    const worker = await start('worker');
    const here = await start('here');
    const side = async (server: typeof worker) => {
      const request = await prepareAdds(server);
      return async () => {
        await server.call('POST', '/bench/delay');
        const load = await runLoad({ port: server.port, clients: CLIENTS, durationMs, request, status: 201 });
        const delay = (await server.call('POST', '/bench/delay')) as { p50: number; p99: number };
        return { ...load, delay };
      };
    };
    const { ours, theirs } = await interleave(rounds, { ours: await side(worker), theirs: await side(here) });
    await worker.stop();
    await here.stop();
    const compare = (name: string, unit: string, pick: (load: (typeof ours)[number]) => number) =>
      result(name, unit, ours.map(pick), { baseline: theirs.map(pick) });
    return [
      compare('adds of two messages, Worker (main thread)', 'adds/s', ({ perSecond }) => perSecond),
      compare('  p50', 'ms', ({ latenciesMs }) => quantile([...latenciesMs], 0.5)),
      compare('  p99', 'ms', ({ latenciesMs }) => quantile([...latenciesMs], 0.99)),
      compare('event-loop delay, p50', 'ms', ({ delay }) => delay.p50),
      compare('event-loop delay, p99', 'ms', ({ delay }) => delay.p99),
    ];
  },
};
