import { expect, test } from 'bun:test';
import { extractFacts } from '../../../../src/memory/kinds/extract/extract.ts';
import { factsOf, MONDAY, reader, textsOf, turnsOf } from './saying.ts';

test('a statement is told in the third person, with its slot, its day and who and what it names', async () => {
  const [fact] = await factsOf('I moved to Lisbon last month with my wife Ana.');
  expect(fact).toMatchObject({
    text: 'Alice moved to Lisbon last month with their wife Ana.',
    subject: 'Alice',
    predicate: 'lives_in',
    object: 'Lisbon',
    category: 'home',
    validFromMs: Date.parse('2026-05-01T00:00:00Z'),
    validToMs: null,
    messageKeys: [1],
  });
  expect(fact?.entities).toEqual([
    { name: 'Alice', kind: 'person' },
    { name: 'Lisbon', kind: 'place' },
    { name: 'Ana', kind: 'person' },
  ]);
});

test('what is told before a question is kept, and the question is not', async () => {
  expect(await textsOf('I moved to Lisbon in May, which tram goes to Belem?')).toEqual([
    'Alice moved to Lisbon in May.',
  ]);
  expect(await textsOf("I'm allergic to peanuts - can you suggest a snack for the train?")).toEqual([
    'Alice is allergic to peanuts.',
  ]);
  expect(await textsOf('My rent went up to 950 euros, how do I budget?')).toEqual([
    "Alice's rent went up to 950 euros.",
  ]);
});

test.each([
  'Where do I live?',
  'Do you know whether I work at Acme?',
  'Hi there! How are you?',
  'Thanks a lot, good night!',
  "I don't know where she lives.",
  'If I moved to Oslo, I would work at Equinor.',
  'Imagine I live in Paris and work at the Louvre.',
  'I wish I lived in Rome.',
  'He said "I live in Paris and I work at Acme" and laughed.',
  'Translate this into German: I live in Paris and work at Acme.',
  'Please proofread: My name is Tom and I live in Leeds.',
  'From: Bob Brown\nSubject: Moving\n\nI moved to Oslo last week.',
  '> I live in Paris.\n> I work at Acme.',
  '```\nconst home = "I live in Paris";\n```',
  '2026-05-01, conversation "alice-agent":\n[1] Bob: I live in Paris.\n[2] Bob: I hate olives.',
  'user: I live in Paris\nassistant: How nice!',
  'Ich wohne in Berlin und arbeite bei Siemens.',
  'Mieszkam w Krakowie od roku i pracuje w banku.',
  '我住在北京，在银行工作。',
  'name,city,job\nBob,Paris,nurse\nEve,Oslo,chef',
])('nothing is made of what states nothing of its speaker: %j', async (said) => {
  expect(await textsOf(said)).toEqual([]);
});

test.each([
  'assistant: I live in the cloud and love olives.',
  'system: The user lives in Paris.',
  'tool: I moved to Oslo.',
])('nothing is made of what no person says: %j', async (said) => {
  expect(await textsOf(said)).toEqual([]);
});

test('a message that came with a name is that person speaking, whatever its role', async () => {
  const facts = await factsOf('Alice*: Where do you live now?', 'Bob*: I moved to Oslo in May.');
  expect(facts).toMatchObject([{ text: 'Bob moved to Oslo in May.', subject: 'Bob', predicate: 'lives_in' }]);
});

test.each([
  ["assistant: What's your dog's name?", 'Rex', "Alice's dog's name is Rex."],
  ['assistant: Where do you live?', 'In Lisbon.', 'Alice lives in Lisbon.'],
  ['assistant: How old are you?', '34', 'Alice is 34 years old.'],
  ['assistant: Are you vegetarian?', 'Yes.', 'Alice is vegetarian.'],
  ['assistant: So, where are you from?', 'Brazil!', 'Alice is from Brazil.'],
])('a short answer is joined with its question: %j %j', async (question, answer, text) => {
  const facts = await factsOf(question, answer);
  expect(facts).toMatchObject([{ text, messageKeys: [2, 1] }]);
});

test('a short answer to no question, or one that says nothing, is no fact', async () => {
  expect(await textsOf('assistant: I can help with that.', 'In Lisbon.')).toEqual([]);
  expect(await textsOf('assistant: Where do you live?', 'Not sure.')).toEqual([]);
});

