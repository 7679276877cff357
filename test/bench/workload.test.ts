import { expect, test } from 'bun:test';
import { createSpeech, readSpeech } from '../../scripts/bench/workload.ts';

test('what people write in a benchmark is what the conversations of the project hold', () => {
  const { texts, questions } = readSpeech();
  expect(texts.length).toBeGreaterThan(1_000);
  expect(questions.length).toBeGreaterThan(500);
  expect([...texts, ...questions].filter((text) => typeof text !== 'string' || text === '')).toEqual([]);
});

test('no two texts of a speech are the same, so that no cache knows them', () => {
  const speech = createSpeech();
  const said = Array.from({ length: 5_000 }, (_, i) => (i % 2 === 0 ? speech.turn() : speech.question()));
  expect(new Set(said).size).toBe(said.length);
});
