import { afterAll, describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { STEPS } from '../../src/retrieval/ranking/ranking.ts';
import { toScore } from '../../src/retrieval/ranking/score.ts';
import type { SearchAnswer } from '../../src/retrieval/search.ts';
import { knowledge, message } from '../support/retrieval/documents.ts';
import { anyContent, anyHistory, leftOf, nameOf } from '../support/retrieval/histories.ts';
import { openMemories } from '../support/retrieval/memories.ts';
import { realMeaning } from '../support/retrieval/real-meaning.ts';
import { keysOf, searchable } from '../support/retrieval/searchable.ts';

const SEED = 20_261_123;
const meaning = realMeaning();
const memories = await openMemories();
afterAll(() => memories.close());

/** Asks a memory of messages that are strangers to each other, with keys from 1. */
const memoryOf = async (...texts: readonly string[]) => {
  const said = texts.map((text, i) => message(i + 1, text, { sessionKey: i + 1, createdAt: 1_000 }));
  return (await searchable(memories, meaning, said)).ask;
};

describe('the mode', () => {
  const texts = ['We adopted a puppy.', 'The dog sleeps.', 'The invoice is overdue.', 'Rain is forecast.'];

  test('of words brings up what shares a word or a near one, and nothing by meaning alone', async () => {
    const ask = await memoryOf('The physician wrote a prescription.', 'I feel sick and need a doctor.');
    const question = 'Which pills did the hospital give?';
    expect((await ask(question)).found.map(({ foundBy }) => foundBy)).toContain('meaning');
    expect((await ask(question, { mode: 'words' })).found.map(({ foundBy }) => foundBy)).not.toContain('meaning');
  });

  test('of meaning ranks without words', async () => {
    const ask = await memoryOf(...texts);
    const { found, degraded } = await ask('dog', { mode: 'meaning', explain: true });
    expect(keysOf({ found }).toSorted()).toEqual([1, 2]);
    expect(degraded).toEqual([]);
    const steps = new Set(found.flatMap(({ explain }) => explain?.map(({ step }) => step) ?? []));
    for (const step of ['words', 'words_here', 'looked_up', 'session', 'soft_words', 'answers'])
      expect(steps).not.toContain(step);
  });

  test('of words ranks without meaning', async () => {
    const { found } = await (await memoryOf(...texts))('dog', { mode: 'words', explain: true });
    const steps = new Set(found.flatMap(({ explain }) => explain?.map(({ step }) => step) ?? []));
    for (const step of ['meaning', 'meaning_around']) expect(steps).not.toContain(step);
    expect(steps).toContain('words');
  });

  test('is that of words when there is no model, and the answer says so unless it was asked for', async () => {
    const { ask } = await searchable(memories, null, [
      message(1, 'apple pie', { sessionKey: 1 }),
      message(2, 'apple', { sessionKey: 2 }),
    ]);
    const plain = await ask('apple pie', { mode: 'words' });
    expect(plain.degraded).toEqual([]);
    expect(keysOf(plain)).toEqual([1, 2]);
    for (const mode of ['hybrid', 'meaning'] as const) {
      const answer = await ask('apple pie', { mode });
      expect(answer.degraded.join()).toContain('searched by words alone');
      expect(answer.found).toEqual(plain.found);
    }
  });
});

describe('an explanation', () => {
  test('adds up to the score of each result, after any history, also of a transcript', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, anyContent, anyContent, fc.boolean(), async (changes, one, other, isTranscript) => {
        const { ask, close } = await searchable(memories, meaning, leftOf(changes));
        const question = isTranscript ? `user: ${one}\nassistant: ${other}` : one;
        for (const { score, explain } of (await ask(question, { explain: true, topK: 50 })).found) {
          const sum = explain?.reduce((total, part) => total + part.score, 0) ?? Number.NaN;
          expect(toScore(sum)).toBeCloseTo(score, 4);
        }
        close();
      }),
      { seed: SEED, numRuns: 150 },
    );
  });

  test('is in words, in the order of the steps, without those that gave nothing; and only when asked for', async () => {
    const ask = await memoryOf('I moved to Oslo in May.', 'The invoice is overdue.');
    const [best] = (await ask('When did I move to Oslo?', { explain: true })).found;
    const order = STEPS.map(({ name }) => name);
    const names = best?.explain?.map(({ step }) => step) ?? [];
    expect(names).toEqual([...order.filter((name) => names.includes(name)), 'certainty']);
    expect(names).toEqual(expect.arrayContaining(['words', 'soft_words', 'meaning', 'asker', 'tells_time']));
    for (const { score, note } of best?.explain ?? []) {
      expect(score).not.toBe(0);
      expect(note).not.toBeEmpty();
    }
    expect((await ask('Oslo')).found[0]?.explain).toBeNull();
  });
});

