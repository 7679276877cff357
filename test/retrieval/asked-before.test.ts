import { afterAll, describe, expect, test } from 'bun:test';
import type { CorpusDocument } from '../../src/contract/corpus.ts';
import { message } from '../support/retrieval/documents.ts';
import { openMemories } from '../support/retrieval/memories.ts';
import { realMeaning } from '../support/retrieval/real-meaning.ts';
import { keysOf, searchable } from '../support/retrieval/searchable.ts';

const meaning = realMeaning();
const memories = await openMemories();
afterAll(() => memories.close());
const TALK = [
  'The kettle broke this morning so I boiled water in a pan.',
  'We repainted the hallway in a pale green last autumn.',
  'My neighbour plays the cello on Sunday evenings.',
  'The bus was late again and I missed the first half of the meeting.',
  'Our tomato plants did badly this summer because of all the rain.',
  'I finished the novel about the lighthouse keeper in two days.',
  'The dentist says I grind my teeth at night.',
  'The printer in the office jams whenever someone prints on both sides.',
];
const ASKS = ['Do you know what my dog is called?', "What's the name of my dog?", 'Remind me what my dog is called?'];
const REPLIES = [
  "I don't know what your dog is called.",
  "I'm sorry, I have no information about the name of your dog.",
  'You have not told me what your dog is called yet.',
];
const FACT = 'My dog is called Biscuit.';

/** A conversation of a user and an assistant; lines of the assistant begin with a mark. */
const conversation = (...lines: readonly string[]): CorpusDocument[] =>
  lines.map((line, i) => {
    const isReply = line.startsWith('> ');
    const name = isReply ? 'helper' : 'ada';
    return message(i, isReply ? line.slice(2) : line, { role: isReply ? 'assistant' : 'user', name });
  });
const askIn = async (lines: readonly string[], question: string) => {
  const { ask, close } = await searchable(memories, meaning, conversation(...lines));
  const answer = await ask(question, { explain: true });
  close();
  return answer.found.map(({ content, explain }) => ({ content, explain }));
};
const askings = (replies: readonly string[] | null): string[] =>
  ASKS.flatMap((asked, i) => [asked, ...(replies ? [`> ${replies[i]}`] : []), TALK[i] as string]);

describe('what was asked before and answered with nothing', () => {
  test.each(['What is my dog called?', "What's my dog's name?", 'dog name'])(
    'stands below the statement, for %j',
    async (question) => {
      for (const lines of [
        [...TALK, ...askings(REPLIES), FACT, ...TALK],
        [...TALK, FACT, ...TALK, ...askings(REPLIES)],
        [...TALK, ...askings(null), FACT, ...TALK],
      ]) {
        const found = (await askIn(lines, question)).map(({ content }) => content);
        const junk = found.findIndex((content) => ASKS.includes(content) || REPLIES.includes(content));
        expect(found.slice(0, 5)).toContain(FACT);
        expect(junk < 0 || found.indexOf(FACT) < junk).toBe(true);
      }
    },
  );

  test('is told of as such', async () => {
    const found = await askIn([...TALK, ASKS[0] as string, `> ${REPLIES[0]}`, FACT], 'What is my dog called?');
    const reply = found.find(({ content }) => content === REPLIES[0]);
    const step = reply?.explain?.find(({ step: name }) => name === 'asked_before');
    expect(step).toEqual({ step: 'asked_before', score: -6, note: 'asks the same, or answers that with nothing' });
    expect(found[0]?.explain?.some(({ step: name }) => name === 'asked_before')).toBe(false);
  });

  test('is found when it is asked for', async () => {
    const [asked, reply] = [ASKS[0] as string, `> ${REPLIES[0]}`];
    const found = await askIn([...TALK, asked, reply, ...TALK], 'Did I ask what my dog is called?');
    expect(found.slice(0, 3).map(({ content }) => content)).toContain(asked);
  });
});

test('a question that was answered is what its answer is found by', async () => {
  const lines = [...TALK, 'How was your trip to Paris?', '> Wonderful, it never rained.', ...TALK];
  const { ask, close } = await searchable(memories, meaning, conversation(...lines));
  const { found } = await ask('How was the trip to Paris?', { explain: true });
  close();
  expect(found.slice(0, 2).map(({ content }) => content)).toContain('Wonderful, it never rained.');
  expect(found.flatMap(({ explain }) => explain ?? []).some(({ step }) => step === 'asked_before')).toBe(false);
});

test('a friend who does not know is no assistant', async () => {
  const { ask, close } = await searchable(memories, meaning, [
    message(1, 'What is the new bakery called?', { name: 'Ada' }),
    message(2, 'I do not know what the bakery is called.', { name: 'Bob' }),
  ]);
  const { found } = await ask('Does Bob know the bakery?', { explain: true });
  close();
  expect(keysOf({ found })[0]).toBe(2);
  expect(found.flatMap(({ explain }) => explain ?? []).some(({ step }) => step === 'asked_before')).toBe(false);
});
