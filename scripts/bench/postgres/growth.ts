import { openStore } from '../../../adapters/open.ts';
import { addPeople, inParallel, type Person } from '../people.ts';
import { median, type Result, result, type SuiteOptions } from '../suite.ts';
import { startAdder } from './adders.ts';

export interface GrowthPlan {
  /** Users of the database, one size after the other; each has one session. */
  readonly users: readonly number[];
  readonly messagesEach: number;
  readonly durationMs: number;
  readonly rounds: number;
}

const CLIENTS = 32;
/** Of all users so many are added to. */
const ACTIVE = 1_000;
const READS = 300;

/** What adds and the look before each question cost, as users and messages become more: flat, as each touches one user's rows alone. */
export const measureGrowth = async (url: string, plan: GrowthPlan, { draw }: SuiteOptions): Promise<Result[]> => {
  const { users: sizes, messagesEach: messages, durationMs, rounds } = plan;
  const store = await openStore(url, { use: 'server' });
  const adder = await startAdder(url);
  const people: Person[] = [];
  const adds: number[][] = [];
  const looks: number[][] = [];
  try {
    for (const size of sizes) {
      people.push(...(await addPeople(store, { count: size - people.length, messages, name: `of ${size}` })));
      const active = people.filter((_, i) => i % Math.ceil(size / ACTIVE) === 0);
      const rates: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        rates.push(await adder.run({ clients: CLIENTS, durationMs, people: active }));
      }
      adds.push(rates);
      const times = await inParallel(active.slice(0, READS), 1, async ({ tenantKey, userKey }) => {
        const beforeMs = performance.now();
        await store.corpus.generation(tenantKey, userKey);
        return performance.now() - beforeMs;
      });
      looks.push(times);
    }
  } finally {
    await adder.stop();
    await store.close();
  }
  const line = (name: string, y: (i: number) => number) => ({
    name,
    points: sizes.map((users, i) => ({ x: users * (messages + 1), y: y(i) })),
  });
  draw({
    kind: 'lines',
    title: 'Adds of two messages a second by 32 clients, one server',
    x: { title: 'messages in the database', scale: 'log' },
    y: { title: 'adds/s' },
    series: [line('adds', (i) => median(adds[i] ?? []))],
  });
  draw({
    kind: 'lines',
    title: 'The look before a question, p50',
    x: { title: 'messages in the database', scale: 'log' },
    y: { title: 'ms' },
    series: [line('look', (i) => median(looks[i] ?? []))],
  });
  return sizes.slice(1).flatMap((size, i) => [
    result(
      `adds, ${size.toLocaleString('en')} users (${sizes[0]?.toLocaleString('en')})`,
      'adds/s',
      adds[i + 1] ?? [],
      {
        baseline: adds[0] ?? [],
        target: { of: 'ratio', atLeast: 0.7 },
      },
    ),
    result('  the look before a question, p50', 'ms', [median(looks[i + 1] ?? [])], {
      baseline: [median(looks[0] ?? [])],
      target: { of: 'ratio', atMost: 1.5 },
    }),
  ]);
};
