import { expect, test } from 'bun:test';
import { extractFacts } from '../../../../src/memory/kinds/extract/extract.ts';
import { slowTextsOf } from '../../../support/growth.ts';
import { MONDAY, reader, turnsOf } from './saying.ts';

const KIB = 1_024;
const LARGEST = 256 * KIB;

const textsOf = async (content: string, atMs = MONDAY): Promise<string[]> =>
  extractFacts(turnsOf([content], atMs), await reader()).map(({ text }) => text);

test('of a message of 256 KiB the beginning is read, whatever it consists of', async () => {
  const head = 'I moved to Lisbon last week. ';
  for (const rest of [
    'a',
    'word ',
    '( ',
    '"',
    '- ',
    'and ',
    '中',
    '{"a": 1}, ',
    'I work at Acme. ',
    'QUJDREVG',
    '| a | b |\n',
    '\n',
  ]) {
    const texts = await textsOf((head + rest.repeat(LARGEST)).slice(0, LARGEST));
    expect(texts.length).toBeLessThanOrEqual(3);
    expect(texts.every((text) => text.length < 4_000)).toBe(true);
  }
});

test('the time that it takes to read facts out of a message grows with its length and no more', async () => {
  const open = await reader();
  const read = (text: string) => extractFacts(turnsOf([text]), open);
  expect(await slowTextsOf(read, 1_000)).toEqual([]);
});

test('the time that it takes to read a session grows with its turns and no more', async () => {
  const open = await reader();
  const session = (turns: number) =>
    turnsOf(
      Array.from({ length: turns }, (_, i) =>
        i % 2 === 0 ? `I bought lamp number ${i} in town${i}.` : 'assistant: Nice. And then?',
      ),
      MONDAY,
      true,
    );
  // Characters stand for turns: four times as many take four times as long.
  const read = (text: string) => extractFacts(session(text.length), open);
  expect(await slowTextsOf(read, 400, [['turns', (count) => 'x'.repeat(count)]])).toEqual([]);
});

test.each([
  ['code', 'const home = "Paris";\nfunction live(city) {\n  return "I live in " + city;\n}\nlive(home);'],
  ['a log', '2026-05-01 12:00:01 INFO I moved to the next step\n2026-05-01 12:00:02 ERROR my job failed'],
  ['a table', '| name | city |\n|---|---|\n| I live | in Paris |'],
  ['base64', `${'SSBsaXZlIGluIFBhcmlzIGFuZCB3b3JrIGF0IEFjbWU'.repeat(40)}=`],
  ['a stack trace', 'Traceback (most recent call last):\nat main(app.js:3)\nat live(app.js:9)'],
  ['markup', '<p>I live in Paris</p>'],
  ['halves of characters', '\ud800\udc00\ud800 \udfff'],
  ['nothing', ''],
  ['blanks', ' \t\r\n '],
])('nothing is made of %s', async (_, content) => {
  expect(await textsOf(content)).toEqual([]);
});

test('prose around code is read, and the code is not', async () => {
  expect(await textsOf('I work at Acme as a nurse.\n```\nI live in Paris.\n```\nMy dentist is Dr. Weber.')).toEqual([
    'Alice works at Acme as a nurse.',
    "Alice's dentist is Dr. Weber.",
  ]);
});

test('times that contradict each other, or that no calendar has, give no end before a beginning', async () => {
  for (const said of [
    'I lived in Rome from 2019 until 2012.',
    'I work at Acme since 2030 until 1999.',
    'I moved to Lisbon on the 32nd of Maytember 99999.',
    'I moved to Lisbon on 31 February.',
    'I have lived in Porto since the year 0.',
  ]) {
    for (const { validFromMs, validToMs } of extractFacts(turnsOf([said]), await reader())) {
      if (validFromMs !== null && validToMs !== null) expect(validToMs).toBeGreaterThan(validFromMs);
    }
  }
});
