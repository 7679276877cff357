import { expect, test } from 'bun:test';
import { settingsFrom } from '../../src/config/load.ts';
import type { FactRecord } from '../../src/contract/facts.ts';
import { fadingBy } from '../../src/services/fading.ts';
import { manualTime } from '../support/manual-time.ts';

const DAY_MS = 86_400_000;

const fadeOf = (days: number) => {
  const time = manualTime();
  const settings = settingsFrom([{ path: 'memory.facts.half_life_days', value: days, source: 'test' }]);
  return { time, fade: fadingBy(() => settings, time) };
};
const factAt = (confirmedAt: number): FactRecord => ({ confidence: 0.8, confirmedAt }) as FactRecord;

test('a fact loses half of its confidence in the days of the policy, and gets it back when it is said again', async () => {
  const { time, fade } = fadeOf(30);
  const said = time.now();
  expect(fade(factAt(said)).confidence).toBeCloseTo(0.8);
  await time.advance(30 * DAY_MS);
  expect(fade(factAt(said)).confidence).toBeCloseTo(0.4);
  expect(fade(factAt(said), said + 60 * DAY_MS).confidence).toBeCloseTo(0.2);
  expect(fade(factAt(time.now())).confidence).toBeCloseTo(0.8);
  // A clock that was set back makes nothing surer than it is.
  expect(fade(factAt(time.now() + DAY_MS)).confidence).toBeCloseTo(0.8);
});

test('without a policy no time takes anything from a fact', async () => {
  const { time, fade } = fadeOf(0);
  const fact = factAt(0);
  await time.advance(10_000 * DAY_MS);
  expect(fade(fact)).toBe(fact);
});
