import { expect, test } from 'bun:test';
import { drawSoak, tableOf } from '../../scripts/soak/report.ts';
import { runSoak } from '../../scripts/soak/run.ts';
import { judge, MEASURES, type Sample } from '../../scripts/soak/samples.ts';

const MIB = 1_048_576;

const sampleAt = (i: number, changes: Partial<Sample> = {}): Sample => ({
  atMs: i * 10_000,
  rssBytes: 300 * MIB,
  fileBytes: 50 * MIB,
  keptAnswerBytes: i * MIB,
  walBytes: 4 * MIB,
  waitingTasks: 3,
  addP50Ms: 4,
  addP99Ms: 20,
  askP50Ms: 8,
  askP99Ms: 30,
  ...changes,
});

test('a server that stays as it is is flat, also when single samples stand out', () => {
  const samples = Array.from({ length: 30 }, (_, i) =>
    sampleAt(i, i % 7 === 0 ? { addP99Ms: 900, walBytes: 80 * MIB } : {}),
  );
  expect(judge(samples).filter(({ isFlat }) => !isFlat)).toEqual([]);
});

test.each(MEASURES.map(({ key }) => key))('%s that grows to its double is told, and nothing else', (key) => {
  const samples = Array.from({ length: 30 }, (_, i) => sampleAt(i, { [key]: sampleAt(i)[key] * (1 + i / 5) + i * 5 }));
  const grown = judge(samples).filter(({ isFlat }) => !isFlat);
  expect(grown.map(({ measure }) => measure.key)).toEqual([key]);
  expect(tableOf(grown)).toContain('GREW');
});

test('a short soak does every kind of work without a fault, and its samples can be judged and drawn', async () => {
  const run = await runSoak({ durationMs: 4_000, sampleEveryMs: 500, perSecond: 40, generations: 1, seed: 1 });
  expect(run.faults).toEqual([]);
  expect(Object.entries(run.done).filter(([, times]) => times === 0)).toEqual([]);
  expect(run.reloads).toBeGreaterThan(0);
  expect(run.reindexes).toBe(2);
  expect(run.samples.length).toBeGreaterThan(3);
  expect(judge(run.samples)).toHaveLength(MEASURES.length);
  expect(run.samples.at(-1)?.keptAnswerBytes).toBeGreaterThan(0);
  const svg = await drawSoak(run.samples, 'short');
  for (const name of [...MEASURES.map((measure) => measure.name), 'kept answers']) expect(svg).toContain(name);
});
