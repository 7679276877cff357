import { Evidence } from '../../src/retrieval/evidence/evidence.ts';
import type { Meaning } from '../../src/retrieval/index/meaning.ts';
import { readQuestion } from '../../src/retrieval/question.ts';
import { bestOf } from '../../src/retrieval/ranking/candidates.ts';
import { coverageOf } from '../../src/retrieval/ranking/certainty.ts';
import { rank, type Weights } from '../../src/retrieval/ranking/ranking.ts';
import { askedAt, type Conversation, turnsFor } from './conversation.ts';
import { indexOf } from './examples.ts';
import { groupOf } from './groups.ts';
import { solve } from './solve.ts';

/** Of a question what its best results cover, and whether one of the first five answers it. */
export interface Covered {
  readonly kind: string;
  readonly isAnswerable: boolean;
  readonly isAnswered: boolean;
  readonly features: readonly number[];
}

const BEST = 5;
/** How much a question counts that nothing answers; there are few. */
const UNANSWERABLE_WEIGHT = 3;
const RIDGE = 1e-3;
const ROUNDS = 30;

/** The best results of each question of a conversation, by some weights. */
export const coveredOf = (conversation: Conversation, meaning: Meaning | null, weights: Weights): Covered[] => {
  const index = indexOf(conversation, meaning);
  const { key } = index.columns.arrays;
  const covered = conversation.questions.map((question): Covered => {
    const evidence = new Evidence(index, readQuestion(question.text, index, askedAt(conversation, question)));
    const turns = turnsFor(conversation, question);
    const sums = new Float32Array(index.slotCount);
    rank([{ evidence, share: 1 }], weights, sums);
    const best = bestOf([evidence], sums, BEST, (slot) => (key[slot] as number) <= turns.length);
    const { topic, unsaid } = coverageOf(evidence, best);
    const found = best.map(({ slot }) => turns[(key[slot] as number) - 1]?.id ?? '');
    return {
      kind: conversation.kind,
      isAnswerable: question.answerable,
      isAnswered: found.some((id) => question.evidence.includes(id)),
      features: [1, topic, unsaid],
    };
  });
  index.close();
  return covered;
};

const chanceOf = (coefficients: ArrayLike<number>, { features }: Covered): number => {
  const sum = features.reduce((total, feature, i) => total + feature * (coefficients[i] as number), 0);
  return 1 / (1 + Math.exp(-sum));
};

/** Coefficients of a logistic regression; each kind counts by the root of its questions. */
export const fitCertainty = (all: readonly Covered[]): Float64Array => {
  const sizes = Map.groupBy(all, ({ kind }) => groupOf(kind));
  const weightOf = ({ kind, isAnswerable }: Covered): number =>
    (isAnswerable ? 1 : UNANSWERABLE_WEIGHT) / Math.sqrt(sizes.get(groupOf(kind))?.length ?? 1);
  const width = all[0]?.features.length ?? 0;
  const coefficients = new Float64Array(width);
  for (let round = 0; round < ROUNDS; round += 1) {
    const gradient = Float64Array.from(coefficients, (x) => RIDGE * x);
    const hessian = Array.from({ length: width }, (_, i) =>
      Float64Array.from({ length: width }, (_, j) => (i === j ? RIDGE : 0)),
    );
    for (const covered of all) {
      const chance = chanceOf(coefficients, covered);
      const weight = weightOf(covered);
      covered.features.forEach((x, i) => {
        gradient[i] = (gradient[i] as number) + weight * (chance - Number(covered.isAnswered)) * x;
        const row = hessian[i] as Float64Array;
        covered.features.forEach((y, j) => {
          row[j] = (row[j] as number) + weight * chance * (1 - chance) * x * y;
        });
      });
    }
    const step = solve(hessian, gradient);
    for (let i = 0; i < width; i += 1) coefficients[i] = (coefficients[i] as number) - (step[i] as number);
  }
  return coefficients;
};

/** A step through a list that meets each of its elements. */
const STRIDE = 131;
/** Questions of others for each of a conversation's own. */
const SHARE_OF_OTHERS = 0.4;

/** Conversations, and each again with questions of others, which it does not answer. */
export const withOthers = (conversations: readonly Conversation[]): Conversation[] => {
  const pool = conversations.flatMap(({ id, questions }) => questions.map((question) => ({ id, question })));
  let at = 0;
  const next = (id: string) => {
    do at = (at + STRIDE) % pool.length;
    while (pool[at]?.id === id);
    const { text, category } = (pool[at] as (typeof pool)[0]).question;
    return { text, category, evidence: [], stale: [], answerable: false, asOf: null, cut: false };
  };
  const asked = conversations.map((conversation) => {
    const count = Math.ceil(SHARE_OF_OTHERS * conversation.questions.length);
    return { ...conversation, questions: Array.from({ length: count }, () => next(conversation.id)) };
  });
  return [...conversations, ...asked];
};
