import type { Step } from './step.ts';

/**
 * Of the turn alone: it took the place of the window of one to each side when `meaning_around` had shown that two are
 * better, and long answers say themselves what they are about.
 */
export const meaning: Step = {
  name: 'meaning',
  note: 'nearness in meaning of the turn',
  add: ({ index, products, question: { vector }, pool }, weight, sums) => {
    if (!products || !vector) return;
    const { inverse } = index.columns.arrays;
    const scale = weight * vector.scale;
    const count = pool ? pool.length : sums.length;
    for (let i = 0; i < count; i += 1) {
      const slot = pool ? (pool[i] as number) : i;
      sums[slot] = (sums[slot] as number) + scale * (products[slot] as number) * (inverse[slot] as number);
    }
  },
};

/** The cosine with the sum of the vectors of a window: the products add up, and its norm stands in the index. */
export const meaningAround: Step = {
  name: 'meaning_around',
  note: 'nearness in meaning of the turn with two to each side',
  add: ({ index, products, question: { vector }, pool }, weight, sums) => {
    if (!products || !vector) return;
    const { previous, next, wideInverse } = index.columns.arrays;
    const scale = weight * vector.scale;
    const count = pool ? pool.length : sums.length;
    for (let i = 0; i < count; i += 1) {
      const slot = pool ? (pool[i] as number) : i;
      let product = products[slot] as number;
      const before = previous[slot] as number;
      if (before >= 0) {
        product += products[before] as number;
        const second = previous[before] as number;
        if (second >= 0) product += products[second] as number;
      }
      const after = next[slot] as number;
      if (after >= 0) {
        product += products[after] as number;
        const second = next[after] as number;
        if (second >= 0) product += products[second] as number;
      }
      sums[slot] = (sums[slot] as number) + scale * product * (wideInverse[slot] as number);
    }
  },
};
