import { MARK } from '../../../text/marks.ts';
import type { Step } from './step.ts';

/** Turns with these marks and none of those. */
const addMarked = (
  marks: Uint8Array,
  { all, none }: { readonly all: number; readonly none: number },
  weight: number,
  sums: Float32Array,
): void => {
  for (let slot = 0; slot < sums.length; slot += 1) {
    const mark = marks[slot] as number;
    if ((mark & all) === all && (mark & none) === 0) sums[slot] = (sums[slot] as number) + weight;
  }
};

/** A turn that asks and tells nothing of its speaker seldom answers a question. */
export const asks: Step = {
  name: 'asks',
  isOfDocument: true,
  note: 'ends with a question and tells nothing of its speaker',
  add: ({ index }, weight, sums) =>
    addMarked(index.columns.arrays.marks, { all: MARK.endsAsking, none: MARK.firstPerson }, weight, sums),
};

/** A short turn holds little. In units of e-folds over a turn of ten words, at most two. */
export const length: Step = {
  name: 'length',
  isOfDocument: true,
  note: 'how much the turn says',
  add: ({ index }, weight, sums) => {
    const { logLength } = index.columns.arrays;
    for (let slot = 0; slot < sums.length; slot += 1) {
      sums[slot] = (sums[slot] as number) + weight * (logLength[slot] as number);
    }
  },
};

const answering = (name: string, note: string, kind: 'time' | 'number' | 'name'): Step => ({
  name,
  note,
  add: ({ index, question }, weight, sums) => {
    if (question.asked[kind]) addMarked(index.columns.arrays.marks, { all: MARK[kind], none: 0 }, weight, sums);
  },
});

export const tellsTime = answering('tells_time', 'names a time, which the question asks for', 'time');
export const tellsNumber = answering('tells_number', 'names a number, which the question asks for', 'number');
export const tellsName = answering('tells_name', 'names somebody or something, which the question asks for', 'name');
