import { join } from 'node:path';
import { createLog } from '../../../src/platform/log.ts';
import type { Owner } from '../../../src/retrieval/owner.ts';
import { ConnectionManager } from '../../../src/services/connection-manager.ts';
import type { ServiceFactory } from '../../../src/services/service-factory.ts';
import { fillFolder } from '../people.ts';
import { openSide } from '../sides.ts';
import { interleave, median, quantile, type Result, result, type SuiteOptions } from '../suite.ts';
import { inFolders } from './folders.ts';

const CALLS = 2_000;
const TWENTIETH = { of: 'ratio', atMost: 0.05 } as const;

/** Milliseconds of each call. */
const timed = async (calls: number, call: (i: number) => unknown): Promise<number[]> => {
  const durations = new Float64Array(calls);
  for (let i = 0; i < calls; i += 1) {
    const startedNs = Bun.nanoseconds();
    const outcome = call(i);
    if (outcome instanceof Promise) await outcome;
    durations[i] = (Bun.nanoseconds() - startedNs) / 1e6;
  }
  return [...durations];
};

/** What reading the clock adds to each of these calls. */
const clockUs = async (): Promise<number> => 1_000 * quantile(await timed(CALLS, () => undefined), 0.5);

const microseconds = (runs: readonly number[][], q: number, clock = 0): number[] =>
  runs.map((run) => Math.max(0, 1_000 * quantile(run, q) - clock));

/** The service of a request: the bypass builds it and checks the connection that it is built on. */
export const measureInitialisation = ({ quick, say }: SuiteOptions): Promise<Result[]> =>
  inFolders(3, async ([empty, ofProduct, ofBypass]) => {
    const rounds = quick ? 5 : 15;
    const people = { count: 1, messages: 0, name: 'user' };
    const [person] = await fillFolder(ofProduct, people);
    await fillFolder(ofBypass, people);
    if (!person) throw new Error('There is nobody to measure with.');
    const openings: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      const startedMs = performance.now();
      const factory = await openSide('product', join(empty, String(i)));
      openings.push(performance.now() - startedMs);
      await factory.close();
    }
    const product = await openSide('product', ofProduct);
    const bypass = await openSide('bypass', ofBypass);
    let newcomers = 1_000_000;
    const newcomer = (): Owner => {
      newcomers += 1;
      return { tenantKey: person.tenantKey, userKey: newcomers };
    };
    const anew = async (factory: ServiceFactory): Promise<void> => {
      factory.getBufferService(person);
      await factory.store.ping();
    };
    const { first, cached, built } = await interleave(rounds, {
      first: () => timed(CALLS, () => product.getBufferService(newcomer())),
      cached: () => timed(CALLS, () => product.getBufferService(person)),
      built: () => timed(CALLS, () => anew(bypass)),
    });
    await product.close();
    await bypass.close();
    const clock = await clockUs();
    const [firstUs, cachedUs, builtUs] = [first, cached, built].map((runs) => microseconds(runs, 0.5, clock));
    if (!firstUs || !cachedUs || !builtUs) throw new Error('Nothing was measured.');
    say(
      'Services: the bypass builds one for each request and checks its connection by a point read; the product keeps those of',
    );
    say(
      `  10,000 users. The limit: both are so light that a look-up in the cache, ${median(cachedUs).toFixed(2)} us, is what can be saved to; the first`,
    );
    say(
      '  of a user also makes the service and finds it a place among them, once for each user and not for each request.',
    );
    return [
      result('service of a user, first', 'us', firstUs, { baseline: builtUs, target: TWENTIETH }),
      result('service of a user, cached', 'us', cachedUs, { baseline: builtUs, target: TWENTIETH }),
      result('  its p99', 'us', microseconds(cached, 0.99), {
        baseline: microseconds(built, 0.99),
        target: { of: 'value', atMost: 100 },
      }),
      result('what all services share, opened once', 'ms', [median(openings)]),
    ];
  });

/** The pool of a URL that is open already: the bypass's way checks its connection first. */
export const measurePool = ({ quick }: SuiteOptions): Promise<Result[]> =>
  inFolders(1, async ([folder]) => {
    await fillFolder(folder, { count: 1, messages: 0, name: 'user' });
    const url = `sqlite:${join(folder, 'memfuse.db')}`;
    const connections = new ConnectionManager(createLog('silent'));
    await connections.getPool(url);
    const { lent, checked } = await interleave(quick ? 5 : 15, {
      lent: () => timed(CALLS, () => connections.getPool(url)),
      checked: () => timed(CALLS, async () => (await connections.getPool(url)).ping()),
    });
    await connections.close();
    return [
      result('pool of a database that is open, p50', 'us', microseconds(lent, 0.5), {
        baseline: microseconds(checked, 0.5),
      }),
      result('  its p99', 'us', microseconds(lent, 0.99), {
        baseline: microseconds(checked, 0.99),
        target: { of: 'value', atMost: 500 },
      }),
    ];
  });
