import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import {
  formatInstant,
  Instant,
  LaxBoolean,
  LaxInteger,
  LocalInstant,
  maybe,
  NonEmpty,
  parseInstant,
  parseLocalMoment,
} from '../../src/api/scalars.ts';

const SEED = 20_261_123;
const WIRE_FORM = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}000Z$/;
/** The years that four digits can name, but for year 0. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');
const instant = fc.integer({ min: FIRST_MS, max: LAST_MS });

const two = (value: number): string => String(value).padStart(2, '0');

describe('the wire form of a time', () => {
  test('is read back as the same millisecond, for every time of four-digit years', () => {
    fc.assert(
      fc.property(instant, (epochMs) => {
        expect(formatInstant(epochMs)).toMatch(WIRE_FORM);
        expect(parseInstant(formatInstant(epochMs))).toBe(epochMs);
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });

  test('sorts as text as the times do', () => {
    fc.assert(
      fc.property(instant, instant, (one, other) => {
        expect(formatInstant(one) < formatInstant(other)).toBe(one < other);
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });

  test('has one width for every time that a client can send', () => {
    const offset = fc.tuple(fc.constantFrom('+', '-'), fc.nat(23), fc.nat(59));
    const parts = fc.tuple(
      fc.nat(9999),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 28 }),
      fc.nat(23),
      offset,
    );
    const edges = ['9999-12-31T23:59:59-23:59', '0001-01-01T00:00:00+23:59', '9999-12-31T24:00:00Z'];
    const sent = fc.oneof(
      fc.constantFrom(...edges),
      parts.map(([year, month, day, hour, [sign, hours, minutes]]) => {
        const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
        return `${date}T${two(hour)}:00:00${sign}${two(hours)}:${two(minutes)}`;
      }),
    );
    fc.assert(
      fc.property(sent, (text) => {
        const epochMs = parseInstant(text);
        if (epochMs !== null) expect(formatInstant(epochMs)).toMatch(WIRE_FORM);
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });
});

describe('a time that a client sends', () => {
  test.each([
    ['2026-05-01', '2026-05-01T00:00:00Z'],
    ['2026-05-01T09:30', '2026-05-01T09:30:00Z'],
    ['2026-05-01 09:30:15', '2026-05-01T09:30:15Z'],
    ['2026-05-01t09:30:15z', '2026-05-01T09:30:15Z'],
    ['2026-05-01T09:30:15.5Z', '2026-05-01T09:30:15.500Z'],
    ['2026-05-01T09:30:15.123456Z', '2026-05-01T09:30:15.123Z'],
    ['2026-05-01T09:30:15.999999999Z', '2026-05-01T09:30:15.999Z'],
    ['2026-05-01T09:30:00+02:00', '2026-05-01T07:30:00Z'],
    ['2026-05-01T09:30:00-0530', '2026-05-01T15:00:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
    ['2026-12-31T24:00:00Z', '2027-01-01T00:00:00Z'],
    ['0001-01-01', '0001-01-01T00:00:00Z'],
    ['0000-12-31T23:59:59-00:01', '0001-01-01T00:00:59Z'],
  ])('%s is %s', (text, utc) => {
    expect(parseInstant(text)).toBe(Date.parse(utc));
  });

  test.each([
    '',
    ' ',
    'yesterday',
    '2026',
    '2026-05',
    '26-05-01',
    '2026-5-1',
    '2026-13-01',
    '2026-00-01',
    '2026-02-30',
    '2025-02-29',
    '2026-04-31T10:00:00Z',
    '0000-01-01T00:00:00Z',
    '0000-12-31T23:59:59Z',
    '0001-01-01T00:00:00+00:01',
    '2026-05-01T25:00:00Z',
    '2026-05-01T24:00:01Z',
    '2026-05-01T09:60:00Z',
    '2026-05-01T09:30:60Z',
    '2026-05-01T09:30:00+24:00',
    '2026-05-01T09:30:00+02',
    '2026-05-01T09:30:00.Z',
    '2026-05-01T09:30:00.1234567890Z',
    '2026-05-01T',
    '2026-05-01Z',
    ' 2026-05-01',
    '2026-05-01\n',
    '+002026-05-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '1777627800',
    '٢٠٢٦-٠٥-٠١',
  ])('is none when it is %j', (text) => {
    expect(parseInstant(text)).toBeNull();
    expect(Instant.safeParse(text).success).toBe(false);
  });

  test('may be any text: it is a whole number of milliseconds, or none', () => {
    const near = fc.stringMatching(/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), (text) => {
        const epochMs = parseInstant(text);
        if (epochMs !== null) expect(Number.isInteger(epochMs)).toBe(true);
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });

  test('means the same with and without the colon in its offset', () => {
    fc.assert(
      fc.property(fc.constantFrom('+', '-'), fc.nat(23), fc.nat(59), (sign, hours, minutes) => {
        const text = `2026-05-01T09:30:00${sign}${two(hours)}`;
        expect(parseInstant(`${text}${two(minutes)}`)).toBe(parseInstant(`${text}:${two(minutes)}`));
      }),
      { seed: SEED },
    );
  });

  test.each([
    ['2026-09-02T22:30:00-07:00', '2026-09-03T05:30:00Z', -7],
    ['2026-09-02T22:30:00+0530', '2026-09-02T17:00:00Z', 5.5],
    ['2026-09-02T22:30:00Z', '2026-09-02T22:30:00Z', 0],
    ['2026-09-02 22:30', '2026-09-02T22:30:00Z', 0],
    ['2026-09-02', '2026-09-02T00:00:00Z', 0],
  ])('%s is %s where the clocks are %d hours ahead', (text, utc, hours) => {
    const moment = { epochMs: Date.parse(utc), offsetMs: hours * 3_600_000 };
    expect(parseLocalMoment(text)).toEqual(moment);
    expect(LocalInstant.parse(text)).toEqual(moment);
    expect(LocalInstant.safeParse(`${text}?`).success).toBe(false);
  });

  test('leaves validation as a number, and nothing but text enters', () => {
    expect(Instant.parse('2026-05-01')).toBe(Date.parse('2026-05-01T00:00:00Z'));
    for (const value of [0, 1_777_627_800_000, null, {}, new Date()])
      expect(Instant.safeParse(value).success).toBe(false);
  });
});

describe('a whole number', () => {
  test.each([
    [7, 7],
    [-7, -7],
    ['7', 7],
    [' 7 ', 7],
    ['+7', 7],
    ['-7', -7],
    ['007', 7],
    ['7.0', 7],
    ['7.000', 7],
    [7.0, 7],
  ])('is read from %j', (value, read) => {
    expect(LaxInteger.parse(value)).toBe(read);
  });

  test.each([
    '',
    ' ',
    'seven',
    '7.5',
    '7.',
    '.0',
    '1e3',
    '0x10',
    '7 7',
    '--7',
    '٧',
    'NaN',
    'Infinity',
    '9007199254740993',
    7.5,
    2 ** 53,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    true,
    null,
    undefined,
    [[7]],
    {},
  ])('is none in %j', (value) => {
    expect(LaxInteger.safeParse(value).success).toBe(false);
  });

  test('is read from its own digits, whatever it is', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(LaxInteger.parse(value)).toBe(value);
        expect(LaxInteger.parse(String(value))).toBe(value);
      }),
      { seed: SEED },
    );
  });
});

describe('a truth value', () => {
  test.each([true, 'true', 'TRUE', ' yes ', 'on', 'y', 't', '1', 1])('is true in %j', (value) => {
    expect(LaxBoolean.parse(value)).toBe(true);
  });

  test.each([false, 'false', 'No', 'off', 'n', 'f', '0', 0])('is false in %j', (value) => {
    expect(LaxBoolean.parse(value)).toBe(false);
  });

  test.each(['', 'maybe', '2', 2, -1, 0.5, null, undefined, [[]], {}, 'ｙｅｓ'])('is none in %j', (value) => {
    expect(LaxBoolean.safeParse(value).success).toBe(false);
  });
});

describe('text that must hold something', () => {
  test('may hold blanks alone, and not nothing', () => {
    expect(NonEmpty.safeParse(' ').success).toBe(true);
    expect(NonEmpty.safeParse('').success).toBe(false);
  });

  test('may be absent or null where that is said', () => {
    expect([undefined, null].map((value) => maybe(NonEmpty).safeParse(value).success)).toEqual([true, true]);
    expect(maybe(NonEmpty).safeParse('').success).toBe(false);
  });
});
