import { contentStems } from '../../../text/content-words.ts';
import { type Candidate, candidatesOf, placedClauses, renderCandidate } from './candidates.ts';
import type { CandidateScore } from './features.ts';
import { candidateChance, chanceOf, type FactWeights, scoredClauses, scoreOf, turnLogit } from './model.ts';
import type { ReadTurn } from './turns.ts';

/** Statements of a turn at the most. */
const MOST_A_TURN = 3;
const LEAST_WORDS = 3;

export interface Chosen {
  readonly candidate: Candidate;
  readonly text: string;
  readonly confidence: number;
}

/** A candidate with all that is known of it. */
export interface Rated {
  readonly candidate: Candidate;
  readonly score: CandidateScore;
}

export const ratedOf = (read: ReadTurn, weights: FactWeights): { readonly logit: number; readonly rated: Rated[] } => {
  const placed = placedClauses(read);
  const logit = turnLogit(read, placed, weights);
  const candidates = candidatesOf(placed);
  if (candidates.length === 0) return { logit, rated: [] };
  const scored = scoredClauses(read, placed, weights);
  const names = contentStems(read.turn.speaker);
  const rated = candidates
    .map((candidate) => ({
      candidate,
      score: scoreOf(candidate, scored, names, { logit, isToAssistant: !read.turn.isNamed }),
    }))
    .filter(({ score }) => score.words >= LEAST_WORDS);
  return { logit, rated };
};

export interface Thresholds {
  readonly least: number;
  readonly turnShare: number;
}

export const chosenOf = (read: ReadTurn, weights: FactWeights, { least, turnShare }: Thresholds): Chosen[] => {
  const { logit, rated } = ratedOf(read, weights);
  const chance = chanceOf(logit);
  const ranked = rated
    .map(({ candidate, score }) => ({ candidate, p: candidateChance(candidate, score, weights) }))
    .filter(({ p }) => p - turnShare * (1 - chance) >= least)
    .sort((a, b) => b.p - a.p || a.candidate.from - b.candidate.from);
  const chosen: Chosen[] = [];
  const taken = new Set<number>();
  for (const { candidate, p } of ranked) {
    if (chosen.length >= MOST_A_TURN) break;
    let isFree = true;
    for (let i = candidate.from; i < candidate.end; i += 1) if (taken.has(i)) isFree = false;
    if (!isFree) continue;
    for (let i = candidate.from; i < candidate.end; i += 1) taken.add(i);
    chosen.push({ candidate, text: renderCandidate(candidate, read), confidence: p });
  }
  return chosen;
};
