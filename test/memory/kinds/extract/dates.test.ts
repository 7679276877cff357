import { expect, test } from 'bun:test';
import { factsOf, MONDAY } from './saying.ts';

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);

test.each<[string, string | null, string | null]>([
  // Said on Monday, 15 June 2026.
  ['I moved to Lisbon last month.', '2026-05-01', null],
  ['I moved to Lisbon in May.', '2026-05-01', null],
  ['I moved to Lisbon in November.', '2025-11-01', null],
  ['I moved to Lisbon in 2019.', '2019-01-01', null],
  ['I moved to Lisbon on 3 March 2024.', '2024-03-03', null],
  ['I moved to Lisbon yesterday.', '2026-06-14', null],
  ['I have lived in Lisbon since 2015.', '2015-01-01', null],
  ['I have worked at Acme since March.', '2026-03-01', null],
  ["I'm going to visit my sister in Oslo in November.", '2026-11-01', null],
  ['I worked at Acme as a nurse until 2019.', null, '2020-01-01'],
  ['I worked at Acme as a nurse from 2015 to 2019.', '2015-01-01', '2020-01-01'],
  ['I worked at Acme as a nurse from 2019 to 2015.', null, null],
  ['I live in Lisbon.', null, null],
])('times are told from when something was said: %j', async (said, from, to) => {
  const [fact] = await factsOf(said);
  expect(fact?.validFromMs ?? null).toBe(from === null ? null : day(from));
  expect(fact?.validToMs ?? null).toBe(to === null ? null : day(to));
});

test('an end holds from the day that is named, or else from when it was said', async () => {
  expect(await factsOf('I sold my car yesterday.')).toMatchObject([{ validFromMs: day('2026-06-14') }]);
  expect(await factsOf('I sold my car.')).toMatchObject([{ validFromMs: MONDAY }]);
});