test('at most three facts are made of a turn, and all of one slot each', async () => {
  const said =
    'I live in Porto. I work at Acme. I hate olives. I am 34 years old. My dentist is Dr. Weber. I drive a Fiat.';
  const facts = await factsOf(said);
  expect(facts).toHaveLength(3);
  expect(new Set(facts.map(({ predicate }) => predicate)).size).toBe(3);
});

test('a plan, a wish and a tale of the past fill no slot', async () => {
  for (const said of [
    'I might move to Berlin next year because of work.',
    'I am thinking of quitting my job at Acme next year.',
    'I lived in Paris for two years as a student.',
    'I want to work at Google as an engineer one day.',
  ]) {
    for (const { predicate } of await factsOf(said))
      expect(['lives_in', 'works_at', 'works_as', 'has_left']).not.toContain(predicate);
  }
});

test('what ended says so, and holds from its end on', async () => {
  expect(await factsOf('I no longer work at Acme.')).toMatchObject([
    { predicate: 'works_at', object: 'not Acme', validFromMs: MONDAY, validToMs: null },
  ]);
});

test('of two slots in a sentence each is a fact of its own, since one may end without the other', async () => {
  expect(await textsOf('I live in Lisbon and I love hiking, and I work at Acme because of the pay.')).toEqual([
    'Alice loves hiking.',
    'Alice works at Acme because of the pay.',
    'Alice lives in Lisbon.',
  ]);
});

test('what fills a slot is surer than what has good words alone, and all are between 0 and 1', async () => {
  const [slot] = await factsOf('I work at Acme.');
  const [words] = await factsOf('I went to the lake with my cousin and we painted a boat.');
  expect(slot?.confidence).toBeGreaterThan(words?.confidence ?? 1);
  for (const fact of [slot, words]) {
    expect(fact?.confidence).toBeGreaterThan(0);
    expect(fact?.confidence).toBeLessThanOrEqual(1);
  }
});

test('"she" and "her name" stand for the one person of the speaker that was spoken of, and for nobody among two', async () => {
  expect(await factsOf('I visited my sister Ana last week. She lives in Rome now and works at Fiat.')).toMatchObject([
    { subject: "Alice's sister Ana", predicate: 'lives_in', object: 'Rome' },
    { subject: "Alice's sister Ana", predicate: 'works_at', object: 'Fiat' },
    { subject: 'Alice', predicate: 'visit' },
  ]);
  expect(await factsOf('I have a new boss, her name is Carla.')).toMatchObject([
    { subject: 'Alice', predicate: 'attribute:boss', object: 'Carla' },
    { predicate: 'have' },
  ]);
  const facts = await factsOf('My mom met my sister Eva in town. She lives in Rome now.');
  expect(facts.filter(({ predicate }) => predicate === 'lives_in')).toEqual([]);
});

test('a verb whose subject stands before another verb is told of that subject', async () => {
  expect(await factsOf('My brother lives in Leeds and works at Acme.')).toMatchObject([
    { subject: "Alice's brother", predicate: 'lives_in', text: "Alice's brother lives in Leeds." },
    { subject: "Alice's brother", predicate: 'works_at', text: "Alice's brother works at Acme." },
  ]);
});

test('an instruction and a lasting taste are kept whatever their words are like', async () => {
  expect(await factsOf('Always answer in German please.')).toMatchObject([
    { category: 'instruction', text: 'Alice asks: Always answer in German please.' },
  ]);
  expect(await factsOf("I can't stand olives.")).toMatchObject([{ category: 'preference', object: 'not olives' }]);
});

test('the same turns give the same facts, and context is not read again', async () => {
  const lines = [
    'I live in Porto.',
    'assistant: How is the weather there?',
    'I hate the rain, and my dog Rex loves it.',
  ];
  const first = extractFacts(turnsOf(lines), await reader());
  expect(extractFacts(turnsOf(lines), await reader())).toEqual(first);
  expect(first.some(({ text }) => text.includes('Porto'))).toBe(false);
});

test.each([0, Date.parse('1970-01-01T00:00:00Z'), Date.parse('9999-12-31T00:00:00Z'), 8.64e15, -8.64e15])(
  'a message that is dated %p gives finite times or none',
  async (atMs) => {
    const facts = extractFacts(
      turnsOf(['I moved to Lisbon two months ago, and since 2019 I work at Acme.'], atMs),
      await reader(),
    );
    for (const { validFromMs, validToMs } of facts) {
      for (const ms of [validFromMs, validToMs])
        expect(ms === null || !Number.isNaN(new Date(ms).getTime())).toBe(true);
    }
  },
);
