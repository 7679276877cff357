import { NO_FILTERS } from '../../../src/retrieval/filters.ts';
import type { ServiceFactory } from '../../../src/services/service-factory.ts';
import { fillFolder, type Person } from '../people.ts';
import { MODEL_NAMES, type Model, openSide, type Side } from '../sides.ts';
import { interleave, quantile, type Result, result, type SuiteOptions } from '../suite.ts';
import { createSpeech } from '../workload.ts';
import { inFolders } from './folders.ts';
import { MEMORY } from './whole-path.ts';

const TENTH = { of: 'ratio', atMost: 0.1 } as const;

interface Buffers {
  /** Milliseconds that adds spend outside of M0, one after the other. */
  addBeyondM0(rounds: number): Promise<number[]>;
  /** Milliseconds of a question that was asked before. */
  askAgain(times: number): Promise<number[]>;
  close(): Promise<void>;
}

/** Takes the time that a request waits for M0, so that the rest of it can be told. */
const tapM0 = ({ store }: ServiceFactory): { takeMs: () => number } => {
  const append = store.messages.append.bind(store.messages);
  let spentMs = 0;
  store.messages.append = async (...args) => {
    const startedMs = performance.now();
    try {
      return await append(...args);
    } finally {
      spentMs += performance.now() - startedMs;
    }
  };
  return {
    takeMs: () => {
      const taken = spentMs;
      spentMs = 0;
      return taken;
    },
  };
};

const openBuffers = async (side: Side, model: Model, folder: string, person: Person): Promise<Buffers> => {
  const factory = await openSide(side, folder, { 'embedding.provider': model });
  const m0 = tapM0(factory);
  const scope = { tenantKey: person.tenantKey, userKey: null };
  const speech = createSpeech();
  const message = (role: 'user' | 'assistant') =>
    ({ role, content: speech.turn(), name: null, metadata: null, createdAt: null }) as const;
  const add = async (): Promise<number> => {
    const startedMs = performance.now();
    const round = [message('user'), message('assistant')];
    await factory.addBatch(scope, person.sessionId, round);
    return performance.now() - startedMs - m0.takeMs();
  };
  const { tenantKey, userKey } = person;
  const request = {
    ...{ tenantKey, userKey, question: speech.question(), topK: 5, filters: NO_FILTERS },
    ...({ mode: 'hybrid', nowMs: Date.now(), explain: false } as const),
  };
  const ask = async (): Promise<number> => {
    const startedMs = performance.now();
    await factory.getBufferService(person).query(request);
    return performance.now() - startedMs;
  };
  const repeat = async (times: number, one: () => Promise<number>): Promise<number[]> => {
    const durations: number[] = [];
    for (let i = 0; i < times; i += 1) durations.push(await one());
    return durations;
  };
  // Workers and models start with the first of their work.
  await repeat(2, add);
  await repeat(2, ask);
  return {
    addBeyondM0: (rounds) => repeat(rounds, add),
    askAgain: (times) => repeat(times, ask),
    close: () => factory.close(),
  };
};

/** What the buffers do in the time of a request, against the work that they take out of it. */
export const measureBuffers = ({ quick }: SuiteOptions, models: readonly Model[]): Promise<Result[]> =>
  inFolders(2, async ([ofProduct, ofBypass]) => {
    const people = { count: models.length, messages: MEMORY, name: 'user' };
    const [ours, theirs] = [await fillFolder(ofProduct, people), await fillFolder(ofBypass, people)];
    const results: Result[] = [];
    for (const [i, model] of models.entries()) {
      const product = await openBuffers('product', model, ofProduct, ours[i] as Person);
      const bypass = await openBuffers('bypass', model, ofBypass, theirs[i] as Person);
      const [rounds, adds] = quick ? (model === 'static' ? [3, 15] : [2, 5]) : [9, 100];
      const questions = quick ? 6 : 100;
      const added = await interleave(rounds, {
        product: () => product.addBeyondM0(adds),
        bypass: () => bypass.addBeyondM0(adds),
      });
      // What is asked again is found without the model, whichever it is.
      const asked =
        model === 'static'
          ? await interleave(rounds, {
              product: () => product.askAgain(questions * 5),
              bypass: () => bypass.askAgain(questions),
            })
          : null;
      await product.close();
      await bypass.close();
      const compare = (name: string, runs: { product: number[][]; bypass: number[][] }, q: number) =>
        result(
          name,
          'ms',
          runs.product.map((run) => quantile(run, q)),
          {
            baseline: runs.bypass.map((run) => quantile(run, q)),
            target: TENTH,
          },
        );
      results.push(compare(`buffers, an add beyond M0, ${MODEL_NAMES[model]}`, added, 0.5));
      results.push(compare('  its p99', added, 0.99));
      if (!asked) continue;
      results.push(compare(`buffers, a question asked again, ${MEMORY} messages`, asked, 0.5));
      results.push(
        result(
          '  its p99',
          'ms',
          asked.product.map((run) => quantile(run, 0.99)),
          {
            baseline: asked.bypass.map((run) => quantile(run, 0.99)),
            target: { of: 'value', atMost: 0.3 },
          },
        ),
      );
    }
    return results;
  });
