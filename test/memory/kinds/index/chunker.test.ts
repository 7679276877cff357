import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { WorkMessage } from '../../../../src/contract/work.ts';
import { chunkRange, estimateTokens } from '../../../../src/memory/kinds/index/chunker.ts';

const SEED = 20_260_513;

/** Messages in rounds of these texts, numbered from one. */
const rounds = (...texts: readonly (readonly string[])[]): WorkMessage[] => {
  let sequence = 0;
  return texts.flatMap((round) => {
    const first = sequence + 1;
    return round.map((content) => {
      sequence += 1;
      return {
        key: sequence,
        sequence,
        round: first,
        role: 'user',
        name: null,
        usualSpeaker: null,
        content,
        createdAt: 0,
      };
    });
  });
};

const spansOf = (messages: readonly WorkMessage[], maxTokens: number) =>
  chunkRange(messages, maxTokens).map(({ firstSequence, lastSequence }) => [firstSequence, lastSequence]);

/** A text that is estimated at so many tokens. */
const weighing = (tokens: number): string => 'x'.repeat((tokens - 4) * 4);

describe('the estimate of a text', () => {
  test('is a quarter of its bytes, rounded up, and four', () => {
    expect(['', 'a', 'four', 'fives', 'ß'.repeat(4), '🦊'].map(estimateTokens)).toEqual([4, 5, 5, 6, 6, 5]);
  });
});

describe('a range', () => {
  test('is cut along its rounds, each piece as full as it may be', () => {
    const texts = [10, 10, 10, 10, 5].map((tokens) => [weighing(tokens)]);
    expect(spansOf(rounds(...texts), 20)).toEqual([
      [1, 2],
      [3, 4],
      [5, 5],
    ]);
    expect(spansOf(rounds(...texts), 45)).toEqual([[1, 5]]);
    expect(spansOf(rounds(...texts), 44)).toEqual([
      [1, 4],
      [5, 5],
    ]);
  });

  test('keeps a round together, also one that is too long', () => {
    const texts = [[weighing(6)], [weighing(9), weighing(9), weighing(9)], [weighing(6)]];
    expect(spansOf(rounds(...texts), 12)).toEqual([
      [1, 1],
      [2, 4],
      [5, 5],
    ]);
  });

  test('reads as a transcript, with the speaker who is named or the role', () => {
    const [first, second] = rounds(['Where is Zoë?', 'In the garden.\nI think.']);
    const messages = [first, { ...second, role: 'assistant', name: 'Bob' }] as WorkMessage[];
    expect(chunkRange(messages, 800)).toEqual([
      { firstSequence: 1, lastSequence: 2, content: '[user]: Where is Zoë?\n[Bob]: In the garden.\nI think.' },
    ]);
  });

  test('of no messages has no chunks', () => {
    expect(chunkRange([], 800)).toEqual([]);
  });

  test('with gaps, where messages were deleted, is cut as if they had never been', () => {
    const messages = rounds(['a', 'b', 'c'], ['d'], ['e']).filter(({ sequence }) => ![1, 3, 4].includes(sequence));
    expect(chunkRange(messages, 1)).toEqual([
      { firstSequence: 2, lastSequence: 2, content: '[user]: b' },
      { firstSequence: 5, lastSequence: 5, content: '[user]: e' },
    ]);
  });

  test('whatever is in it, has each message in exactly one chunk, in order, and no chunk that could have been cut', () => {
    const content = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.constant('\n'), fc.constant(' '));
    const range = fc.array(fc.array(content, { minLength: 1, maxLength: 4 }), { maxLength: 12 });
    const property = fc.property(range, fc.integer({ min: 1, max: 60 }), fc.func(fc.boolean()), (texts, max, keep) => {
      const messages = rounds(...texts).filter(({ sequence }) => keep(sequence));
      const chunks = chunkRange(messages, max);
      const within = chunks.map(({ firstSequence, lastSequence }) =>
        messages.filter(({ sequence }) => firstSequence <= sequence && sequence <= lastSequence),
      );
      expect(within.flat()).toEqual(messages);
      for (const [i, held] of within.entries()) {
        expect(chunks[i]?.content).toBe(held.map((it) => `[user]: ${it.content}`).join('\n'));
        const tokens = held.reduce((sum, it) => sum + estimateTokens(it.content), 0);
        const isOneRound = new Set(held.map(({ round }) => round)).size === 1;
        expect(isOneRound || tokens <= max).toBe(true);
        const following = within[i + 1];
        expect(following?.[0]?.round).not.toBe(held[0]?.round);
      }
    });
    fc.assert(property, { seed: SEED, numRuns: 300 });
  });
});
