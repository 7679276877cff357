import { afterAll, describe, expect, test } from 'bun:test';
import { openStaticModel } from '../../../src/embedding/static-model.ts';
import { createMeaning } from '../../../src/retrieval/index/meaning.ts';
import { message } from '../../support/retrieval/documents.ts';
import { openMemories } from '../../support/retrieval/memories.ts';
import { searchable } from '../../support/retrieval/searchable.ts';

const meaning = createMeaning(await openStaticModel());
const memories = await openMemories();
afterAll(() => memories.close());

const TALK = [
  'We repainted the hallway in a pale green last autumn.',
  'The dentist says I grind my teeth at night.',
  'Our tomato plants did badly this summer because of all the rain.',
  'My brother moved to Trondheim to build boats.',
  'The server of the office runs under my desk.',
];

const scoresOf = async (lines: readonly string[], question: string) => {
  const { ask, close } = await searchable(
    memories,
    meaning,
    lines.map((line, i) => message(i + 1, line, { sessionKey: i + 1 })),
  );
  const { found } = await ask(question);
  close();
  return found.map(({ score, content }) => ({ score, content }));
};

describe('a score', () => {
  test('is high for what is told, and low for what stands around it', async () => {
    const [best, ...others] = await scoresOf(TALK, 'Where did my brother move to?');
    expect(best?.content).toContain('Trondheim');
    expect(best?.score).toBeGreaterThan(0.6);
    for (const { score } of others) expect(score).toBeLessThan(0.5);
  });

  test.each(['quantum chromodynamics', 'Which airline did the orchestra charter?'])(
    'is low for all when nothing is told of it: %s',
    async (question) => {
      for (const { score } of await scoresOf(TALK, question)) expect(score).toBeLessThan(0.3);
    },
  );

  test('is high for what is told where the question has a typing error, less than without one', async () => {
    const [typed] = await scoresOf(TALK, 'Where is Trondhiem?');
    const [spelled] = await scoresOf(TALK, 'Where is Trondheim?');
    expect(typed?.content).toContain('Trondheim');
    expect(typed?.score).toBeGreaterThan(0.5);
    expect(typed?.score).toBeLessThan(spelled?.score ?? 0);
  });

  test('is no certainty for a word that all messages hold', async () => {
    const notes = TALK.map((line) => `Server note: ${line}`);
    for (const { score } of await scoresOf(notes, 'server note')) expect(score).toBeLessThan(0.9);
  });
});
