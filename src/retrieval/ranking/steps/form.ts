import { MARK } from '../../../text/marks.ts';
import type { UserIndex } from '../../index/user-index.ts';
import type { Step } from './step.ts';

/** Adds to the passages with all of these marks and none of those. */
const addMarked = (
  { columns }: UserIndex,
  { all, none = 0 }: { readonly all: number; readonly none?: number },
  weight: number,
  sums: Float32Array,
): void => {
  const { marks } = columns.arrays;
  for (let slot = 0; slot < sums.length; slot += 1) {
    const mark = marks[slot] as number;
    if ((mark & all) === all && (mark & none) === 0) sums[slot] = (sums[slot] as number) + weight;
  }
};

/** A message that asks and tells nothing of its speaker seldom answers a question. */
export const asks: Step = {
  name: 'asks',
  isOfDocument: true,
  note: 'ends with a question and tells nothing of its speaker',
  add: ({ index }, weight, sums) => addMarked(index, { all: MARK.endsAsking, none: MARK.firstPerson }, weight, sums),
};

/** Terms under which a passage is short. */
const SHORT = 10;

/** A short passage holds little; how much a longer one says is no merit of it. In e-folds under ten words. */
export const short: Step = {
  name: 'short',
  isOfDocument: true,
  note: 'says little',
  add: ({ index }, weight, sums) => {
    const { length } = index.columns.arrays;
    for (let slot = 0; slot < sums.length; slot += 1) {
      const folds = Math.log((1 + (length[slot] as number)) / SHORT);
      if (folds < 0) sums[slot] = (sums[slot] as number) + weight * folds;
    }
  },
};

/** Of many passages one is the best by chance. In e-folds of their number. */
export const manyPassages: Step = {
  name: 'many_passages',
  isOfDocument: true,
  note: 'one of many passages of its message',
  add: ({ index }, weight, sums) => {
    const { passages } = index.columns.arrays;
    for (let slot = 0; slot < sums.length; slot += 1) {
      const count = passages[slot] as number;
      if (count > 1) sums[slot] = (sums[slot] as number) + weight * Math.log(count);
    }
  },
};

/** A fact told by the way stands out from what is talked of around it: the cosine of a passage with its neighbours' sum. */
export const fitsIn: Step = {
  name: 'fits_in',
  isOfDocument: true,
  note: 'near in meaning to what stands around it',
  add: ({ index }, weight, sums) => {
    const { around, square, wideSquare } = index.columns.arrays;
    for (let slot = 0; slot < sums.length; slot += 1) {
      const product = around[slot] as number;
      const own = square[slot] as number;
      // |w - v|² = |w|² - 2 v (w - v) - |v|²
      const others = (wideSquare[slot] as number) - 2 * product - own;
      if (own > 0 && others > 0) sums[slot] = (sums[slot] as number) + (weight * product) / Math.sqrt(own * others);
    }
  },
};

const answering = (name: string, note: string, kind: 'time' | 'number' | 'name'): Step => ({
  name,
  note,
  add: ({ index, question }, weight, sums) => {
    if (question.asked[kind]) addMarked(index, { all: MARK[kind] }, weight, sums);
  },
});

export const tellsTime = answering('tells_time', 'names a time, which the question asks for', 'time');
export const tellsNumber = answering('tells_number', 'names a number, which the question asks for', 'number');
export const tellsName = answering('tells_name', 'names somebody or something, which the question asks for', 'name');

export const preference: Step = {
  name: 'preference',
  isOfDocument: true,
  note: 'tells what the user prefers',
  add: ({ index }, weight, sums) => addMarked(index, { all: MARK.preference }, weight, sums),
};

/** "Recommend a restaurant": what the user never eats bears on it, whatever words it is told in. */
export const preferenceWished: Step = {
  name: 'preference_wished',
  note: 'tells what the user prefers, and the question wishes for something',
  add: ({ index, question }, weight, sums) => {
    if (question.isWish) addMarked(index, { all: MARK.preference }, weight, sums);
  },
};
