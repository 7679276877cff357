import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { retryDelayMs } from '../../src/memory/retry-delay.ts';

const SEED = 20_260_512;
const USUAL = { retry_delay: 1, max_retry_delay: 30 };

describe('the pause before a retry', () => {
  test('doubles with each try that failed, up to the bound', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 100].map((attempts) => retryDelayMs(attempts, USUAL, 1))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
    ]);
  });

  test('is shortened by up to a half at random', () => {
    expect([0, 0.25, 0.5, 1].map((random) => retryDelayMs(3, USUAL, random))).toEqual([2_000, 2_500, 3_000, 4_000]);
  });

  test('is a whole number of milliseconds, never under half of its bound or over it, and grows with the tries', () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 2_000 }),
      fc.double({ min: 0.01, max: 3_600, noNaN: true }),
      fc.double({ min: 1, max: 1_000, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempts, retry_delay, times, random) => {
        const settings = { retry_delay, max_retry_delay: retry_delay * times };
        const delayMs = retryDelayMs(attempts, settings, random);
        expect(Number.isInteger(delayMs)).toBe(true);
        const whole = Math.min(settings.max_retry_delay, retry_delay * 2 ** (attempts - 1)) * 1_000;
        expect(delayMs).toBeGreaterThanOrEqual(Math.floor(whole / 2));
        expect(delayMs).toBeLessThanOrEqual(Math.ceil(whole));
        expect(retryDelayMs(attempts + 1, settings, random)).toBeGreaterThanOrEqual(delayMs);
      },
    );
    fc.assert(property, { seed: SEED, numRuns: 500 });
  });
});
