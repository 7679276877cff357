import { describe, expect, spyOn, test } from 'bun:test';
import * as chrono from 'chrono-node';
import fc from 'fast-check';
import { timesNamedIn } from '../../../src/text/times/times-named.ts';
import { repeated, slowTextsOf } from '../../support/growth.ts';
import { shownSpan } from './shown-span.ts';

const SEED = 20_261_123;
/** A Wednesday in winter. */
const NOW = Date.parse('2026-01-14T12:00:00Z');

const shown = (question: string, nowMs = NOW): string[] => timesNamedIn(question, nowMs).map(shownSpan);

describe('the times that a question names, on a Wednesday in January', () => {
  test.each([
    ['What did I do yesterday?', ['2026-01-13 to 2026-01-14']],
    ['What did I say today?', ['2026-01-14 to 2026-01-15']],
    ['Who called 2 days ago?', ['2026-01-12 to 2026-01-13']],
    ['Who called last night?', ['2026-01-13 to 2026-01-14']],
    ['Who called on Monday?', ['2026-01-12 to 2026-01-13']],
    ['Who called last Friday?', ['2026-01-09 to 2026-01-10']],
    ['What happened two weeks ago?', ['2025-12-28 to 2026-01-04']],
    ['What happened three months ago?', ['2025-10-01 to 2025-11-01']],
    ['Where did we live two years ago?', ['2024-01-01 to 2025-01-01']],
    ['Who called on Friday?', ['2026-01-09 to 2026-01-10']],
    ['Who will call next Friday?', ['2026-01-23 to 2026-01-24']],
    ['What happened in May last year?', ['2025-05-01 to 2025-06-01']],
    ['What happened on December 24 last year?', ['2025-12-24 to 2025-12-25']],
    ['What happened this week?', ['2026-01-12 to 2026-01-19']],
    ['What happened last week?', ['2026-01-05 to 2026-01-12']],
    ['What happened in the past week?', ['2026-01-07 to 2026-01-15']],
    ['What happened last weekend?', ['2026-01-10 to 2026-01-12']],
    ['What happened this month?', ['2026-01-01 to 2026-02-01']],
    ['What happened last month?', ['2025-12-01 to 2026-01-01']],
    ['What happened over the past month?', ['2025-12-15 to 2026-01-15']],
    ['What happened this year?', ['2026-01-01 to 2027-01-01']],
    ['What happened LAST YEAR?', ['2025-01-01 to 2026-01-01']],
    ['What happened in the past year?', ['2025-01-14 to 2026-01-15']],
    ['Where were we in 2023?', ['2023-01-01 to 2024-01-01']],
    ['What has changed since 2021?', ['2021-01-01 to ever']],
    ['Where were we in May?', ['5-*']],
    ['What did we do on May 5?', ['5-5']],
    ['What did we do on December 25th?', ['12-25']],
    ['What did we do in May 2023?', ['2023-05-01 to 2023-06-01']],
    ['What did we do on May 5, 2023?', ['2023-05-05 to 2023-05-06']],
    ['What did we do on 2023-05-08?', ['2023-05-08 to 2023-05-09']],
    ['What happened between May 3 and June 7?', ['5-3 to 6-7']],
    ['What happened on May 3 and June 7?', ['5-3', '6-7']],
    ['What happened between May and June?', ['5-* to 6-*']],
    ['What happened between May and June last year?', ['2025-05-01 to 2025-07-01']],
    ['What happened between the 3rd and the 7th of May?', ['5-3 to 5-7']],
    ['What happened from March to May 2023?', ['2023-03-01 to 2023-06-01']],
    ['What happened from December to January 2025?', ['2024-12-01 to 2025-02-01']],
    ['What happened between March 2022 and May 2023?', ['2022-03-01 to 2023-06-01']],
    ['What happened in the first week of May?', ['5-1 to 5-7']],
    ['What happened in the second week of May 2023?', ['2023-05-08 to 2023-05-15']],
    ['What has changed since March?', ['2025-03-01 to ever']],
    ['What has changed since March 2023?', ['2023-03-01 to ever']],
    ['What has changed since Monday?', ['2026-01-12 to ever']],
    ['What has changed since last week?', ['2026-01-05 to ever']],
    ['What has changed since last year?', ['2025-01-01 to ever']],
    ['What has changed since the summer of 2023?', ['2023-06-01 to ever']],
    ['What happened from May 3 to May 7, 2023?', ['2023-05-03 to 2023-05-08']],
    ['What did I do in São Paulo last week?', ['2026-01-05 to 2026-01-12']],
    ['What does 你好 mean, which I learnt yesterday?', ['2026-01-13 to 2026-01-14']],
  ])('%s', (question, spans) => {
    expect(shown(question)).toEqual(spans);
  });

  test.each([
    '',
    'What is my name?',
    'What may I do?',
    'I have 2 dogs',
    'Call me at 5 pm',
    'Is there a spring in the mattress?',
    'Did the stocks fall?',
    '99999999999999999999',
    '0000-00-00',
    '\u0000',
  ])('are none in %j', (question) => {
    expect(shown(question)).toEqual([]);
  });
});

