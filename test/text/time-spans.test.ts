import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { awayFrom, isOver, type TimeSpan } from '../../src/text/time-spans.ts';
import { timesNamedIn } from '../../src/text/times/times-named.ts';

const SEED = 20_261_123;
const NOW = Date.parse('2026-01-14T12:00:00Z');

describe('a moment', () => {
  const at = Date.parse;
  const isWithin = (span: TimeSpan, ms: number): boolean => awayFrom([span])(ms) === 0;

  test('is as far from a span as from its nearer end, across the turn of a year as well', () => {
    const december = awayFrom([{ month: 12, day: null, offsetMs: 0 }]);
    const days = ['2023-11-28', '2023-12-31', '2024-01-03', '2024-06-30'].map((day) => december(at(day)) / 86_400_000);
    expect(days.map(Math.floor)).toEqual([3, 0, 2, 154]);
    expect(
      awayFrom([
        { from: 100, to: 200 },
        { from: 1_000, to: 1_100 },
      ])(990),
    ).toBe(10);
  });

  test('lies in a span from its start up to its end, which is outside', () => {
    const span: TimeSpan = { from: 100, to: 200 };
    expect([99, 100, 199, 200].map((ms) => isWithin(span, ms))).toEqual([false, true, true, false]);
  });

  test('lies in a month or on a day of any year, by UTC', () => {
    const may: TimeSpan = { month: 5, day: null, offsetMs: 0 };
    const fifth: TimeSpan = { month: 5, day: 5, offsetMs: 0 };
    const moments = ['2020-05-05T23:59:59Z', '2023-05-05T00:00:00Z', '2023-05-31T23:59:59Z', '2023-06-01T00:00:00Z'];
    expect(moments.map((iso) => isWithin(may, at(iso)))).toEqual([true, true, true, false]);
    expect(moments.map((iso) => isWithin(fifth, at(iso)))).toEqual([true, true, false, false]);
  });

  test('lies in what lasts from one day of any year to the end of another, across the turn of a year as well', () => {
    const spring: TimeSpan = { month: 3, day: null, until: { month: 5, day: null }, offsetMs: 0 };
    const holidays: TimeSpan = { month: 12, day: 28, until: { month: 1, day: 3 }, offsetMs: 0 };
    const moments = ['2020-02-28T23:59:59Z', '2020-03-01T00:00:00Z', '2023-05-31T23:59:59Z', '2023-06-01T00:00:00Z'];
    expect(moments.map((iso) => isWithin(spring, at(iso)))).toEqual([false, true, true, false]);
    const turns = ['2022-12-27T23:59:59Z', '2022-12-28T00:00:00Z', '2023-01-03T23:59:59Z', '2023-01-04T00:00:00Z'];
    expect(turns.map((iso) => isWithin(holidays, at(iso)))).toEqual([false, true, true, false]);
  });

  test('lies in a month or on a day by the clocks there', () => {
    const offsetMs = -7 * 3_600_000;
    const first: TimeSpan = { month: 9, day: 1, offsetMs };
    const august: TimeSpan = { month: 8, day: null, offsetMs };
    const moments = ['2026-09-01T06:59:59Z', '2026-09-01T07:00:00Z', '2026-09-02T06:59:59Z', '2026-09-02T07:00:00Z'];
    expect(moments.map((iso) => isWithin(first, at(iso)))).toEqual([false, true, true, false]);
    expect(moments.map((iso) => isWithin(august, at(iso)))).toEqual([true, false, false, false]);
    const eve: TimeSpan = { month: 1, day: 1, offsetMs: 14 * 3_600_000 };
    expect(isWithin(eve, at('2025-12-31T10:00:00Z'))).toBe(true);
  });

  test('lies in a year of the first century as well', () => {
    expect(isWithin({ month: 5, day: null, offsetMs: 0 }, at('0050-05-05T12:00:00Z'))).toBe(true);
  });

  test('of a date with its year lies in what a question with that date names', () => {
    const day = fc.integer({ min: Date.UTC(2000, 0, 1) / 86_400_000, max: Date.UTC(2025, 0, 1) / 86_400_000 });
    fc.assert(
      fc.property(day, fc.nat(86_399_999), (days, ms) => {
        const midnight = days * 86_400_000;
        const [span] = timesNamedIn(`What happened on ${new Date(midnight).toISOString().slice(0, 10)}?`, NOW);
        if (!span) throw new Error('The date is not read.');
        expect([midnight - 1, midnight + ms, midnight + 86_400_000].map((moment) => isWithin(span, moment))).toEqual([
          false,
          true,
          false,
        ]);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});

test('spans are over at a moment when all of them are, and none is of any year, which comes again', () => {
  const may: TimeSpan = { month: 5, day: null, offsetMs: 0 };
  const spring: TimeSpan = { from: Date.parse('2023-03-01'), to: Date.parse('2023-06-01') };
  const since: TimeSpan = { from: Date.parse('2023-03-01'), to: Number.POSITIVE_INFINITY };
  const spans = [[], [spring], [spring, spring], [may], [spring, may], [since], [spring, since]];
  expect(spans.map((each) => isOver(each, Date.parse('2023-06-01')))).toEqual([
    ...[false, true, true],
    ...[false, false, false, false],
  ]);
  expect(isOver([spring], Date.parse('2023-05-31'))).toBe(false);
});
