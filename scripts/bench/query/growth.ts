import type { Store } from '../../../src/contract/store.ts';
import { openStaticModel } from '../../../src/embedding/static-model.ts';
import { seededRandom } from '../../../test/support/random.ts';
import { interleave, median, quantile, type Result, result, type SuiteOptions, type Target } from '../suite.ts';
import { BASELINES, type BaselineName, openBaselines } from './baselines.ts';
import { addRememberer, openStoreIn, type Rememberer, remember } from './memories.ts';
import { isCold, openProduct, type Product } from './product.ts';
import type { Speech } from './speech.ts';
import { timeEach } from './timing.ts';

/** Messages that are made, indexed and given to the baselines at a time. */
const PORTION = 50_000;
const WARMING_QUESTIONS = 20;
const MIB = 1_048_576;

export interface GrowthPlan {
  readonly sizes: readonly number[];
  readonly rounds: number;
  /** Questions of a round: at the smaller sizes all, at the larger as many as fit into the budget of a side. */
  readonly questions: number;
  readonly budgetMs: number;
}

/** What has a target, and what else is told of it. */
const TARGETS: Readonly<Record<number, { readonly p50: Target; readonly p99?: Target }>> = {
  10000: { p50: { of: 'value', atMost: 1 }, p99: { of: 'value', atMost: 5 } },
  100000: { p50: { of: 'value', atMost: 5 } },
  1000000: { p50: { of: 'value', atMost: 60 } },
};

const SIDES = ['product', ...BASELINES] as const;
type Side = (typeof SIDES)[number];
type Times = Record<Side, number[][]>;

/** The one user that grows, at one of the sizes. */
export interface Grown {
  readonly size: number;
  readonly folder: string;
  readonly store: Store;
  readonly product: Product;
  readonly who: Rememberer;
}

const p50s = (rounds: readonly (readonly number[])[]): number[] => rounds.map((each) => quantile(each, 0.5));
const p99s = (rounds: readonly (readonly number[])[]): number[] => rounds.map((each) => quantile(each, 0.99));

const NOTES: Readonly<Record<BaselineName, string>> = {
  FTS5: 'bare FTS5, all words',
  'FTS5 without stop words': 'bare FTS5, no stop words',
  'vec0 float': 'bare vec0, 256 floats',
  'vec0 int8': 'bare vec0, 256 bytes',
  'vec0 bits': 'bare vec0, 256 bits',
};

const rowsOf = (size: number, times: Times): Result[] => {
  const { p50, p99 = null } = TARGETS[size] ?? { p50: null };
  const ours = p50s(times.product);
  return [
    result(`${size.toLocaleString('en')} messages, a new question, in this process, p50`, 'ms', ours, { target: p50 }),
    result('  p99', 'ms', p99s(times.product), { target: p99 }),
    ...BASELINES.map((name) => result(`  p50 (${NOTES[name]})`, 'ms', ours, { baseline: p50s(times[name]) })),
  ];
};

/** How much longer ten times the messages take, as an exponent: 1 is in proportion. */
const exponent = (from: readonly [number, number], to: readonly [number, number]): string =>
  (Math.log(to[1] / from[1]) / Math.log(to[0] / from[0])).toFixed(2);

const explain = (measured: ReadonlyMap<number, Times>): string => {
  const points = [...measured].map(([size, times]): [number, number] => [size, median(p50s(times.product))]);
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || first === last) return '';
  const middle = points[points.length >> 1] ?? first;
  const nsOfMessage = (1e6 * (last[1] - middle[1])) / (last[0] - middle[0]);
  const ratioTo = (name: BaselineName, size: number): string => {
    const times = measured.get(size);
    return times ? (median(p50s(times.product)) / median(p50s(times[name]))).toFixed(2) : '?';
  };
  return [
    `Growth: p50 goes from ${first[1].toFixed(2)} ms at ${first[0].toLocaleString('en')} messages to ${last[1].toFixed(2)} ms at`,
    `  ${last[0].toLocaleString('en')}: with an exponent of ${exponent(first, middle)} up to ${middle[0].toLocaleString('en')} messages and of ${exponent(middle, last)} from there on. What is there`,
    '  whatever the size is the question itself (its words, pieces, vector, named times and speakers) and ten rows read from the',
    `  store. The rest is in proportion, ${nsOfMessage.toFixed(0)} ns a message: the search is exact, so each question is multiplied with every`,
    "  vector (256 bytes a message), walks the postings of its words and of words near to them, and passes over every message's",
    "  column for each step of the ranking; past a few hundred thousand messages these no longer fit the processor's caches and",
    '  memory sets the pace. FTS5 grows with the postings of the words asked for, so that its stop words cost it most; vec0 reads',
    '  all vectors through pages of the database. Neither knows neighbours, sessions, or near words, which the product ranks by.',
    `  Product / FTS5 at the two ends: ${ratioTo('FTS5', first[0])} and ${ratioTo('FTS5', last[0])}; product / vec0 with bytes: ${ratioTo('vec0 int8', first[0])} and ${ratioTo('vec0 int8', last[0])}.`,
  ].join('\n');
};

