import type { Evidence } from '../evidence/evidence.ts';
import type { UserIndex } from '../index/user-index.ts';
import { askedBefore } from './steps/asked-before.ts';
import {
  asks,
  fitsIn,
  manyPassages,
  preference,
  preferenceWished,
  short,
  tellsName,
  tellsNumber,
  tellsTime,
} from './steps/form.ts';
import { goesOn } from './steps/goes-on.ts';
import { meaning, meaningAround, meaningOfDocument, meaningOfLongQuestion } from './steps/meaning.ts';
import { model, modelAround } from './steps/model.ts';
import { session } from './steps/session.ts';
import { answers, softWords } from './steps/soft-words.ts';
import { asker, speaker, user } from './steps/speaker.ts';
import type { Step } from './steps/step.ts';
import { times } from './steps/times.ts';
import { words, wordsOfLongQuestion } from './steps/words.ts';
import { code, lookedUp, wordsHere } from './steps/words-here.ts';

/** The steps that need no model but the static one. */
export const STEPS: readonly Step[] = [
  words,
  wordsHere,
  lookedUp,
  code,
  wordsOfLongQuestion,
  askedBefore,
  session,
  softWords,
  answers,
  meaning,
  meaningAround,
  meaningOfDocument,
  meaningOfLongQuestion,
  speaker,
  user,
  asker,
  preference,
  preferenceWished,
  times,
  goesOn,
  tellsTime,
  tellsNumber,
  tellsName,
  asks,
  short,
  manyPassages,
  fitsIn,
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

/** What the steps that look at passages alone gave them, for as long as a memory stays as it is. */
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

/** Leaves of each document its best passage alone: the others cannot be found. */
const keepBestPassages = ({ columns }: UserIndex, sums: Float32Array): void => {
  const { passage, passages } = columns.arrays;
  for (let first = 0; first < sums.length; first += 1) {
    const count = passages[first] as number;
    if (count <= 1 || passage[first] !== 0) continue;
    let best = first;
    for (let slot = first + 1; slot < first + count; slot += 1) {
      if ((sums[slot] as number) > (sums[best] as number)) best = slot;
    }
    const sum = sums[best] as number;
    sums.fill(Number.NEGATIVE_INFINITY, first, first + count);
    sums[best] = sum;
  }
};

/**
 * Makes the sums of what all steps find in the passages, by slot, and leaves those of the best passage of each document.
 *
 * @param parts all of one index, with shares that add up to 1.
 */
export const rank = (parts: readonly [Part, ...Part[]], weights: Weights, sums: Float32Array): void => {
  sums.set(priorOf(parts[0].evidence, weights));
  for (const { evidence, share } of parts) addAll(OF_QUESTION, evidence, weights, share, sums);
  keepBestPassages(parts[0].evidence.index, sums);
};

/** What one step finds in each passage, by slot. */
export const findingsOf = (step: Step, evidence: Evidence): Float32Array => {
  const findings = new Float32Array(evidence.index.slotCount);
  step.add(evidence, 1, findings);
  return findings;
};
