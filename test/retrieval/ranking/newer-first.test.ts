import { afterAll, describe, expect, test } from 'bun:test';
import { openStaticModel } from '../../../src/embedding/static-model.ts';
import { createMeaning } from '../../../src/retrieval/index/meaning.ts';
import { toScore } from '../../../src/retrieval/ranking/score.ts';
import { message } from '../../support/retrieval/documents.ts';
import { openMemories } from '../../support/retrieval/memories.ts';
import { keysOf, searchable } from '../../support/retrieval/searchable.ts';

const meaning = createMeaning(await openStaticModel());
const memories = await openMemories();
afterAll(() => memories.close());

/** What a user said, a day apart, each in a session of its own; lines of the assistant begin with a mark. */
const askIn = async (lines: readonly string[], question: string, more = {}) => {
  const documents = lines.map((line, i) => {
    const isReply = line.startsWith('> ');
    const at = { sessionKey: i + 1, createdAt: (i + 1) * 86_400_000 };
    return message(i + 1, isReply ? line.slice(2) : line, { ...at, role: isReply ? 'assistant' : 'user' });
  });
  const { ask, close } = await searchable(memories, meaning, documents);
  const answer = await ask(question, more);
  close();
  return answer;
};

const TALK = ['The weather was fine all week.', 'I finished a novel about a lighthouse.', 'Our cat sleeps all day.'];

describe('what is said anew', () => {
  test.each([
    [
      'What is the budget for the kitchen?',
      ['The budget for the kitchen is 400.', 'The budget for the kitchen is 450.'],
    ],
    ['Where do I live?', ['I live in Porto, near the river.', 'I live in Lisbon now, near the river.']],
    [
      'Who is the manager of the harbour office?',
      ['The manager of the harbour office is Ann Lee.', 'The manager of the harbour office is Bo Chen.'],
    ],
  ])('stands above what it takes the place of: %s', async (question, lines) => {
    const found = keysOf(await askIn([...lines, ...TALK], question));
    expect(found.indexOf(2)).toBe(0);
    expect(found).toContain(1);
  });

  test('is told from what is another thing by its words, and from what another says by the speaker', async () => {
    const cat = ['The cat is called Mia.', 'The rent of the flat rose.'];
    expect(keysOf(await askIn([...cat, ...TALK], 'What is the cat called?'))[0]).toBe(1);
    const echo = ['My dentist is Dr. Brown.', '> So your dentist is Dr. Brown.'];
    expect(keysOf(await askIn([...echo, ...TALK], 'Who is my dentist?'))[0]).toBe(1);
  });

  test('is the one result of one that is asked for, and its score no lower than of what it stands above', async () => {
    const lines = ['The budget for the kitchen is 400.', 'The budget for the kitchen is 450.', ...TALK];
    const question = 'What is the budget for the kitchen?';
    expect(keysOf(await askIn(lines, question, { topK: 1 }))).toEqual([2]);
    const { found } = await askIn(lines, question, { explain: true });
    const scores = found.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    for (const { score, explain } of found) {
      expect(toScore((explain ?? []).reduce((sum, part) => sum + part.score, 0))).toBeCloseTo(score, 4);
    }
  });

  const ENGLISH = ['For dinner I had ramen.', 'For dinner I had paella.', 'For dinner I had gnocchi.'];
  const GERMAN = ['Zum Abendessen gab es Ramen.', 'Zum Abendessen gab es Paella.', 'Zum Abendessen gab es Gnocchi.'];

  test.each([
    ['What did I have for dinner on January 2, 1970?', 1, ENGLISH],
    ['What did I have for dinner 2 days ago?', 1, ENGLISH],
    ['What did I have for dinner yesterday?', 2, ENGLISH],
    ['Was gab es am 02.01.1970 zum Abendessen?', 1, GERMAN],
    ['Was gab es vorgestern zum Abendessen?', 1, GERMAN],
    ['Was gab es gestern zum Abendessen?', 2, GERMAN],
    ['Was gab es zum Abendessen?', 3, GERMAN],
  ])('takes no place of what was said nearer to the time that is asked for: %s', async (question, key, lines) => {
    const nowMs = Date.parse('1970-01-04T20:00:00Z');
    expect(keysOf(await askIn([...lines, ...TALK], question, { nowMs }))[0]).toBe(key);
  });
});