describe('a season', () => {
  const WINTER = NOW;
  const SUMMER = Date.parse('2026-07-15T12:00:00Z');

  test.each([
    ['last winter', WINTER, '2024-12-01 to 2025-03-01'],
    ['this winter', WINTER, '2025-12-01 to 2026-03-01'],
    ['next winter', WINTER, '2026-12-01 to 2027-03-01'],
    ['in winter', WINTER, '2025-12-01 to 2026-03-01'],
    ['last summer', WINTER, '2025-06-01 to 2025-09-01'],
    ['this summer', WINTER, '2026-06-01 to 2026-09-01'],
    ['next summer', WINTER, '2026-06-01 to 2026-09-01'],
    ['in the summer', WINTER, '2025-06-01 to 2025-09-01'],
    ['last summer', SUMMER, '2025-06-01 to 2025-09-01'],
    ['this summer', SUMMER, '2026-06-01 to 2026-09-01'],
    ['next summer', SUMMER, '2027-06-01 to 2027-09-01'],
    ['in the summer', SUMMER, '2026-06-01 to 2026-09-01'],
    ['last autumn', SUMMER, '2025-09-01 to 2025-12-01'],
    ['last fall', SUMMER, '2025-09-01 to 2025-12-01'],
    ['the winter of 2023', SUMMER, '2023-12-01 to 2024-03-01'],
    ['summer 2024', SUMMER, '2024-06-01 to 2024-09-01'],
    ['in spring 2024', SUMMER, '2024-03-01 to 2024-06-01'],
  ])('%s, asked at %d', (words, nowMs, span) => {
    expect(shown(`What did we do ${words}?`, nowMs)).toEqual([span]);
  });
});

test('any text is read, at any time, into spans that end after they start', () => {
  const piece = fc.constantFrom(
    'last',
    'may',
    '31',
    'feb',
    'since',
    '2023',
    'week',
    'summer',
    'to',
    '-',
    '/',
    'ago',
    ' ',
    '1e9',
    '\0',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(' ')),
  );
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) }), (question, nowMs) => {
      for (const span of timesNamedIn(question, nowMs)) {
        if ('from' in span) expect(span.to).toBeGreaterThan(span.from);
        else expect(span.month).toBeWithin(1, 13);
      }
    }),
    { seed: SEED, numRuns: 500 },
  );
});

test.each(['last ', 'in 2023 ', '1', ' ', 'may 5 to ', 'summer '])(
  '100 KB of %j is read in linear time',
  async (unit) => {
    const read = (text: string) => timesNamedIn(text, NOW);
    expect(await slowTextsOf(read, 25_000, [[unit, repeated(unit)]])).toEqual([]);
  },
);

