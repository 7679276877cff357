import { expect, test } from 'bun:test';
import { ENGLISH_GROUND, FOREIGN_GROUND, type Meaning } from '../../src/retrieval/index/meaning.ts';
import { createPassageFinder } from '../../src/retrieval/passages.ts';
import { createUnitReader } from '../../src/retrieval/unit-reader.ts';
import { termsOf } from '../../src/text/terms.ts';
import { realMeaning } from '../support/retrieval/real-meaning.ts';

const meaning = realMeaning();
/** The same, and how often it has read. */
const counted = () => {
  const counts = { read: 0, grounds: 0 };
  const counting: Meaning = {
    ...meaning,
    read: (text, ground) => {
      counts.read += 1;
      return meaning.read(text, ground);
    },
    groundOf: (text, language) => {
      counts.grounds += 1;
      return meaning.groundOf(text, language);
    },
  };
  return { counts, counting };
};

const TEXT =
  'The kettle broke this morning. My brother works as a physician at the clinic. The bus was late once again.';

const sought = (question: string) => {
  const { sum } = meaning.read(question);
  const length = Math.hypot(...sum);
  const directions = [sum.map((x) => x / length)];
  return [{ text: question, terms: new Map(termsOf(question).map((term) => [term, 1])), directions }];
};

test('a text is read once, whatever is looked for in it, and its passages are those of one that reads anew', async () => {
  const { counts, counting } = counted();
  const reader = createUnitReader(counting);
  for (const question of ['Is anybody a doctor?', 'Which kettle?', 'When does the bus come?']) {
    const anew = await createPassageFinder(sought(question), meaning)(TEXT);
    expect(await createPassageFinder(sought(question), counting, reader)(TEXT)).toEqual(anew);
  }
  expect(counts).toEqual({ read: 3, grounds: 1 });
});

test('one unit on two grounds is two', () => {
  const reader = createUnitReader(meaning);
  const [english, foreign] = ([ENGLISH_GROUND, FOREIGN_GROUND] as const).map((ground) => reader.read('kettle', ground));
  expect(english?.terms).toEqual(foreign?.terms as string[]);
  expect(english).not.toBe(foreign as typeof english);
});

test('what is kept has a bound: of more units than have room the first are read anew', () => {
  const { counts, counting } = counted();
  const reader = createUnitReader(counting);
  for (let i = 0; i <= 4_096; i += 1) reader.read(`unit ${i}`, ENGLISH_GROUND);
  reader.read('unit 4096', ENGLISH_GROUND);
  expect(counts.read).toBe(4_097);
  reader.read('unit 0', ENGLISH_GROUND);
  expect(counts.read).toBe(4_098);
  const long = 'x '.repeat(2_000);
  for (const text of ['short', 'short', long, long]) reader.groundOf(text);
  expect(counts.grounds).toBe(3);
});

test('without a model there is no meaning, and everything stands on the ground of English', () => {
  const reader = createUnitReader(null);
  expect(reader.groundOf('Привет')).toBe(ENGLISH_GROUND);
  expect(reader.read('My dog barks.', ENGLISH_GROUND)).toEqual({
    terms: termsOf('My dog barks.'),
    sum: null,
    length: 0,
  });
});
