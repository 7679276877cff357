/** Where the time comes from. Injected everywhere, so that tests choose it. */
export interface Clock {
  /** UTC epoch milliseconds, a whole number. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
