import type { Evidence } from './evidence.ts';
import { asks, asksAndTells, length, replies, tellsName, tellsNumber, tellsTime } from './steps/form.ts';
import { meaning, meaningAround } from './steps/meaning.ts';
import { session } from './steps/session.ts';
import { softWords, softWordsBefore } from './steps/soft-words.ts';
import { answerer, asker, speaker } from './steps/speaker.ts';
import type { Step } from './steps/step.ts';
import { times } from './steps/times.ts';
import { words } from './steps/words.ts';

/** All steps of the ranking, in the order in which `explain` shows them. */
export const STEPS: readonly Step[] = [
  words,
  session,
  softWords,
  softWordsBefore,
  meaning,
  meaningAround,
  speaker,
  asker,
  answerer,
  times,
  tellsTime,
  tellsNumber,
  tellsName,
  asks,
  asksAndTells,
  replies,
  length,
];

/** What a step's finding counts, by the step's name; a step that is not named is left out. */
export type Weights = Readonly<Record<string, number>>;

/** Adds what all steps find, times a share, to the sums of the documents, by slot. */
export const rank = (evidence: Evidence, weights: Weights, share: number, sums: Float32Array): void => {
  for (const step of STEPS) {
    const weight = (weights[step.name] ?? 0) * share;
    if (weight !== 0) step.add(evidence, weight, sums);
  }
};

/** What one step finds in each document, by slot. */
export const findingsOf = (step: Step, evidence: Evidence): Float32Array => {
  const findings = new Float32Array(evidence.index.slotCount);
  step.add(evidence, 1, findings);
  return findings;
};
