import { createMemoryLayer } from '../../../src/memory/memory-layer.ts';
import { systemClock as clock } from '../../../src/platform/clock.ts';
import { systemIds as ids } from '../../../src/platform/ids.ts';
import { openBareEngine } from '../bare-engine.ts';
import { fillFolder, type Person } from '../people.ts';
import { openSide } from '../sides.ts';
import { interleave, median, quantile, type Result, result, type SuiteOptions } from '../suite.ts';
import { CONTENTS, SESSIONS } from '../workload.ts';
import { inFolders } from './folders.ts';
import { syncTimes } from './sync-times.ts';

const CLIENTS = 32;
/** The background waits: beside it, on the same cores, adds are measured by the rows on saturation. */
const IDLE_MS = 86_400_000;

type Run = { readonly perSecond: number; readonly latenciesMs: readonly number[] };

/** M0 inside the process: MemoryLayer.processBatch as many clients await it, each one round at a time. */
export const measureRawMemory = ({ quick, say }: SuiteOptions): Promise<Result[]> =>
  inFolders(1, async ([folder]) => {
    const [rounds, durationMs] = quick ? [3, 300] : [9, 3_000];
    const people = await fillFolder(folder, { count: SESSIONS, messages: 0, name: 'user' });
    const product = await openSide('product', folder);
    const layer = createMemoryLayer(product.store, clock, ids, { idleMs: () => IDLE_MS });
    const messages = CONTENTS.map((content) => ({ ...content, name: null, metadata: null, createdAt: null }));
    let next = 0;
    const run = async (): Promise<Run> => {
      const latenciesMs: number[] = [];
      const startedMs = performance.now();
      const client = async (): Promise<void> => {
        while (performance.now() - startedMs < durationMs) {
          next += 1;
          const { tenantKey, sessionId } = people[next % people.length] as Person;
          const sentMs = performance.now();
          await layer.processBatch({ tenantKey, userKey: null }, sessionId, messages);
          latenciesMs.push(performance.now() - sentMs);
        }
      };
      await Promise.all(Array.from({ length: CLIENTS }, client));
      return { perSecond: (latenciesMs.length * 1_000) / (performance.now() - startedMs), latenciesMs };
    };
    const bare = openBareEngine();
    const syncs: number[][] = [];
    const { ours, theirs } = await interleave(rounds, {
      ours: run,
      theirs: (): Run => {
        syncs.push(syncTimes(folder, 50));
        const { perSecond, latenciesMs } = bare.run(CLIENTS, durationMs);
        return { perSecond, latenciesMs: [...latenciesMs] };
      },
    });
    bare.close();

    let queued = 0;
    const adds = 200;
    for (let i = 0; i < adds; i += 1) {
      const person = people[i % people.length] as Person;
      const scope = { tenantKey: person.tenantKey, userKey: null };
      const added = await product.addBatch(scope, person.sessionId, messages);
      if (added.backgroundQueued) queued += 1;
    }
    await product.close();

    const [p50, p99] = [0.5, 0.99].map((q) => syncs.map((run) => quantile(run, q)));
    say(
      `M0: the bare engine is better-sqlite3 with the same inserts, ${CLIENTS} rounds a commit, on the calling thread. A write of 4 KiB and its ` +
        `fsync take this disk ${median(p50 ?? []).toFixed(2)} ms (p50) to ${median(p99 ?? []).toFixed(2)} ms (p99): no answer is faster than one, and one that meets a commit waits for two.`,
    );
    const microsecondsEach = ({ perSecond }: Run): number => 1e6 / perSecond;
    const p99Of = ({ latenciesMs }: Run): number => quantile(latenciesMs, 0.99);
    return [
      result('fsync of 4 KiB, p50', 'ms', p50 ?? []),
      result('  p99', 'ms', p99 ?? []),
      result(
        `M0 of a round, ${CLIENTS} clients (bare engine, the same group commit)`,
        'us',
        ours.map(microsecondsEach),
        {
          baseline: theirs.map(microsecondsEach),
          target: { of: 'ratio', atMost: 1.5 },
        },
      ),
      result(
        '  p50',
        'ms',
        ours.map(({ latenciesMs }) => quantile(latenciesMs, 0.5)),
      ),
      result('  p99 (bare: of the commit)', 'ms', ours.map(p99Of), {
        baseline: theirs.map(p99Of),
        target: { of: 'value', atMost: 10 },
      }),
      result('adds whose background work was queued', '%', [(queued / adds) * 100], {
        target: { of: 'value', atLeast: 100 },
      }),
    ];
  });
