/** Random choices that come out the same again for the same seed. */
export interface Random {
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** True in `share` of the cases, 0 to 1. */
  chance(share: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** Random choices of its own, so that concurrent users of one seed do not disturb each other. */
  fork(): Random;
}

/** Mulberry32: 32 bits of state, ample for choosing what a test does. */
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const between = (low: number, high: number): number => low + (next() % (high - low + 1));
  return {
    between,
    chance: (share) => next() / 2 ** 32 < share,
    pick: (choices) => choices[between(0, choices.length - 1)] as (typeof choices)[number],
    fork: () => seededRandom(next()),
  };
};
