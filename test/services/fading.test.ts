import { expect, test } from 'bun:test';
import { settingsFrom } from '../../src/config/load.ts';
import type { FactRecord } from '../../src/contract/facts.ts';
import { fadingBy } from '../../src/services/fading.ts';
import { manualTime } from '../support/manual-time.ts';

const DAY_MS = 86_400_000;
const SCOPE = { tenantKey: 1, userKey: null };

/** @param own the policy of the user; null for none. */
const fadeOf = async (days: number, own: number | null = null) => {
  const time = manualTime();
  const settings = settingsFrom([{ path: 'memory.facts.half_life_days', value: days, source: 'test' }]);
  const retention = {
    get: async () => ({ messagesDays: null, halfLifeDays: own }),
    set: async () => {},
    usersWithDays: async () => ({ rows: [], next: null }),
  };
  return { time, fade: await fadingBy({ retention }, () => settings, time)(SCOPE, 'u1') };
};
const factAt = (confirmedAt: number): FactRecord => ({ confidence: 0.8, confirmedAt }) as FactRecord;

test('a fact loses half of its confidence in the days of the policy, and gets it back when it is said again', async () => {
  const { time, fade } = await fadeOf(30);
  const said = time.now();
  expect(fade(factAt(said)).confidence).toBeCloseTo(0.8);
  await time.advance(30 * DAY_MS);
  expect(fade(factAt(said)).confidence).toBeCloseTo(0.4);
  expect(fade(factAt(said), said + 60 * DAY_MS).confidence).toBeCloseTo(0.2);
  expect(fade(factAt(time.now())).confidence).toBeCloseTo(0.8);
  // A clock that was set back makes nothing surer than it is.
  expect(fade(factAt(time.now() + DAY_MS)).confidence).toBeCloseTo(0.8);
});

test("a user's own half-life takes the place of the server's, also one that is longer, and 0 is none", async () => {
  for (const [served, own, left] of [
    [0, 10, 0.4],
    [10, 20, 0.8 * 0.5 ** 0.5],
    [20, 5, 0.2],
    [10, 0, 0.8],
    [10, null, 0.4],
  ] as const) {
    const { time, fade } = await fadeOf(served, own);
    const fact = factAt(time.now());
    await time.advance(10 * DAY_MS);
    expect(fade(fact).confidence).toBeCloseTo(left);
  }
});

test('without a policy no time takes anything from a fact', async () => {
  const { time, fade } = await fadeOf(0);
  const fact = factAt(0);
  await time.advance(10_000 * DAY_MS);
  expect(fade(fact)).toBe(fact);
});
