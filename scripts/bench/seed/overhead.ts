import { createApp } from '../../../src/http/app.ts';
import { systemClock as clock } from '../../../src/platform/clock.ts';
import { systemIds as ids } from '../../../src/platform/ids.ts';
import { createLog } from '../../../src/platform/log.ts';
import { systemScheduler as scheduler } from '../../../src/platform/scheduler.ts';
import { openConsoleFiles } from '../../../src/services/console-files.ts';
import { docsAsset } from '../../../src/services/docs-assets.ts';
import { PerformanceMetrics } from '../../../src/services/performance-metrics.ts';
import { fillFolder } from '../people.ts';
import { openSide } from '../sides.ts';
import { interleave, type Result, result, type SuiteOptions } from '../suite.ts';
import { inFolders } from './folders.ts';

/** Nanoseconds each, over many one after the other. */
const each = async (times: number, work: () => Promise<unknown>): Promise<number> => {
  const startedNs = Bun.nanoseconds();
  for (let i = 0; i < times; i += 1) await work();
  return (Bun.nanoseconds() - startedNs) / times;
};

/** What measuring costs of the shortest request that there is: the read of a user, without a socket. */
export const measureOverhead = ({ quick, say }: SuiteOptions): Promise<Result[]> =>
  inFolders(1, async ([folder]) => {
    const [person] = await fillFolder(folder, { count: 1, messages: 0, name: 'user' });
    const services = await openSide('product', folder);
    const log = createLog(() => 'error');
    const app = await createApp({ services, clock, ids, scheduler, log, docsAsset, consoleFile: openConsoleFiles() });
    const request = () => new Request(`http://127.0.0.1/api/v1/users/${person?.userId}`);
    const get = async (): Promise<string> => (await app(request(), { address: () => null })).text();
    await each(500, get);

    const metrics = new PerformanceMetrics();
    const nothing = async (): Promise<void> => {};
    const route = '/api/v1/users/{user_id}';
    const record = async (): Promise<void> => metrics.request({ method: 'GET', route, status: 200, durationMs: 0.1 });
    for (const warmUp of [nothing, record]) await each(50_000, warmUp);
    const [rounds, times] = quick ? [5, 2_000] : [15, 10_000];
    const { measured, bare, requests } = await interleave(rounds, {
      measured: () => each(times * 10, record),
      bare: () => each(times * 10, nothing),
      requests: () => each(times, get),
    });
    await services.close();
    const costs = measured.map((nanoseconds, i) => Math.max(0, nanoseconds - (bare[i] ?? 0)));
    const shares = costs.map((cost, i) => (100 * cost) / (requests[i] ?? Number.NaN));
    say(
      'Metrics: one record a request, by which it is timed and counted; the share is of GET of a user without a socket.',
    );
    return [
      result('metrics, one record', 'ns', costs),
      result('metrics, share of a request', '%', shares, { target: { of: 'value', atMost: 2 } }),
    ];
  });
