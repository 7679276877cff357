import { isDense, type Span, unitsOf } from './units.ts';

/** Characters of a passage, some sixty words; those of scripts that say much in few count three times. */
const MOST = 360;
const DENSE_FACTOR = 3;

const sizeOf = (text: string, { from, end }: Span): number =>
  (end - from) * (isDense(text.charAt(from)) ? DENSE_FACTOR : 1);

/**
 * The passages of a text, one after the other: sentences and lines, as many as make sixty words, so that a long text is found
 * as well as its best part is. Every character stands in one; a text without any has one that is empty.
 */
export const passagesOf = (text: string): Span[] => {
  if (text.length <= MOST / DENSE_FACTOR) return [{ from: 0, end: text.length }];
  const passages: Span[] = [];
  let [from, size] = [0, 0];
  for (const unit of unitsOf(text)) {
    const own = sizeOf(text, unit);
    if (size > 0 && size + own > MOST) {
      passages.push({ from, end: unit.from });
      [from, size] = [unit.from, 0];
    }
    size += own;
  }
  passages.push({ from, end: text.length });
  return passages;
};
