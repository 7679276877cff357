import { type Interval, intervalOf } from '../../quality/bootstrap.ts';
import type { Conversation, Question } from '../../quality/conversation.ts';
import {
  areaUnderCurve,
  figuresOf,
  MEASURE_NAMES,
  type Measure,
  mean,
  type Outcome,
  valuesOf,
} from '../../quality/figures.ts';
import type { Answer } from '../../quality/over-http.ts';
import type { BarsPanel } from '../plot.ts';
import type { Result } from '../suite.ts';
import type { Ranking } from './rankings.ts';

/** Conversations that are told of together. */
export interface QuestionSet {
  readonly name: string;
  readonly conversations: readonly Conversation[];
  /** What must hold of the product, and what is wished for. */
  readonly targets: Partial<Record<Measure, { readonly must: number; readonly aim?: number }>>;
  /** What must hold of R@10 when MiniLM is the configured model. */
  readonly modelTarget?: { readonly must: number; readonly aim: number };
}

const MEASURES = Object.keys(MEASURE_NAMES) as Measure[];
/** The two that are told of every ranking. */
const MAIN: readonly Measure[] = ['anyAt5', 'recallAt10'];

const questionsOf = ({ conversations }: QuestionSet): Question[] =>
  conversations.flatMap(({ questions }) => questions.filter(({ evidence }) => evidence.length > 0));

const outcomesIn = (set: QuestionSet, { outcomes }: Ranking): Outcome[] =>
  questionsOf(set).flatMap((question) => outcomes.get(question) ?? []);

const categoriesOf = (set: QuestionSet): string[] => [...new Set(questionsOf(set).map((q) => q.category))].sort();

const share = (x: number): string => x.toFixed(3);
const around = ([low, high]: Interval): string => `${share(low)} to ${share(high)}`;

const lines = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** All measures of some rankings of one set, each with its interval for the two main ones. */
export const overallTable = (set: QuestionSet, rankings: readonly Ranking[]): string => {
  const head = [
    `${set.name} (${questionsOf(set).length} questions)`,
    ...MEASURES.map((measure) => MEASURE_NAMES[measure]),
    ...MAIN.map((measure) => `${MEASURE_NAMES[measure]}, 95 %`),
  ];
  const rows = rankings.map((ranking) => {
    const outcomes = outcomesIn(set, ranking);
    const figures = figuresOf(outcomes);
    return [
      ranking.name,
      ...MEASURES.map((measure) => share(figures[measure])),
      ...MAIN.map((measure) => around(intervalOf(valuesOf(measure, outcomes)))),
    ];
  });
  return lines([head, ...rows]);
};

/** The product by category, with the questions of each. */
export const categoryTable = (set: QuestionSet, product: Ranking): string => {
  const head = ['  by category', ...MEASURES.map((measure) => MEASURE_NAMES[measure]), 'questions', 'any@5, 95 %'];
  const rows = categoriesOf(set).map((category) => {
    const outcomes = outcomesIn(set, product).filter((outcome) => outcome.category === category);
    const figures = figuresOf(outcomes);
    const interval = around(intervalOf(valuesOf('anyAt5', outcomes)));
    return [`  ${category}`, ...MEASURES.map((m) => share(figures[m])), String(outcomes.length), interval];
  });
  return lines([head, ...rows]);
};

/** The product's rows of the result, against the usual hybrid of the same run. */
export const rowsOf = (set: QuestionSet, product: Ranking, usual: Ranking): Result[] => {
  const outcomes = outcomesIn(set, product);
  const figures = figuresOf(outcomes);
  const base = figuresOf(outcomesIn(set, usual));
  return MEASURES.map((measure): Result => {
    const target = set.targets[measure];
    const value = figures[measure];
    return {
      name: `${set.name}: ${MEASURE_NAMES[measure]} (${usual.name})`,
      value,
      unit: 'share',
      baseline: base[measure],
      ratio: value / base[measure],
      target: target ? `value >= ${target.must}${target.aim ? ` (aim ${target.aim})` : ''}` : null,
      ok: !target || value >= target.must,
      interval: intervalOf(valuesOf(measure, outcomes)),
    };
  });
};

/** What the configured model adds, against the product without it in the same run. */
export const modelRow = (set: QuestionSet, withModel: Ranking, product: Ranking): Result => {
  const values = valuesOf('recallAt10', outcomesIn(set, withModel));
  const base = figuresOf(outcomesIn(set, product)).recallAt10;
  const value = mean(values);
  const { modelTarget } = set;
  return {
    name: `${set.name}: ${MEASURE_NAMES.recallAt10} with MiniLM (without)`,
    value,
    unit: 'share',
    baseline: base,
    ratio: value / base,
    target: modelTarget ? `value >= ${modelTarget.must} (aim ${modelTarget.aim})` : null,
    ok: !modelTarget || value >= modelTarget.must,
    interval: intervalOf(values),
  };
};

