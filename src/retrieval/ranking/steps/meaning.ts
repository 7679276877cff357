import type { Evidence } from '../../evidence/evidence.ts';
import type { Meanings } from '../../evidence/meanings.ts';
import { ENGLISH_GROUND, FOREIGN_GROUND } from '../../index/meaning.ts';
import { LONG_QUESTION_WORDS } from './long-question.ts';
import type { Step } from './step.ts';

const addMeaning = (
  { meanings, pool, index }: Evidence,
  of: Exclude<keyof Meanings, 'scales'>,
  weight: number,
  sums: Float32Array,
): void => {
  if (!meanings) return;
  const found = meanings[of];
  const { ground } = index.columns.arrays;
  const scales = meanings.scales[of];
  const english = weight * (scales[ENGLISH_GROUND] as number);
  const foreign = weight * (scales[FOREIGN_GROUND] as number);
  const count = pool ? pool.length : sums.length;
  for (let i = 0; i < count; i += 1) {
    const slot = pool ? (pool[i] as number) : i;
    const scale = ground[slot] === FOREIGN_GROUND ? foreign : english;
    sums[slot] = (sums[slot] as number) + scale * (found[slot] as number);
  }
};

export const meaning: Step = {
  name: 'meaning',
  note: 'nearness in meaning of the passage',
  add: (evidence, weight, sums) => addMeaning(evidence, 'passage', weight, sums),
};

export const meaningAround: Step = {
  name: 'meaning_around',
  note: 'nearness in meaning of the passage with two to each side',
  add: (evidence, weight, sums) => addMeaning(evidence, 'around', weight, sums),
};

export const meaningOfDocument: Step = {
  name: 'meaning_of_document',
  note: 'nearness in meaning of the whole message',
  add: (evidence, weight, sums) => addMeaning(evidence, 'document', weight, sums),
};

/** What a long question tells around its wish is near to much else that one talks of. */
export const meaningOfLongQuestion: Step = {
  name: 'meaning_of_long_question',
  note: 'nearness in meaning of the passage with two to each side, and the question is long',
  add: (evidence, weight, sums) => {
    if (evidence.question.words.length > LONG_QUESTION_WORDS) addMeaning(evidence, 'around', weight, sums);
  },
};
