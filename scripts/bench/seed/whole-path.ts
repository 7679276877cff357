import { addStep, type Journeys, queryStep, runJourneys, stepQuantile } from '../journeys.ts';
import { fillFolder, type Person } from '../people.ts';
import { MODEL_NAMES, type Model, startSide } from '../sides.ts';
import { interleave, quantile, type Result, result, type SuiteOptions } from '../suite.ts';
import { createSpeech } from '../workload.ts';
import { inFolders } from './folders.ts';

/** Messages that a user has before: about as many as a conversation of the LoCoMo benchmark, which has 588 on average. */
export const MEMORY = 600;
const CLIENTS = [1, 32] as const;
const TENTH = { of: 'ratio', atMost: 0.1 } as const;

/** Adds a round and asks a question, each client a user of its own, every text a new one. */
export const createTalk = (people: readonly Person[]) => {
  const { turn, question } = createSpeech();
  return (journey: number) => {
    const person = people[journey % people.length] as Person;
    return [addStep(person, turn(), turn()), queryStep(person, question())];
  };
};

const rows = (name: string, ours: readonly Journeys[], theirs: readonly Journeys[]): Result[] => {
  const compare = (label: string, unit: string, pick: (run: Journeys) => number, target: typeof TENTH | null = null) =>
    result(label, unit, ours.map(pick), { baseline: theirs.map(pick), target });
  return [
    compare(`add + query over HTTP, ${name}, p50`, 'ms', ({ totalsMs }) => quantile(totalsMs, 0.5), TENTH),
    compare('  p99', 'ms', ({ totalsMs }) => quantile(totalsMs, 0.99)),
    compare('  the add alone, p50', 'ms', (run) => stepQuantile(run, 'add', 0.5)),
    compare('  the query alone, p50', 'ms', (run) => stepQuantile(run, 'query', 0.5)),
    compare('  pairs served', 'pairs/s', ({ perSecond }) => perSecond),
  ];
};

const measureModel = (model: Model, { quick, say }: SuiteOptions): Promise<Result[]> =>
  inFolders(1, async ([folder]) => {
    const people = await fillFolder(folder, { count: Math.max(...CLIENTS), messages: MEMORY, name: 'user' });
    const product = await startSide('product', model, folder);
    const bypass = await startSide('bypass', model, folder);
    const [rounds, durationMs] = quick ? [3, 400] : [9, 3_000];
    const results: Result[] = [];
    const errors: string[] = [];
    const steps = createTalk(people);
    const run = async ({ port }: { port: number }, connections: number, forMs = durationMs): Promise<Journeys> => {
      const journeys = await runJourneys({ port, connections, durationMs: forMs, steps });
      if (journeys.firstError) errors.push(journeys.firstError);
      return journeys;
    };
    for (const server of [product, bypass]) await run(server, 8, quick ? 500 : 5_000);
    for (const clients of CLIENTS) {
      const { ours, theirs } = await interleave(rounds, {
        ours: () => run(product, clients),
        theirs: () => run(bypass, clients),
      });
      results.push(...rows(`${clients} ${clients === 1 ? 'client' : 'clients'}, ${MODEL_NAMES[model]}`, ours, theirs));
    }
    await product.stop();
    await bypass.stop();
    if (errors[0]) say(`${errors.length} runs had an answer that was wrong: ${errors[0]}`);
    return results;
  });

/** The whole of a turn with the server, from socket to socket. */
export const measureWholePath = async (options: SuiteOptions, models: readonly Model[]): Promise<Result[]> => {
  const results: Result[] = [];
  for (const model of models) results.push(...(await measureModel(model, options)));
  return results;
};
