import { rmSync } from 'node:fs';
import { addStep, type Journeys, listStep, queryStep, runJourneys, stepQuantile } from './journeys.ts';
import { fillFolder, type Person } from './people.ts';
import { benchFolder, type ServerProcess } from './server-process.ts';
import { hasTransformers, MODEL_NAMES, type Model, NO_TRANSFORMERS, SIDES, startSide } from './sides.ts';
import { interleave, quantile, type Result, result, type Suite, type SuiteOptions } from './suite.ts';
import { createSpeech } from './workload.ts';

/** What each user remembers before: a few short sessions. */
const HISTORY = 100;
const MAX_CONNECTIONS = 128;
/** A tenth of the time at the most: 90 % faster, where the seed asks for 70 %. */
const TENTH = { of: 'ratio', atMost: 0.1 } as const;
const NONE = { of: 'value', atMost: 0 } as const;

interface Plan {
  readonly model: Model;
  readonly users: number;
  readonly rounds: number;
  /** Journeys in a round: with few users each makes several, so that percentiles mean something. */
  readonly journeys: number;
}

const PLANS: readonly Plan[] = [
  { model: 'static', users: 10, rounds: 5, journeys: 1_000 },
  { model: 'static', users: 100, rounds: 5, journeys: 1_000 },
  { model: 'static', users: 1_000, rounds: 3, journeys: 2_000 },
  { model: 'static', users: 10_000, rounds: 3, journeys: 10_000 },
  { model: 'transformers', users: 10, rounds: 3, journeys: 200 },
  { model: 'transformers', users: 100, rounds: 3, journeys: 500 },
  { model: 'transformers', users: 1_000, rounds: 3, journeys: 1_000 },
];
const QUICK_PLANS: readonly Plan[] = [
  { model: 'static', users: 10, rounds: 3, journeys: 100 },
  { model: 'static', users: 100, rounds: 3, journeys: 200 },
  { model: 'static', users: 300, rounds: 3, journeys: 300 },
  { model: 'transformers', users: 10, rounds: 1, journeys: 50 },
];

/** What the first row of a plan is called; the rows of what it measured follow. */
const titleOf = ({ users, model }: Plan): string => `${users} users, ${MODEL_NAMES[model]}: users served`;

/** As the seed's simulate_user: adds, asks, and looks at the last ten messages. */
const journeysOf = (people: readonly Person[]) => {
  const { turn, question } = createSpeech();
  return (journey: number) => {
    const person = people[journey % people.length] as Person;
    return [addStep(person, turn(), turn()), queryStep(person, question()), listStep(person)];
  };
};

/** What a round made of a side, and the processor time that its server took for a user. */
interface Round extends Journeys {
  readonly cpuMs: number;
}

const CPU = '  processor time of a user, server';
const TIME = '  time of a user, p50';

const rows = (plan: Plan, ours: readonly Round[], theirs: readonly Round[]): Result[] => {
  const compare = (name: string, unit: string, pick: (run: Round) => number, target: typeof TENTH | null = null) =>
    result(name, unit, ours.map(pick), { baseline: theirs.map(pick), target });
  const step = (name: string, q: number) => (run: Journeys) => stepQuantile(run, name, q);
  const errors = (runs: readonly Journeys[]): number => runs.reduce((sum, run) => sum + run.errors, 0);
  return [
    compare(titleOf(plan), 'users/s', ({ perSecond }) => perSecond),
    compare(TIME, 'ms', ({ totalsMs }) => quantile(totalsMs, 0.5), TENTH),
    compare('  time of a user, p95', 'ms', ({ totalsMs }) => quantile(totalsMs, 0.95)),
    compare('  time of a user, p99', 'ms', ({ totalsMs }) => quantile(totalsMs, 0.99)),
    compare(CPU, 'ms', ({ cpuMs }) => cpuMs),
    ...['add', 'query', 'list'].flatMap((name) => [
      compare(`  ${name}, p50`, 'ms', step(name, 0.5)),
      compare(`  ${name}, p95`, 'ms', step(name, 0.95)),
      compare(`  ${name}, p99`, 'ms', step(name, 0.99)),
    ]),
    result('  errors', 'requests', [errors(ours)], { target: NONE }),
    result('  errors of the bypass', 'requests', [errors(theirs)], { target: NONE }),
  ];
};