const drawGrowth = (measured: ReadonlyMap<number, Times>, { draw }: SuiteOptions): void => {
  const line = (name: string, pick: (times: Times) => number) => ({
    name,
    points: [...measured].map(([x, times]) => ({ x, y: pick(times) })),
  });
  draw({
    kind: 'lines',
    title: 'A new question to one user, ten results, index in memory',
    x: { title: 'messages of the user', scale: 'log' },
    y: { title: 'ms', scale: 'log' },
    series: [
      line('product p50', ({ product }) => median(p50s(product))),
      line('product p99', ({ product }) => median(p99s(product))),
      ...BASELINES.map((name) => line(`${name} p50`, (times) => median(p50s(times[name])))),
    ],
  });
};

/**
 * One user's memory that grows, and the bare engines over the same rows: the same questions to all of them in turns, every
 * one new.
 *
 * @param at what else is measured at a size, before the memory grows on.
 */
export const measureGrowth = async (
  folder: string,
  speech: Speech,
  { sizes, rounds, questions, budgetMs }: GrowthPlan,
  options: SuiteOptions,
  at: (grown: Grown) => Promise<Result[]>,
): Promise<Result[]> => {
  const random = seededRandom(5);
  const store = await openStoreIn(folder);
  const who = await addRememberer(store, 'Leilani');
  const product = await openProduct(folder);
  const baselines = openBaselines(folder, await openStaticModel());
  const measured = new Map<number, Times>();
  const results: Result[] = [];
  let size = 0;
  for (const wanted of sizes) {
    const startedMs = performance.now();
    while (size < wanted) {
      const count = Math.min(PORTION, wanted - size);
      const texts = await remember(store, who, count, { speech, random });
      const index = await product.indexes.open(who);
      if (index) baselines.add(index, size, texts);
      size += count;
    }
    const grownMs = performance.now() - startedMs;
    const ask = (question: string) => product.ask(who, question);
    await timeEach(
      Array.from({ length: WARMING_QUESTIONS }, () => speech.question(random)),
      ask,
      { budgetMs },
    );
    let asked: string[] = [];
    const round = (side: Side) => async (): Promise<number[]> => {
      if (side === 'product') return timeEach(asked, ask, { budgetMs, counts: isCold });
      return timeEach(asked, baselines.ask[side], { budgetMs });
    };
    const times = Object.fromEntries(SIDES.map((side) => [side, [] as number[][]])) as Times;
    for (let i = 0; i < rounds; i += 1) {
      asked = Array.from({ length: questions }, () => speech.question(random));
      const order = i % 2 === 0 ? SIDES : SIDES.toReversed();
      const given = await interleave(1, Object.fromEntries(order.map((side) => [side, round(side)])));
      for (const side of SIDES) times[side].push(...(given[side] ?? []));
    }
    measured.set(wanted, times);
    const index = await product.indexes.open(who);
    options.say(
      `${wanted.toLocaleString('en')} messages: made, indexed and given to the baselines in ${(grownMs / 1_000).toFixed(1)} s; the index holds ${((index?.bytes ?? 0) / MIB).toFixed(1)} MiB.`,
    );
    if (TARGETS[wanted]) results.push(...rowsOf(wanted, times));
    results.push(...(await at({ size: wanted, folder, store, product, who })));
  }
  baselines.close();
  await store.close();
  options.say(explain(measured));
  drawGrowth(measured, options);
  return results;
};
