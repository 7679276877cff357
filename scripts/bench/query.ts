import { rmSync } from 'node:fs';
import { seededRandom } from '../../test/support/random.ts';
import { type Grown, type GrowthPlan, measureGrowth } from './query/growth.ts';
import { measureImport } from './query/imported.ts';
import { addRememberer, openStoreIn, remember } from './query/memories.ts';
import { measureCrowd, measureIndexing } from './query/memory-rows.ts';
import { keepSegments } from './query/product.ts';
import { reasonsOf } from './query/reasons.ts';
import { measureFirstQuery, measureHeldUp, measureLayers, measureWriters } from './query/served.ts';
import { createSpeech, type Speech } from './query/speech.ts';
import { benchFolder } from './server-process.ts';
import type { Result, Suite } from './suite.ts';

/** Milliseconds of the first query, by messages. */
const FIRST_QUERY_MS: Readonly<Record<number, number>> = { 10000: 60, 100000: 300 };
const CLIENTS = 32;
/** Questions of a round times the messages that each looks at, at the most, so that a large memory takes no longer. */
const QUESTIONS_TIMES_MESSAGES = 6_000_000;
/** The user beside the growing one. */
const SMALL = 1_000;

interface Plan {
  readonly growth: GrowthPlan;
  readonly served: { readonly rounds: number; readonly questions: number };
  readonly firstRounds: number;
  readonly heldUp: { readonly rounds: number; readonly durationMs: number };
  readonly crowd: { readonly users: number; readonly total: number; readonly watched: number; readonly rounds: number };
  readonly writers: { readonly rounds: number; readonly durationMs: number; readonly messages: number };
  readonly indexing: { readonly rounds: number; readonly adds: number };
  readonly imported: { readonly messages: number; readonly rounds: number };
}

const PLAN: Plan = {
  growth: {
    sizes: [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000],
    rounds: 5,
    questions: 200,
    budgetMs: 1_000,
  },
  served: { rounds: 5, questions: 300 },
  firstRounds: 7,
  heldUp: { rounds: 3, durationMs: 2_000 },
  crowd: { users: 1_000, total: 1_000_000, watched: 10_000, rounds: 5 },
  writers: { rounds: 5, durationMs: 3_000, messages: 1_000 },
  indexing: { rounds: 5, adds: 300 },
  imported: { messages: 50_000, rounds: 3 },
};

const QUICK_PLAN: Plan = {
  growth: { sizes: [1_000, 3_000, 10_000, 30_000], rounds: 3, questions: 50, budgetMs: 200 },
  served: { rounds: 3, questions: 50 },
  firstRounds: 3,
  heldUp: { rounds: 1, durationMs: 500 },
  crowd: { users: 20, total: 20_000, watched: 5_000, rounds: 3 },
  writers: { rounds: 2, durationMs: 700, messages: 300 },
  indexing: { rounds: 3, adds: 100 },
  imported: { messages: 20_000, rounds: 1 },
};

const inFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = benchFolder();
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** What is measured of the growing memory at a size, beside the questions themselves. */
const atSize =
  (speech: Speech, { served, firstRounds, heldUp, indexing }: Plan) =>
  async (grown: Grown): Promise<Result[]> => {
    const { size, folder, store, product, who } = grown;
    const targetMs = FIRST_QUERY_MS[size];
    const results: Result[] = [];
    if (targetMs !== undefined) {
      const random = seededRandom(17);
      await keepSegments(product, store, who);
      results.push(...(await measureFirstQuery(folder, who, size, speech, { targetMs, rounds: firstRounds, random })));
      const questions = Math.min(served.questions, QUESTIONS_TIMES_MESSAGES / size);
      results.push(...(await measureLayers(folder, who, size, speech, { ...served, questions, random })));
    }
    if (size === 10_000) results.push(...(await measureIndexing(folder, who, speech, indexing)));
    if (size === 1_000_000) {
      await keepSegments(product, store, who);
      const small = await addRememberer(store, 'Yusuf');
      await remember(store, small, SMALL, { speech, random: seededRandom(18) });
      results.push(...(await measureHeldUp(folder, { large: who, small, size }, speech, heldUp)));
    }
    return results;
  };

const writersRows = async (speech: Speech, { writers }: Plan): Promise<Result[]> => {
  const folder = benchFolder();
  const store = await openStoreIn(folder);
  const people = [];
  for (let i = 0; i < CLIENTS; i += 1) {
    const person = await addRememberer(store, `user ${i}`);
    await remember(store, person, writers.messages, { speech, random: seededRandom(100 + i) });
    people.push(person);
  }
  await store.close();
  // The folder goes with the server.
  return measureWriters(people, folder, speech, writers);
};

const NOTES = [
  'product: every question is a new one, so no cache knows it. "In this process": index, ranking and ten rows read from a real file,',
  '  as the search Worker does it; the rows below add the Worker and HTTP. Client, server and Worker share the processors of this machine.',
  'FTS5 and vec0: the same rows alone in a table each, ten results, the same questions in turns. "No stop words": what a careful user of',
  '  FTS5 would leave out. They rank by words or by nearness alone; what that finds is in `bun run bench retrieval`.',
] as const;

export const querySuite: Suite = {
  description: 'Time of a query by size of a memory, cold and hot, alone and among others, against bare FTS5 and vec0',
  run: async (options) => {
    const { quick, say } = options;
    for (const line of NOTES) say(line);
    if (quick) {
      const { users, total } = QUICK_PLAN.crowd;
      say(
        `--quick: memories of up to 30,000 messages, and a crowd of ${users} users with ${total.toLocaleString('en')}.`,
      );
    }
    const plan = quick ? QUICK_PLAN : PLAN;
    const speech = createSpeech();
    const results = [
      ...(await inFolder((folder) => measureGrowth(folder, speech, plan.growth, options, atSize(speech, plan)))),
      ...(await measureCrowd(speech, plan.crowd)),
      ...(await writersRows(speech, plan)),
      ...(await measureImport(speech, plan.imported)),
    ];
    for (const reason of reasonsOf(results)) say(reason);
    return results;
  },
};
