import { contentStem } from '../../../text/content-words.ts';
import type { Candidate, PlacedClause } from './candidates.ts';
import {
  type CandidateScore,
  candidateFeatures,
  clauseFeatures,
  type Sink,
  turnFeatures,
  wordFeatures,
} from './features.ts';
import type { ReadTurn } from './turns.ts';

/** Weights of features, in log odds. */
export type Weights = Readonly<Record<string, number>>;

export interface FactWeights {
  readonly turn: Weights;
  readonly word: Weights;
  readonly candidate: Weights;
}

/** Words of a statement as people write it down, in the mean of those that were fitted on. */
export const USUAL_WORDS = { toPerson: 9, toAssistant: 18 };

export const chanceOf = (logit: number): number => 1 / (1 + Math.exp(-logit));

const adding = (weights: Weights): { readonly put: Sink; readonly take: () => number } => {
  let sum = 0;
  return {
    put: (feature, value) => {
      const weight = weights[feature];
      if (weight !== undefined) sum += weight * value;
    },
    take: () => {
      const taken = sum;
      sum = 0;
      return taken;
    },
  };
};

/** The stems of each clause, with the chance that each is worth keeping. */
export type ScoredClause = ReadonlyMap<string, number>;

export const turnLogit = (read: ReadTurn, placed: readonly PlacedClause[], { turn }: FactWeights): number => {
  const { put, take } = adding(turn);
  turnFeatures(read, placed, put);
  return take();
};

export const scoredClauses = (
  read: ReadTurn,
  placed: readonly PlacedClause[],
  weights: FactWeights,
): ScoredClause[] => {
  const { put, take } = adding(weights.word);
  return placed.map((each, place) => {
    clauseFeatures(each, place, placed.length, read, put);
    const shared = take();
    const chances = new Map<string, number>();
    for (const word of each.clause.words) {
      const stem = contentStem(word.lower);
      if (stem === null) continue;
      wordFeatures(word, stem, read, put);
      const chance = chanceOf(shared + take());
      chances.set(stem, Math.max(chances.get(stem) ?? 0, chance));
    }
    return chances;
  });
};

/** How likely the words of a speaker's name are to stand in what is kept. */
const NAME_CHANCE = 0.9;

export const scoreOf = (
  { clauses, from }: Candidate,
  scored: readonly ScoredClause[],
  nameStems: ReadonlySet<string>,
  { logit, isToAssistant }: { readonly logit: number; readonly isToAssistant: boolean },
): CandidateScore => {
  const chances = new Map<string, number>();
  clauses.forEach((_, i) => {
    for (const [stem, chance] of scored[from + i] as ScoredClause) {
      chances.set(stem, Math.max(chances.get(stem) ?? 0, chance));
    }
  });
  const tellsSpeaker = clauses.some(
    ({ clause, carried }) =>
      clause.subject === 'i' ||
      clause.subject === 'we' ||
      carried === 'speaker' ||
      clause.words.some(({ lower }) => ['my', 'me', 'our', 'us', 'i', 'we'].includes(lower)),
  );
  if (tellsSpeaker) for (const stem of nameStems) chances.set(stem, NAME_CHANCE);
  const sum = [...chances.values()].reduce((total, chance) => total + chance, 0);
  return {
    turnLogit: logit,
    isToAssistant,
    sum,
    words: chances.size,
    expected: (2 * sum) / (chances.size + (isToAssistant ? USUAL_WORDS.toAssistant : USUAL_WORDS.toPerson)),
  };
};

export const candidateChance = (candidate: Candidate, score: CandidateScore, weights: FactWeights): number => {
  const { put, take } = adding(weights.candidate);
  candidateFeatures(candidate, score, put);
  return chanceOf(take());
};
