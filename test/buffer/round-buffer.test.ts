import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { type BufferedRound, RoundBuffer } from '../../src/buffer/round-buffer.ts';

const SEED = 20_260_521;
const USUAL = { max_tokens: 800, max_size: 5 };

/** Rounds of one message each, with these tokens. */
const roundsOf = (...tokens: readonly number[]): BufferedRound[] =>
  tokens.map((weight, i) => ({ sessionKey: 1, firstSequence: i + 1, lastSequence: i + 1, tokens: weight }));

const addAll = (buffer: RoundBuffer, rounds: readonly BufferedRound[]): number[][] =>
  rounds.map((round) => buffer.add(round).map(({ firstSequence }) => firstSequence));

describe('rounds', () => {
  test('gather, and all of them leave with the fifth', () => {
    const buffer = new RoundBuffer(() => USUAL);
    const rounds = roundsOf(10, 10, 10, 10, 10);
    expect(addAll(buffer, rounds.slice(0, 4))).toEqual([[], [], [], []]);
    expect([buffer.tokens, buffer.rounds, buffer.isEmpty]).toEqual([40, rounds.slice(0, 4), false]);
    expect(addAll(buffer, rounds.slice(4))).toEqual([[1, 2, 3, 4, 5]]);
    expect([buffer.tokens, buffer.rounds, buffer.isEmpty]).toEqual([0, [], true]);
  });

  test('may weigh 800 tokens together, and one that would make them more sends the others ahead', () => {
    const buffer = new RoundBuffer(() => USUAL);
    expect(addAll(buffer, roundsOf(400, 400))).toEqual([[], []]);
    expect(addAll(buffer, roundsOf(0, 0, 1).slice(2))).toEqual([[1, 2]]);
    expect([buffer.tokens, buffer.rounds.map(({ firstSequence }) => firstSequence)]).toEqual([1, [3]]);
  });

  test('that weigh too much by themselves leave at once, behind those before them', () => {
    const buffer = new RoundBuffer(() => USUAL);
    expect(addAll(buffer, roundsOf(5, 801))).toEqual([[], [1, 2]]);
    expect(buffer.isEmpty).toBe(true);
  });

  test('follow the limits as they are now', () => {
    const limits = { ...USUAL };
    const buffer = new RoundBuffer(() => limits);
    addAll(buffer, roundsOf(10, 10));
    limits.max_size = 3;
    expect(addAll(buffer, roundsOf(0, 0, 10).slice(2))).toEqual([[1, 2, 3]]);
  });

  test('are all taken out when asked for', () => {
    const buffer = new RoundBuffer(() => USUAL);
    const rounds = roundsOf(1, 2);
    addAll(buffer, rounds);
    expect([buffer.drain(), buffer.drain(), buffer.tokens]).toEqual([rounds, [], 0]);
  });
});

describe('the exact count of a round', () => {
  test('takes the place of its estimate', () => {
    const buffer = new RoundBuffer(() => USUAL);
    addAll(buffer, roundsOf(100, 100));
    expect([buffer.correct(1, 30), buffer.tokens]).toEqual([[], 130]);
    expect(buffer.rounds.map(({ tokens }) => tokens)).toEqual([30, 100]);
  });

  test('that makes the rounds too heavy makes them leave', () => {
    const buffer = new RoundBuffer(() => USUAL);
    addAll(buffer, roundsOf(100, 100));
    expect(buffer.correct(2, 701).map(({ firstSequence, tokens }) => [firstSequence, tokens])).toEqual([
      [1, 100],
      [2, 701],
    ]);
    expect(buffer.isEmpty).toBe(true);
  });

  test('of a round that has moved on meanwhile changes nothing', () => {
    const buffer = new RoundBuffer(() => USUAL);
    addAll(buffer, roundsOf(100));
    expect([buffer.correct(9, 5_000), buffer.tokens]).toEqual([[], 100]);
  });
});

test('whatever comes in and is counted, every round leaves once, in order, and none stays that is over a limit', () => {
  const step = fc.record({
    tokens: fc.integer({ min: 1, max: 60 }),
    corrected: fc.option(fc.integer({ min: 0, max: 60 })),
    isDrained: fc.boolean(),
  });
  const limits = fc.record({ max_tokens: fc.integer({ min: 1, max: 100 }), max_size: fc.integer({ min: 1, max: 6 }) });
  const property = fc.property(limits, fc.array(step, { maxLength: 40 }), (limits, steps) => {
    const buffer = new RoundBuffer(() => limits);
    const moved: number[] = [];
    const take = (rounds: readonly BufferedRound[]) => moved.push(...rounds.map(({ firstSequence }) => firstSequence));
    steps.forEach(({ tokens, corrected, isDrained }, i) => {
      take(buffer.add({ sessionKey: 1, firstSequence: i + 1, lastSequence: i + 1, tokens }));
      if (corrected !== null) take(buffer.correct(i + 1, corrected));
      if (isDrained && i % 7 === 0) take(buffer.drain());
      expect(buffer.tokens).toBe(buffer.rounds.reduce((sum, round) => sum + round.tokens, 0));
      expect(buffer.tokens <= limits.max_tokens && buffer.rounds.length < limits.max_size).toBe(true);
    });
    take(buffer.drain());
    expect(moved).toEqual(steps.map((_, i) => i + 1));
  });
  fc.assert(property, { seed: SEED, numRuns: 300 });
});