describe('a transcript that is asked with', () => {
  const texts = ['The kayak is in the garage.', 'The invoice is overdue.', 'The violin needs new strings.'];
  const asking = memoryOf(...texts);
  const resultsOf = async (question: string): Promise<SearchAnswer['found']> => (await (await asking)(question)).found;

  test('is read without its labels, whichever way its lines are joined', async () => {
    const plain = await resultsOf('user: Where is the kayak?\nassistant: What about the violin?');
    expect(await resultsOf('user: Where is the kayak?\\nassistant: What about the violin?')).toEqual(plain);
    expect(await resultsOf('Human: Where is the kayak?\r\nAI: What about the violin?')).toEqual(plain);
  });

  test('asks most for its last turn', async () => {
    const [first] = await resultsOf('user: Where is the kayak?\nassistant: In the garage.\nuser: And the violin?');
    expect(first?.key).toBe(3);
    const [other] = await resultsOf('user: And the violin?\nassistant: It is here.\nuser: Where is the kayak?');
    expect(other?.key).toBe(1);
  });

  test('brings up what an earlier turn asks for when the last one has no word of its own', async () => {
    for (const last of ['Where?', 'What about it?', '🦊', 'Unheardof']) {
      const found = await resultsOf(`user: Where is the kayak?\nassistant: Why do you ask?\nuser: ${last}`);
      expect(found.map(({ key, foundBy }) => [key, foundBy])[0]).toEqual([1, 'words']);
    }
  });

  test('asks for its last three turns, no further', async () => {
    const turns = (last: string) =>
      `user: Is the invoice overdue?\nassistant: ${last}\nuser: ${last}\nassistant: ${last}`;
    expect(await resultsOf(turns('Where is the kayak?'))).toEqual(
      await resultsOf('user: Where is the kayak?\nassistant: Where is the kayak?\nuser: Where is the kayak?'),
    );
  });

  test('brings up none of the turns that stand in it, whoever said them', async () => {
    const { ask } = await searchable(memories, meaning, [
      message(1, 'Where is the kayak?', { sessionKey: 1 }),
      message(2, 'In the garage.', { sessionKey: 1, role: 'assistant' }),
      message(3, 'The kayak is blue.', { sessionKey: 2 }),
      knowledge(4, 'In the garage.'),
    ]);
    const question = 'user: Where is the kayak?\nassistant: In the garage.\nuser: Which colour is the kayak?';
    const { found } = await ask(question);
    expect(found.map(nameOf).toSorted()).toEqual(['knowledge:4', 'message:3']);
  });
});

describe('a question that the user asked before', () => {
  test('does not crowd out its answer', async () => {
    const asked = Array.from({ length: 40 }, (_, i) => message(i, 'Where is my kayak?', { sessionKey: i + 1 }));
    const answer = message(100, 'I put the kayak into the garage.', { sessionKey: 100 });
    const { ask } = await searchable(memories, meaning, [...asked, answer]);
    expect(keysOf(await ask('where is my KAYAK ?', { topK: 1 }))).toEqual([100]);
    expect(keysOf(await ask('where is my kayak', { topK: 10 }))).toEqual([100]);
  });

  test('is brought up by another question, and what was told in the same words is by any', async () => {
    const ask = await memoryOf('Where is my kayak?', 'My kayak is red.');
    expect(keysOf(await ask('What did I ask about a kayak?'))).toContain(1);
    expect(keysOf(await ask('My kayak is red.'))).toContain(2);
  });
});

describe('repeats', () => {
  test('are one result with their number, and leave room for as many others as are asked for', async () => {
    const repeated = Array.from({ length: 300 }, () => 'apple apple apple');
    const others = Array.from({ length: 10 }, (_, i) => `apple number ${i} of many other things in a long list`);
    const ask = await memoryOf(...repeated, ...others);
    const { found } = await ask('apple', { topK: 5, mode: 'words' });
    expect(found).toHaveLength(5);
    expect(found[0]).toMatchObject({ content: 'apple apple apple', duplicates: 299 });
    expect(new Set(found.map(({ content }) => content)).size).toBe(5);
  });

  test('in the conversation that is asked from are told apart from those elsewhere', async () => {
    const said = [1, 1, 2, 3].map((sessionKey, i) => message(i, 'The passport is in the drawer.', { sessionKey }));
    const { ask, memory } = await searchable(memories, meaning, said);
    const duplicates = async (number: number | null) => {
      const sessionKey = number === null ? null : memory.sessionKey(number);
      return (await ask('Where is the passport?', { sessionKey })).found.map((result) => result.duplicates);
    };
    expect(await duplicates(null)).toEqual([3]);
    expect((await duplicates(1)).toSorted()).toEqual([1, 1]);
  });

  test('by different speakers are results of their own', async () => {
    const speakers = ['Ada', 'Bob', 'Ada', 'Bob', 'Cy'];
    const said = speakers.map((name, i) => message(i, 'I like the new kayak.', { name, sessionKey: i }));
    const { ask } = await searchable(memories, meaning, said);
    const { found } = await ask('kayak');
    expect(found.map(({ name, duplicates }) => [name, duplicates]).toSorted()).toEqual([
      ['Ada', 1],
      ['Bob', 1],
      ['Cy', 0],
    ]);
  });
});
