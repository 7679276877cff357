import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { openStaticModel } from '../../../src/embedding/static-model.ts';
import { createMeaning } from '../../../src/retrieval/index/meaning.ts';
import { SimilarQuestions, WORTH_FROM } from '../../../src/retrieval/index/similar-questions.ts';
import { seededRandom } from '../../support/random.ts';
import { message } from '../../support/retrieval/documents.ts';
import { openMemories } from '../../support/retrieval/memories.ts';
import { searchable } from '../../support/retrieval/searchable.ts';

const meaning = createMeaning(await openStaticModel());
const memories = await openMemories();
afterAll(() => memories.close());

const direction = (...components: number[]): Float32Array => {
  const length = Math.hypot(...components);
  return Float32Array.from(components, (x) => x / length);
};

describe('questions asked a moment ago', () => {
  const pool = Uint32Array.of(1, 2, 3);
  const scales = null;

  test('lend their pool to one that is much like them, in the same generation and with the same filters', () => {
    const similar = new SimilarQuestions();
    similar.remember(7, { scope: 'all', direction: direction(1, 0), pool, scales });
    expect(similar.find(7, 'all', direction(1, 0.4))?.pool).toBe(pool);
    expect(similar.find(7, 'all', direction(1, 0.6))).toBeNull();
    expect(similar.find(7, 'some', direction(1, 0))).toBeNull();
    expect(similar.find(8, 'all', direction(1, 0))).toBeNull();
  });

  test('lend the pool of the one that is most alike', () => {
    const similar = new SimilarQuestions();
    const nearer = Uint32Array.of(4);
    similar.remember(7, { scope: 'all', direction: direction(1, 0.3), pool, scales });
    similar.remember(7, { scope: 'all', direction: direction(1, 0.05), pool: nearer, scales });
    expect(similar.find(7, 'all', direction(1, 0))?.pool).toBe(nearer);
  });

  test('are forgotten when anything changes, and beyond sixteen', () => {
    const similar = new SimilarQuestions();
    similar.remember(7, { scope: 'all', direction: direction(1, 0), pool, scales });
    for (let i = 0; i < 16; i += 1) similar.remember(7, { scope: `${i}`, direction: direction(1, 0), pool, scales });
    expect(similar.find(7, 'all', direction(1, 0))).toBeNull();
    similar.remember(8, { scope: 'new', direction: direction(1, 0), pool, scales });
    expect(similar.find(8, '15', direction(1, 0))).toBeNull();
  });
});

describe('a large memory', () => {
  const WORDS = 'harbour tram violin kitchen garden doctor mountain bread letter window bridge market'.split(' ');
  const random = seededRandom(11);
  const talk = Array.from({ length: WORTH_FROM }, (_, i) => {
    const said = Array.from({ length: 8 }, () => random.pick(WORDS)).join(' ');
    return message(i + 1, `${said} number${i}`, { sessionKey: 1 + Math.floor(i / 20), sequence: 1 + (i % 20) });
  });

  let memory: Awaited<ReturnType<typeof searchable>>;
  beforeAll(async () => {
    memory = await searchable(memories, meaning, talk);
  });
  afterAll(() => memory.close());

  const QUESTION = 'Where was the violin in the kitchen garden?';
  const LIKE = 'Where was the violin in the kitchen garden then?';

  test('answers a question that is much like one before from its pool, by nearly the same scores', async () => {
    const { ask } = memory;
    const expected = await ask(LIKE, { topK: 5 });
    expect(expected.level).toBe('full');
    await memory.memory.put(message(99_998, 'Nothing of the kind.', { sessionKey: 9_998, sequence: 1 }));
    expect((await ask(QUESTION, { topK: 5 })).level).toBe('full');
    const answer = await ask(LIKE, { topK: 5 });
    expect(answer.level).toBe('similar');
    expect(answer.found.map(({ key }) => key)).toEqual(expected.found.map(({ key }) => key));
    answer.found.forEach(({ score }, i) => {
      // Nearness is scaled by how it spread for the question before.
      expect(score).toBeCloseTo(expected.found[i]?.score ?? 0, 1);
    });
  });

  test('lends no pool from one time to another, in which other documents are the best', async () => {
    const late = 0.6 * WORTH_FROM;
    const by = (question: string, createdTo: number | null) =>
      memory.ask(question, { topK: 5, filters: { createdTo } });
    await by(QUESTION, null);
    await by(QUESTION, late);
    for (const createdTo of [late, 1_000]) {
      const answer = await by(LIKE, createdTo);
      expect(answer.level).toBe(createdTo === late ? 'similar' : 'full');
      expect(answer.found).toHaveLength(5);
      for (const { createdAt } of answer.found) expect(createdAt).toBeLessThanOrEqual(createdTo);
    }
  });

  test('is looked through whole again once anything was said', async () => {
    await memory.ask(QUESTION);
    await memory.memory.put(
      message(99_999, 'The violin was in the kitchen garden.', { sessionKey: 9_999, sequence: 1 }),
    );
    const answer = await memory.ask(LIKE);
    expect([answer.level, answer.found.map(({ key }) => key).includes(99_999)]).toEqual(['full', true]);
  });
});