const measure = async (plan: Plan, { say }: SuiteOptions): Promise<Result[]> => {
  const { model, users, rounds, journeys } = plan;
  const folder = benchFolder();
  const people = await fillFolder(folder, { count: users, messages: HISTORY, name: 'user' });
  const product = await startSide('product', model, folder);
  const bypass = await startSide('bypass', model, folder);
  rmSync(folder, { recursive: true });
  const steps = journeysOf(people);
  const connections = Math.min(MAX_CONNECTIONS, users);
  const run = async ({ port, cpuMs }: ServerProcess, count = journeys): Promise<Round> => {
    const beforeMs = cpuMs() ?? Number.NaN;
    const made = await runJourneys({ port, connections, count, steps });
    return { ...made, cpuMs: ((cpuMs() ?? Number.NaN) - beforeMs) / count };
  };
  // What starts with the first request is no part of a user's time.
  for (const server of [product, bypass]) await run(server, Math.min(20, users));
  const { ours, theirs } = await interleave(rounds, { ours: () => run(product), theirs: () => run(bypass) });
  await product.stop();
  await bypass.stop();
  const firstError = [...ours, ...theirs].find((each) => each.firstError)?.firstError;
  if (firstError) say(`${users} users, an answer that was wrong: ${firstError}`);
  return rows(plan, ours, theirs);
};

/** A sentence for a plan whose time was missed. */
const reasonOf = (plan: Plan, results: readonly Result[]): string | null => {
  const [time, cpu] = [TIME, CPU].map((row) => results.find(({ name }) => name === row));
  if (!time || time.ok || !cpu) return null;
  const name = titleOf(plan).replace(': users served', '');
  return [
    `Missed (${time.target}): ${name}, time of a user: ${time.ratio?.toFixed(3)}. With so many connections it is the processor time of all of them:`,
    `  the server takes ${cpu.value.toFixed(2)} ms for a user (the bypass ${cpu.baseline?.toFixed(2)}, a ratio of ${cpu.ratio?.toFixed(3)}), and the client's own time is the same on both sides.`,
    `  The bypass reads ${HISTORY} messages and what was added since for each question; it takes longer with every one more, the product hardly.`,
  ].join('\n');
};

/** The seed's LoadTestSuite. */
export const loadSuite: Suite = {
  description: "The seed's LoadTestSuite: 10 to 10,000 users over at most 128 connections, against the bypass",
  run: async (options) => {
    const { quick, say, draw } = options;
    for (const line of SIDES) say(line);
    say(
      `A user adds two messages, asks, and lists ten; each has ${HISTORY} messages before. The first of the rounds finds`,
    );
    say('  nobody in memory, the others everybody. Client and server share the processors of this machine.');
    const plans = (quick ? QUICK_PLANS : PLANS).filter(({ model }) => model === 'static' || hasTransformers());
    if (!hasTransformers()) say(NO_TRANSFORMERS);
    const measured = new Map<Plan, Result[]>();
    for (const plan of plans) {
      const results = await measure(plan, options);
      measured.set(plan, results);
      const reason = reasonOf(plan, results);
      if (reason) say(reason);
    }

    const line = (side: 'product' | 'bypass', model: Model, row: string | null) => ({
      name: `${side}, ${MODEL_NAMES[model]}`,
      points: [...measured].flatMap(([plan, results]) => {
        const found = results.find(({ name }) => name === (row ?? titleOf(plan)));
        const y = side === 'product' ? found?.value : found?.baseline;
        return plan.model !== model || y === undefined || y === null ? [] : [{ x: plan.users, y }];
      }),
    });
    const panel = (title: string, unit: string, row: string | null) => {
      const series = (['static', 'transformers'] as const)
        .flatMap((model) => [line('product', model, row), line('bypass', model, row)])
        .filter(({ points }) => points.length > 0);
      const x = { title: 'users', scale: 'log' } as const;
      draw({ kind: 'lines', title, x, y: { title: unit, scale: 'log' }, series });
    };
    panel('Users served', 'users/s', null);
    panel('Time of a user (add, query, list), p50', 'ms', TIME);
    panel('Time of an add, p99', 'ms', '  add, p99');
    panel('Time of a query, p99', 'ms', '  query, p99');
    return [...measured.values()].flat();
  },
};
