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

/** What a chance less a share of that the turn holds nothing must reach. */
interface Threshold {
  readonly least: number;
  readonly turnShare: number;
}

/**
 * Between people most is said and little noted; to an assistant one says less, and half of it bears on what one wants of it. Measured
 * on conversations that the weights have not seen (notes that are covered at F1 >= .5, facts a turn, strict junk):
 *
 * | | people (LoCoMo) | an assistant (RealMem) |
 * |---|---|---|
 * | least .05, share .2 | .578, .66, .42 | .115, .18, .58 |
 * | least 0, share .1 | .624, .88, .51 | .156, .35, .65 |
 * | least -.05, share .1 | .632, .97, .55 | .168, .48, .70 |
 */
const THRESHOLDS: { readonly [K in 'toPerson' | 'toAssistant']: Threshold } = {
  toPerson: { least: 0.05, turnShare: 0.2 },
  toAssistant: { least: -0.05, turnShare: 0.1 },
};

export const chosenOf = (read: ReadTurn, weights: FactWeights): Chosen[] => {
  const { least, turnShare } = read.turn.isNamed ? THRESHOLDS.toPerson : THRESHOLDS.toAssistant;
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