/** Whether the best score tells a question that is answered from one that is not; null for a set that has only one kind. */
export const abstentionRow = (set: QuestionSet, answers: readonly Answer[]): Result | null => {
  const theirs = answers.filter(({ conversation }) => set.conversations.includes(conversation));
  const scores = (answerable: boolean): number[] =>
    theirs.filter(({ question }) => question.answerable === answerable).map(({ bestScore }) => bestScore);
  const unanswerable = scores(false);
  if (unanswerable.length === 0) return null;
  return {
    name: `${set.name}: best score, answered above never said (${unanswerable.length} questions)`,
    value: areaUnderCurve(scores(true), unanswerable),
    unit: 'AUC',
    baseline: 0.5,
    ratio: null,
    target: null,
    ok: true,
  };
};

/** Whether what holds now stands above what it contradicts; null for a set without such questions. */
export const freshRow = (set: QuestionSet, answers: readonly Answer[]): Result | null => {
  const theirs = answers.filter(
    ({ conversation, question }) => set.conversations.includes(conversation) && question.stale.length > 0,
  );
  if (theirs.length === 0) return null;
  const placeOf = (found: readonly string[], ids: readonly string[]): number => {
    const place = found.findIndex((id) => ids.includes(id));
    return place < 0 ? Number.POSITIVE_INFINITY : place;
  };
  const fresh = theirs.filter(
    ({ found, question }) => placeOf(found, question.evidence) < placeOf(found, question.stale),
  );
  return {
    name: `${set.name}: newer above older (${theirs.length} questions)`,
    value: fresh.length / theirs.length,
    unit: 'share',
    baseline: null,
    ratio: null,
    target: null,
    ok: true,
  };
};

/** How often one of the first five answers when the best score is so high or higher: what a threshold is worth. */
export const precisionRows = (answers: readonly Answer[]): Result[] =>
  [0.3, 0.5, 0.7].map((least) => {
    const passed = answers.filter(({ bestScore }) => bestScore >= least);
    const answered = passed.filter(({ found, question }) =>
      found.slice(0, 5).some((id) => question.evidence.includes(id)),
    );
    return {
      name: `answered within five of the ${passed.length} of ${answers.length} questions with a best score of ${least}`,
      value: answered.length / Math.max(1, passed.length),
      unit: 'share',
      baseline: null,
      ratio: null,
      target: null,
      ok: true,
    };
  });

/** The means over kinds, each counting as much as another. */
export const macroTable = (sets: readonly QuestionSet[], rankings: readonly Ranking[]): string => {
  const head = [`mean of ${sets.length} kinds`, ...MEASURES.map((measure) => MEASURE_NAMES[measure])];
  const rows = rankings.map((ranking) => {
    const figures = sets.map((set) => figuresOf(outcomesIn(set, ranking)));
    return [ranking.name, ...MEASURES.map((measure) => share(mean(figures.map((figure) => figure[measure]))))];
  });
  return lines([head, ...rows]);
};

/** Everything by set, ranking and measure, for the JSON. */
export const figuresBySet = (sets: readonly QuestionSet[], rankings: readonly Ranking[]): unknown =>
  sets.map((set) => ({
    set: set.name,
    rankings: rankings.map((ranking) => {
      const told = (outcomes: readonly Outcome[]) => ({
        ...figuresOf(outcomes),
        intervals: Object.fromEntries(MEASURES.map((m) => [m, intervalOf(valuesOf(m, outcomes))])),
      });
      const outcomes = outcomesIn(set, ranking);
      return {
        ranking: ranking.name,
        ...told(outcomes),
        categories: Object.fromEntries(
          categoriesOf(set).map((category) => [category, told(outcomes.filter((o) => o.category === category))]),
        ),
      };
    }),
  }));

/** Bars of one measure: a group for each set, a colour for each ranking. */
export const rankingPanel = (
  sets: readonly QuestionSet[],
  rankings: readonly Ranking[],
  measure: Measure,
): BarsPanel => ({
  kind: 'bars',
  title: `${MEASURE_NAMES[measure]}, with 95 % intervals over questions`,
  value: { title: 'share' },
  bars: sets.flatMap((set) =>
    rankings.map((ranking) => {
      const values = valuesOf(measure, outcomesIn(set, ranking));
      return { name: set.name, side: ranking.name, value: mean(values), interval: intervalOf(values) };
    }),
  ),
});
