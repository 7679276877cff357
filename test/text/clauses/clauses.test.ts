import { expect, test } from 'bun:test';
import { expandContractions } from '../../../src/text/clauses/contractions.ts';
import { clausesOf } from '../../../src/text/clauses/cut.ts';
import { proseOf } from '../../../src/text/clauses/prose.ts';
import { QUOTATION, withoutQuotations } from '../../../src/text/clauses/quotations.ts';
import { openTagger } from '../../../src/text/clauses/tagger.ts';
import { openTeller } from '../../../src/text/clauses/third-person.ts';

const tagger = await openTagger();
const read = (text: string) => tagger.sentencesOf(expandContractions(text)).flatMap(clausesOf);

test.each([
  ["I'm gonna move, it's time", 'I am going to move, it is time'],
  ["She's been ill and he's a nurse", 'She has been ill and he is a nurse'],
  ["My dog's called Rex and Tom's car is red", "My dog is called Rex and Tom's car is red"],
  ["I can't, I won't, I don't", 'I can not, I will not, I do not'],
  ["I'd been there, I'd go again", 'I had been there, I would go again'],
  ['I’ve gotta go', 'I have to go'],
  ["Don't!", 'Do not!'],
])('contractions are written in full: %j', (text, full) => {
  expect(expandContractions(text)).toBe(full);
});

const shown = (text: string): string[] =>
  read(text).map(({ lead, subject, words }) => `${lead}|${subject}|${words.map((word) => word.text).join(' ')}`);

test('a sentence is cut before what has a verb of its own', () => {
  expect(shown('I lost my job yesterday, so I am starting a business.')).toEqual([
    '|i|I lost my job yesterday',
    'so|i|I am starting a business',
  ]);
  expect(shown('I went to Rome and bought a hat because it was hot.')).toEqual([
    '|i|I went to Rome',
    'and|left-out|bought a hat',
    'because|pronoun|because it was hot',
  ]);
  expect(shown('I moved in May, which tram goes to Belem?')).toEqual([
    '|i|I moved in May',
    'which|noun|which tram goes to Belem',
  ]);
  expect(shown('I am allergic to nuts - can you suggest a snack?')).toEqual([
    '|i|I am allergic to nuts',
    '|you|can you suggest a snack',
  ]);
});

test('lists, infinitives, times and two who do the same are left whole', () => {
  for (const whole of [
    'I love hiking, swimming and chess.',
    'I want to learn to swim and dive.',
    'I have worked there since 2019.',
    'Tom and I got married.',
  ]) {
    expect(read(whole)).toHaveLength(1);
  }
});

test('every word of a sentence stands in one of its clauses, but what joins them', () => {
  const sentence = 'When I was six we moved to Oslo; my dad, who sings, found a job and I started school.';
  const words = read(sentence).flatMap((clause) => clause.words.map(({ text }) => text));
  for (const word of 'When I was six we moved to Oslo my dad who sings found a job I started school'.split(' ')) {
    expect(words).toContain(word);
  }
});

test.each([
  ['I work as a nurse and hate olives', 'Alice works as a nurse and hates olives'],
  ["I've been to Oslo with my sister", 'Alice has been to Oslo with their sister'],
  ["I don't like my boss", 'Alice does not like their boss'],
  ['My dog bit me', "Alice's dog bit Alice"],
  ['I am glad that you like your present', "Alice is glad that Bob likes Bob's present"],
  ['We were at home and I said so', 'Alice was at home and Alice said so'],
  ['I no longer study', 'Alice no longer studies'],
])('a first person becomes the third: %j', (text, told) => {
  const teller = openTeller({ speaker: 'Alice', other: 'Bob' });
  const [sentence = []] = tagger.sentencesOf(expandContractions(text));
  teller.add(sentence);
  expect(teller.text()).toBe(told);
});

test.each([
  ['Going home', 'Alice is going home'],
  ['Been busy', 'Alice has been busy'],
  ['lost my keys', 'Alice lost their keys'],
])('a subject that is left out is told: %j', (text, told) => {
  const teller = openTeller({ speaker: 'Alice', other: 'Bob' });
  const [sentence = []] = tagger.sentencesOf(text);
  teller.add(
    sentence.map((word, i) => (i === 0 ? { ...word, text: word.lower } : word)),
    false,
  );
  expect(teller.text()).toBe(told);
});

test('of a message the prose of its writer is left', () => {
  expect(proseOf('I am stuck.\n```\nlet a = 1;\n```\n> you said so\n| a | b |\n- **Rex** is ill\nThanks')).toEqual([
    'I am stuck.',
    'Rex is ill',
    'Thanks',
  ]);
  expect(proseOf('Can you proofread this: I has a dog.\nIt are big.')).toEqual(['Can you proofread this']);
  expect(proseOf('See below.\nOn Monday Bob wrote:\nI moved.')).toEqual(['See below.']);
  expect(proseOf('user: hi\nassistant: hello')).toEqual([]);
  expect(proseOf(`a ${'x'.repeat(50)} b`)).toEqual(['a   b']);
});

test('what others say in quotation marks is taken out, titles stay', () => {
  expect(withoutQuotations('She said "I moved to Oslo" and left.')).toBe(`She said  ${QUOTATION}  and left.`);
  expect(withoutQuotations('I love "The Great Gatsby" a lot.')).toBe('I love "The Great Gatsby" a lot.');
  expect(withoutQuotations('It is 5" long')).toBe('It is 5" long');
});
