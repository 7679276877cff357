import { openMiniLM } from '../../quality/mini-lm.ts';
import { addStep, type Journeys, queryStep, runJourneys, type Step, stepQuantile } from '../journeys.ts';
import { getBytes } from '../load-client.ts';
import { fillFolder, type Person } from '../people.ts';
import { MODEL_NAMES, type Model, startSide } from '../sides.ts';
import { interleave, median, quantile, type Result, result, type SuiteOptions } from '../suite.ts';
import { createSpeech } from '../workload.ts';
import { inFolders } from './folders.ts';
import { syncTimes } from './sync-times.ts';

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

/** Two requests that hardly do anything: what HTTP costs of a turn. */
const createSilence =
  (people: readonly Person[]) =>
  (journey: number): Step[] => {
    const bytes = getBytes(`/api/v1/users/${(people[journey % people.length] as Person).userId}`);
    return Array.from({ length: 2 }, () => ({ name: 'get', bytes, status: 200 }));
  };

const p50 = (runs: readonly Journeys[]): number => median(runs.map(({ totalsMs }) => quantile(totalsMs, 0.5)));

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

/** Milliseconds that MiniLM takes for a question at best; null where it is not installed. */
const questionMs = async (): Promise<number | null> => {
  const model = await openMiniLM();
  if (typeof model === 'string') return null;
  const { question } = createSpeech();
  const durations: number[] = [];
  for (let i = 0; i < 30; i += 1) {
    const startedMs = performance.now();
    await model.embed([question()]);
    durations.push(performance.now() - startedMs);
  }
  await model.close();
  return quantile(durations, 0.1);
};

const measureModel = (model: Model, { quick, say }: SuiteOptions): Promise<Result[]> =>
  inFolders(1, async ([folder]) => {
    const embeddingMs = model === 'static' ? null : await questionMs();
    const people = await fillFolder(folder, { count: Math.max(...CLIENTS), messages: MEMORY, name: 'user' });
    const product = await startSide('product', model, folder);
    const bypass = await startSide('bypass', model, folder);
    const [rounds, durationMs] = quick ? [model === 'static' ? 2 : 1, 200] : [9, 3_000];
    const results: Result[] = [];
    const errors: string[] = [];
    const talk = createTalk(people);
    const silence = createSilence(people);
    const run = async ({ port }: { port: number }, connections: number, steps = talk): Promise<Journeys> => {
      const journeys = await runJourneys({ port, connections, durationMs, steps });
      if (journeys.firstError) errors.push(journeys.firstError);
      return journeys;
    };
    // Everybody once, so that no round is the one in which memories are read for the first time; the bypass reads them
    // each time anyway.
    await runJourneys({ port: product.port, connections: 8, count: people.length, steps: talk });
    await runJourneys({ port: bypass.port, connections: 8, count: quick ? 2 : people.length, steps: talk });
    for (const clients of CLIENTS) {
      const { ours, theirs, least } = await interleave(rounds, {
        ours: () => run(product, clients),
        theirs: () => run(bypass, clients),
        least: () => run(product, clients, silence),
      });
      const askers = `${clients} ${clients === 1 ? 'client' : 'clients'}`;
      const name = `${askers}, ${MODEL_NAMES[model]}`;
      results.push(...rows(name, ours, theirs));
      const syncMs = median(syncTimes(folder, 50));
      const leastMs = p50(least) + syncMs;
      say(
        `add + query, ${name}: two requests that do nothing take ${p50(least).toFixed(2)} ms here and a sync of the disk ${syncMs.toFixed(2)} ms, together ` +
          `${(leastMs / p50(theirs)).toFixed(3)} of the bypass: no server gets below that ratio.`,
      );
      if (embeddingMs === null) continue;
      const allMs = clients * embeddingMs;
      say(
        `  MiniLM embeds one question after the other, ${embeddingMs.toFixed(1)} ms each at best, of ${askers} in ` +
          `${allMs.toFixed(0)} ms, ${(allMs / p50(theirs)).toFixed(3)} of the bypass: no server that embeds the question gets below that ratio.`,
      );
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
