import type { Evidence } from '../evidence/evidence.ts';
import type { UserIndex } from '../index/user-index.ts';
import { askedBefore } from './steps/asked-before.ts';
import { asks, length, tellsName, tellsNumber, tellsTime } from './steps/form.ts';
import { latest } from './steps/latest.ts';
import { meaning, meaningAround } from './steps/meaning.ts';
import { model, modelAround } from './steps/model.ts';
import { session } from './steps/session.ts';
import { answers, softWords } from './steps/soft-words.ts';
import { answerer, asker, speaker } from './steps/speaker.ts';
import type { Step } from './steps/step.ts';
import { times } from './steps/times.ts';
import { words } from './steps/words.ts';
import { wordsHere } from './steps/words-here.ts';

/** The steps that need no model but the static one. */
export const STEPS: readonly Step[] = [
  words,
  wordsHere,
  askedBefore,
  session,
  softWords,
  answers,
  meaning,
  meaningAround,
  speaker,
  asker,
  answerer,
  times,
  latest,
  tellsTime,
  tellsNumber,
  tellsName,
  asks,
  length,
];

/** The steps that need vectors by the configured model, of the question and of messages. */
export const MODEL_STEPS: readonly Step[] = [model, modelAround];

/** All steps of the ranking, in the order in which `explain` shows them. */
export const ALL_STEPS: readonly Step[] = [...STEPS, ...MODEL_STEPS];

/** What a step's finding counts, by the step's name; a step that is not named is left out. */
export type Weights = Readonly<Record<string, number>>;

interface Prior {
  readonly weights: Weights;
  readonly generation: number;
  readonly sums: Float32Array;
}

/** What the steps that look at documents alone gave them, for as long as a memory stays as it is. */
const priors = new WeakMap<UserIndex, Prior>();

const addAll = (steps: readonly Step[], evidence: Evidence, weights: Weights, share: number, sums: Float32Array) => {
  for (const step of steps) {
    const weight = (weights[step.name] ?? 0) * share;
    if (weight !== 0) step.add(evidence, weight, sums);
  }
};

const priorOf = (evidence: Evidence, weights: Weights): Float32Array => {
  const { index } = evidence;
  const { generation } = index;
  const held = priors.get(index);
  if (held?.weights === weights && held.generation === generation && held.sums.length === index.slotCount) {
    return held.sums;
  }
  const sums = new Float32Array(index.slotCount);
  addAll(OF_DOCUMENT, evidence, weights, 1, sums);
  priors.set(index, { weights, generation, sums });
  return sums;
};

const OF_DOCUMENT = STEPS.filter(({ isOfDocument }) => isOfDocument);
const OF_QUESTION = ALL_STEPS.filter(({ isOfDocument }) => !isOfDocument);

/** A question, or one turn of a transcript with its share in the sum. */
export interface Part {
  readonly evidence: Evidence;
  readonly share: number;
}

/**
 * Makes the sums of what all steps find in the documents, by slot.
 *
 * @param parts all of one index, with shares that add up to 1.
 */
export const rank = (parts: readonly [Part, ...Part[]], weights: Weights, sums: Float32Array): void => {
  sums.set(priorOf(parts[0].evidence, weights));
  for (const { evidence, share } of parts) addAll(OF_QUESTION, evidence, weights, share, sums);
};

/** What one step finds in each document, by slot. */
export const findingsOf = (step: Step, evidence: Evidence): Float32Array => {
  const findings = new Float32Array(evidence.index.slotCount);
  step.add(evidence, 1, findings);
  return findings;
};