test('the days are those of UTC, wherever the server stands', async () => {
  const program = `import { timesNamedIn } from '${new URL('../../../src/text/times/times-named.ts', import.meta.url).pathname}';
    console.log(JSON.stringify(timesNamedIn('yesterday, on May 5, 2023 and on Monday', ${NOW})));`;
  const here = JSON.stringify(timesNamedIn('yesterday, on May 5, 2023 and on Monday', NOW));
  for (const TZ of ['America/New_York', 'Asia/Tokyo', 'Pacific/Kiritimati']) {
    const child = Bun.spawn([process.execPath, '-e', program], { env: { ...process.env, TZ }, stdout: 'pipe' });
    expect((await new Response(child.stdout).text()).trim()).toBe(here);
  }
});

describe('the days are those of the clocks there:', () => {
  const HOUR_MS = 3_600_000;
  const at = (ms: number): string => (Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 16) : 'ever');
  const shownBy = (question: string, now: string, hours: number): string[] =>
    timesNamedIn(question, Date.parse(now), hours * HOUR_MS).map((span) =>
      'from' in span
        ? `${at(span.from)} to ${at(span.to)}`
        : `${span.month}-${span.day} by ${span.offsetMs / HOUR_MS} h`,
    );

  test.each([
    ['yesterday', '2026-09-03T05:30:00Z', -7, '2026-09-01T07:00 to 2026-09-02T07:00'],
    ['yesterday', '2026-09-02T16:00:00Z', -7, '2026-09-01T07:00 to 2026-09-02T07:00'],
    ['today', '2026-09-02T16:00:00Z', 9, '2026-09-02T15:00 to 2026-09-03T15:00'],
    ['2 days ago', '2026-09-02T20:00:00Z', 5.5, '2026-08-31T18:30 to 2026-09-01T18:30'],
    ['last month', '2026-09-01T02:00:00Z', -7, '2026-07-01T07:00 to 2026-08-01T07:00'],
    ['last year', '2026-01-01T02:00:00Z', -7, '2024-01-01T07:00 to 2025-01-01T07:00'],
    ['last summer', '2026-09-01T02:00:00Z', -7, '2025-06-01T07:00 to 2025-09-01T07:00'],
    ['on September 1', '2026-09-03T05:30:00Z', -7, '9-1 by -7 h'],
    ['on September 1, 2026', '2026-09-03T05:30:00Z', 14, '2026-08-31T10:00 to 2026-09-01T10:00'],
    ['in 2025', '2026-09-03T05:30:00Z', 1, '2024-12-31T23:00 to 2025-12-31T23:00'],
    ['since 2025', '2026-09-03T05:30:00Z', 1, '2024-12-31T23:00 to ever'],
  ])('%s, asked at %s where they are %d hours ahead', (words, now, hours, span) => {
    expect(shownBy(`What did we do ${words}?`, now, hours)).toEqual([span]);
  });
});

describe('a long question', () => {
  const filler = 'and then we talked of this and that for hours on end '.repeat(40);

  test('names its times wherever they stand', () => {
    expect(shown(`${filler} What did we do on May 5, 2023?`)).toEqual(['2023-05-05 to 2023-05-06']);
    expect(shown(`What did we do on May 5, 2023? ${filler}`)).toEqual(['2023-05-05 to 2023-05-06']);
    const half = filler.slice(0, filler.length / 2);
    expect(shown(`What about May 3 ${half} and the 7th of June 2023? ${half}`)).toEqual([
      '5-3',
      '2023-06-07 to 2023-06-08',
    ]);
  });

  test('is given to chrono in a few short windows without runs of blanks', () => {
    const parse = spyOn(chrono.en.casual, 'parse');
    try {
      for (const unit of ['\n\n  a year ', '1   year   ', '12 ago ', '2024', 'x2024', `${filler} in May 2023 `]) {
        parse.mockClear();
        timesNamedIn(unit.repeat(2_000), NOW);
        const read = parse.mock.calls.map(([text]) => text as string);
        expect(read.length).toBeLessThanOrEqual(4);
        for (const text of read) {
          expect(text.length).toBeLessThanOrEqual(110);
          expect(text).not.toMatch(/\s\s|[^\S ]/);
        }
      }
    } finally {
      parse.mockRestore();
    }
  });
});
