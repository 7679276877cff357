import { afterAll, describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { Found, SearchRequest } from '../../src/retrieval/search.ts';
import { knowledge, message } from '../support/retrieval/documents.ts';
import { openMemories } from '../support/retrieval/memories.ts';
import { realMeaning } from '../support/retrieval/real-meaning.ts';
import { keysOf, searchable } from '../support/retrieval/searchable.ts';
import type { Told } from '../support/retrieval/stored-memory.ts';

const SEED = 20_261_123;

const meaning = realMeaning();
const memories = await openMemories();
afterAll(() => memories.close());

const setUp = (...documents: readonly Told[]) => searchable(memories, meaning, documents);
/** Messages of a session each, so that none stands near another. */
const strangers = (...texts: readonly string[]) =>
  texts.map((text, i) => message(i + 1, text, { sessionKey: i + 1, createdAt: 1_000 }));

describe('a search', () => {
  test('ranks by words, the newer first among equals, then by key', async () => {
    const said = (key: number, text: string, createdAt: number) =>
      message(key, text, { sessionKey: key, createdAt, name: `speaker${key}` });
    const { ask, memory } = await setUp(
      said(1, 'apple pie', 10),
      said(2, 'apple pie', 30),
      said(3, 'another', 20),
      said(4, 'apple pie', 20),
      said(5, 'concrete mixer', 40),
    );
    // It comes to the index after the fourth.
    await memory.put(said(3, 'apple pie', 20));
    expect(keysOf(await ask('apple', { mode: 'words' }))).toEqual([2, 3, 4, 1]);
  });

  test('gives as many results as were asked for, the best of them, none for zero and less', async () => {
    const { ask } = await setUp(
      ...Array.from({ length: 20 }, (_, i) => message(i, `apple ${i}`, { sessionKey: i, createdAt: i })),
    );
    expect(keysOf(await ask('apple', { topK: 3, mode: 'words' }))).toEqual([19, 18, 17]);
    expect((await ask('apple', { topK: 100 })).found).toHaveLength(20);
    for (const topK of [0, -1, -0]) expect((await ask('apple', { topK })).found).toEqual([]);
  });

  test('is empty for a user who is not there', async () => {
    const { ask, memory } = await setUp();
    await memory.drop();
    expect(await ask('apple')).toEqual({ found: [], degraded: [], level: 'full' });
  });

  test('finds what was said in other words', async () => {
    const { ask } = await setUp(
      ...strangers('We adopted a puppy.', 'The invoice is overdue.', 'My flight leaves on Monday.'),
    );
    expect(keysOf(await ask('Do you have a dog?', { topK: 1 }))).toEqual([1]);
    expect(keysOf(await ask('When does the plane depart?', { topK: 1 }))).toEqual([3]);
  });

  test('finds the answer beside the question that was asked in a conversation', async () => {
    const turns = ['Which instrument do you play?', 'The cello, since I was six.', 'Nice!', 'And what about lunch?'];
    const { ask } = await setUp(
      ...turns.map((text, i) => message(i, text, { role: i % 2 === 0 ? 'user' : 'assistant' })),
    );
    expect(keysOf(await ask('instrument', { topK: 2 })).toSorted()).toEqual([0, 1]);
  });

  test('finds a message by who said it', async () => {
    const { ask } = await setUp(
      message(1, 'I like tea.', { name: 'Melanie' }),
      message(2, 'I like tea.', { name: 'Caroline' }),
    );
    expect(keysOf(await ask('What does Melanie like?', { topK: 1 }))).toEqual([1]);
    expect(keysOf(await ask('What does Caroline like?', { topK: 1 }))).toEqual([2]);
  });

  test('finds nothing for a question without a single word', async () => {
    const { ask } = await setUp(...strangers('The invoice is overdue.', 'We adopted a puppy.'));
    for (const question of ['', ' ', '?!', '🦊🦊🦊', '\0']) expect((await ask(question)).found).toEqual([]);
  });

  test('prefers what was said in the time that the question names', async () => {
    const at = (iso: string) => Date.parse(iso);
    const { ask } = await setUp(
      message(1, 'We went hiking by the lake.', { sessionKey: 1, createdAt: at('2025-05-10T10:00:00Z') }),
      message(2, 'We went hiking by the sea.', { sessionKey: 2, createdAt: at('2025-08-10T10:00:00Z') }),
    );
    expect(keysOf(await ask('Where did we go hiking in May?', { topK: 1 }))).toEqual([1]);
    expect(keysOf(await ask('Where did we go hiking in August 2025?', { topK: 1 }))).toEqual([2]);
    const nowMs = at('2025-05-11T08:00:00Z');
    expect(keysOf(await ask('Where did we go hiking yesterday?', { topK: 1, nowMs }))).toEqual([1]);
  });

  test('has scores within 0 and 1 that fall, no result twice, at most top_k, for any memory and any question', async () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.constantFrom('apple', 'apple pie', 'the'));
    const mode = fc.constantFrom<SearchRequest['mode']>('hybrid', 'words', 'meaning');
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { maxLength: 20 }),
        text,
        fc.integer({ min: -2, max: 30 }),
        mode,
        async (texts, question, topK, wanted) => {
          const { ask, close } = await setUp(
            ...texts.map((content, i) => (i % 3 === 0 ? knowledge(i, content) : message(i, content))),
          );
          const { found } = await ask(question, { topK, mode: wanted });
          expect(found.length).toBeLessThanOrEqual(Math.max(0, topK));
          expect(new Set(keysOf({ found })).size).toBe(found.length);
          const scores = found.map(({ score }: Found) => score);
          expect(scores).toEqual(scores.toSorted((a, b) => b - a));
          for (const score of scores) expect(score).toBeWithin(0, 1.000001);
          close();
        },
      ),
      { seed: SEED, numRuns: 200 },
    );
  });
});
