import { STEPS } from '../../src/retrieval/ranking/ranking.ts';
import { SET_WEIGHTS } from '../../src/retrieval/ranking/weights.ts';
import type { Conversation } from '../quality/conversation.ts';
import { byKind, OWN_CONVERSATIONS, readConversations } from '../quality/conversations.ts';
import { type Example, examplesOf, openMeaning } from '../quality/examples.ts';
import type { FittedWeights } from '../quality/fit.ts';
import { rankExample, weightsOfFolds } from '../quality/folds.ts';
import { groupOf } from '../quality/groups.ts';
import { type Answer, outcomesOf } from '../quality/over-http.ts';
import { overHttp, type Ranking, simpleRankings } from './retrieval/rankings.ts';
import {
  abstentionRow,
  categoryTable,
  figuresBySet,
  freshRow,
  macroTable,
  modelRow,
  overallTable,
  precisionRows,
  type QuestionSet,
  rankingPanel,
  rowsOf,
} from './retrieval/report.ts';
import { rankedWithMiniLM } from './retrieval/with-model.ts';
import type { Result, Suite } from './suite.ts';

const NAMES = STEPS.map(({ name }) => name).filter((name) => !(name in SET_WEIGHTS));
const MOST_FOLDS_QUICK = 4;
/** Places in which the ranking in this process and that of the server are held against each other. */
const COMPARED = 10;

/** A little under what was measured, by kind: two questions of a kind. */
const OWN_FLOORS: Readonly<Record<string, QuestionSet['targets']>> = {
  friends: { anyAt5: { must: 0.79 }, recallAt10: { must: 0.85 } },
  assistant: { anyAt5: { must: 0.835 }, recallAt10: { must: 0.89 } },
};
const LOCOMO = {
  /** Static vectors only. */
  targets: { anyAt5: { must: 0.77, aim: 0.83 }, recallAt10: { must: 0.775, aim: 0.83 } },
  /** The same issue, R@10 with MiniLM. */
  modelTarget: { must: 0.785, aim: 0.84 },
} satisfies Partial<QuestionSet>;

/** A set for each kind of a folder's conversations. */
const setsOf = ([own = [], ...others]: readonly (readonly Conversation[])[]): QuestionSet[] => {
  const given = others.flatMap((conversations) =>
    [...byKind(conversations)].map(([name, some]) => ({
      name,
      conversations: some,
      targets: {},
      ...(name === 'locomo' && LOCOMO),
    })),
  );
  const ours = [...byKind(own)].map(([kind, conversations]) => ({
    name: `own ${kind}`,
    conversations,
    targets: OWN_FLOORS[kind] ?? {},
  }));
  return [...given, ...ours];
};

/** Kinds that are left out together: each by itself, with those that tell what it is like; some of them in a quick run. */
const pilesOf = (conversations: readonly Conversation[], most: number): Conversation[][] => {
  const groups = [...Map.groupBy(conversations, ({ kind }) => groupOf(kind)).values()];
  const piles = Array.from({ length: Math.min(most, groups.length) }, (): Conversation[] => []);
  groups.forEach((group, i) => {
    piles[i % piles.length]?.push(...group);
  });
  return piles;
};

/** The share of questions whose first ten results are the same from the server and from this process. */
const agreement = (
  folds: readonly (readonly Example[])[],
  weights: readonly FittedWeights[],
  answers: readonly Answer[],
): Result => {
  const byQuestion = new Map(answers.map(({ question, found }) => [question, found]));
  let same = 0;
  folds.forEach((fold, i) => {
    for (const example of fold) {
      const ids = example.conversation.sessions.flatMap(({ turns }) => turns.map(({ id }) => id));
      const ranked = rankExample(example, weights[i] as FittedWeights, COMPARED).map((turn) => ids[turn] as string);
      const found = new Set(byQuestion.get(example.question)?.slice(0, COMPARED));
      // What is said anew changes places with what it takes the place of, among the first.
      if (ranked.every((id) => found.has(id))) same += 1;
    }
  });
  const value = same / folds.flat().length;
  const target = 'value >= 0.95';
  const name = `same first ${COMPARED} from the server and from the fitting's code`;
  return { name, value, unit: 'share', baseline: null, ratio: null, target, ok: value >= 0.95 };
};

/** The figures of src/retrieval/README.md. */
export const retrievalSuite: Suite = {
  description: 'How well the turns that answer questions are found, over HTTP, against the usual rankings (--data)',
  run: async ({ quick, data, say, draw, keep }) => {
    const byFolder = readConversations(OWN_CONVERSATIONS, ...data);
    const sets = setsOf(byFolder);
    const meaning = await openMeaning();
    const piles = pilesOf(byFolder.flat(), quick ? MOST_FOLDS_QUICK : Number.POSITIVE_INFINITY);
    const examples = piles.flat().map((conversation) => examplesOf(conversation, meaning));
    const byConversation = new Map(piles.flat().map((conversation, i) => [conversation, examples[i] ?? []]));
    const folds = piles.map((pile) => pile.flatMap((conversation) => byConversation.get(conversation) ?? []));
    say(`${examples.length} conversations, ${examples.flat().length} questions with evidence, ${folds.length} folds.`);
    say(
      'product: a server process for each fold, asked over HTTP, with weights fitted on the other folds: kinds unseen.',
    );
    say('shipped weights: as they are in the server; they have seen these conversations.');

    const weights = weightsOfFolds(folds, NAMES);
    const answers: Answer[] = [];
    for (const [i, pile] of piles.entries()) answers.push(...(await overHttp(pile, weights[i] as FittedWeights)));
    const product: Ranking = { name: 'product', outcomes: outcomesOf(answers) };
    const shipped: Ranking = {
      name: 'product, shipped weights',
      outcomes: outcomesOf(await overHttp(byFolder.flat(), null)),
    };

    const { rankings: simple, missing } = await simpleRankings(examples, { miniLM: !quick });
    if (missing) say(`No MiniLM, so no rank fusion with it: ${missing}`);
    // With MiniLM the usual hybrid comes last, without it there is BM25.
    const usual = (missing ? simple[0] : simple.at(-1)) as Ranking;
    const withModel = quick ? null : await rankedWithMiniLM(piles);
    if (withModel)
      say('product with MiniLM: as its configured model, weights fitted on the other folds, without a server.');
    const rankings = [product, shipped, ...(withModel ? [withModel] : []), ...simple];
    for (const set of sets) {
      console.log(`\n${overallTable(set, rankings)}\n\n${categoryTable(set, product)}`);
    }

    console.log(`\n${macroTable(sets, rankings)}\n`);
    for (const measure of ['anyAt5', 'recallAt10'] as const) draw(rankingPanel(sets, rankings, measure));
    keep('sets', figuresBySet(sets, rankings));
    return [
      ...sets.flatMap((set) => rowsOf(set, product, usual)),
      ...(withModel ? sets.map((set) => modelRow(set, withModel, product)) : []),
      ...sets.flatMap((set) => freshRow(set, answers) ?? []),
      ...sets.flatMap((set) => abstentionRow(set, answers) ?? []),
      ...precisionRows(answers),
      agreement(folds, weights, answers),
    ];
  },
};
