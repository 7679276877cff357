import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { createSearch, type SearchRequest } from '../../src/retrieval/search.ts';
import { UserIndexes } from '../../src/retrieval/user-indexes.ts';
import { FakeCorpus, knowledge, message } from '../support/fake-corpus.ts';

const SEED = 20_261_123;

const setUp = () => {
  const corpus = new FakeCorpus();
  const search = createSearch(corpus, new UserIndexes(corpus, 100_000_000));
  const ask = (question: string, more: Partial<SearchRequest> = {}) =>
    search({ tenantKey: 1, userKey: 7, question, topK: 10, agentKey: null, kinds: ['message', 'knowledge'], ...more });
  return { corpus, ask };
};

const keysOf = (results: readonly { readonly key: number }[]): number[] => results.map(({ key }) => key);

describe('a search', () => {
  test('ranks by words, the newer first among equals, then by key', async () => {
    const { corpus, ask } = setUp();
    corpus.put(
      7,
      message(1, 'apple pie', { createdAt: 10 }),
      message(2, 'apple pie', { createdAt: 30 }),
      message(4, 'apple pie', { createdAt: 20 }),
      message(3, 'apple pie', { createdAt: 20 }),
      message(5, 'banana bread', { createdAt: 40 }),
    );
    expect(keysOf(await ask('apple'))).toEqual([2, 3, 4, 1]);
  });

  test('gives as many results as were asked for, the best of them, none for zero and less', async () => {
    const { corpus, ask } = setUp();
    corpus.put(7, ...Array.from({ length: 20 }, (_, i) => message(i, 'apple')));
    expect(keysOf(await ask('apple', { topK: 3 }))).toEqual([19, 18, 17]);
    expect(await ask('apple', { topK: 100 })).toHaveLength(20);
    for (const topK of [0, -1, -0]) expect(await ask('apple', { topK })).toEqual([]);
  });

  test('keeps to the kinds asked for', async () => {
    const { corpus, ask } = setUp();
    corpus.put(7, message(1, 'apple'), knowledge(2, 'apple'));
    expect(keysOf(await ask('apple', { kinds: ['message'] }))).toEqual([1]);
    expect(keysOf(await ask('apple', { kinds: ['knowledge'] }))).toEqual([2]);
    expect(await ask('apple', { kinds: [] })).toEqual([]);
  });

  test('keeps to the sessions of an agent, and keeps knowledge, which belongs to no session', async () => {
    const { corpus, ask } = setUp();
    corpus.put(
      7,
      message(1, 'apple', { sessionKey: 1 }),
      message(2, 'apple', { sessionKey: 2 }),
      knowledge(3, 'apple'),
    );
    corpus.sessionsByAgent.set(5, [2]);
    expect(keysOf(await ask('apple', { agentKey: 5 })).sort()).toEqual([2, 3]);
    expect(keysOf(await ask('apple', { agentKey: 6 }))).toEqual([3]);
  });

  test('fills up to top_k after its filters, not before', async () => {
    const { corpus, ask } = setUp();
    corpus.put(7, ...Array.from({ length: 10 }, (_, i) => message(i, 'apple', { sessionKey: i < 3 ? 2 : 1 })));
    corpus.sessionsByAgent.set(5, [2]);
    expect(keysOf(await ask('apple', { agentKey: 5, topK: 3 }))).toEqual([2, 1, 0]);
  });

  test('finds a message by who said it', async () => {
    const { corpus, ask } = setUp();
    corpus.put(
      7,
      message(1, 'I like tea.', { name: 'Melanie' }),
      message(2, 'I like tea.', { usualSpeaker: 'Caroline' }),
    );
    expect(keysOf(await ask('What does Melanie like?', { topK: 1 }))).toEqual([1]);
    expect(keysOf(await ask('What does Caroline like?', { topK: 1 }))).toEqual([2]);
  });

  test('is empty for a user who is not there', async () => {
    const { ask } = setUp();
    expect(await ask('apple')).toEqual([]);
  });

  test('has scores within 0 and 1 that fall, no result twice, at most top_k, for any memory and any question', async () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.constantFrom('apple', 'apple pie', 'the'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { maxLength: 20 }),
        text,
        fc.integer({ min: -2, max: 30 }),
        async (texts, question, topK) => {
          const { corpus, ask } = setUp();
          corpus.put(7, ...texts.map((content, i) => (i % 3 === 0 ? knowledge(i, content) : message(i, content))));
          const results = await ask(question, { topK });
          expect(results.length).toBeLessThanOrEqual(Math.max(0, topK));
          expect(new Set(keysOf(results)).size).toBe(results.length);
          const scores = results.map(({ score }) => score);
          expect(scores).toEqual(scores.toSorted((a, b) => b - a));
          for (const score of scores) expect(score).toBeWithin(0, 1.000001);
        },
      ),
      { seed: SEED, numRuns: 300 },
    );
  });
});
