import type { Clock } from '../../src/platform/clock.ts';

export interface ManualClock extends Clock {
  advance(ms: number): void;
}

/** A clock that stands still until it is told how far to go. */
export const manualClock = (start = Date.parse('2026-05-01T09:30:00Z')): ManualClock => {
  let now = start;
  return {
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
  };
};
