import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { canonicalJson, parseExactJson, TooManyValuesError } from '../../src/platform/exact-json.ts';

const SEED = 20_261_123;

/** How a number comes back that was read and written again. */
const again = (number: string): string => JSON.stringify(parseExactJson(number));

const digits = (min: number, max: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max }).map((all) => all.join(''));
/** A number as JSON writes it, of every form. */
const number = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(
      fc.constant('0'),
      fc.tuple(fc.integer({ min: 1, max: 9 }), digits(0, 24)).map(([a, b]) => `${a}${b}`),
    ),
    fc.option(digits(1, 24), { nil: undefined }),
    fc.option(fc.integer({ min: -400, max: 400 }), { nil: undefined }),
  )
  .map(([sign, whole, fraction, exponent]) =>
    [sign, whole, fraction === undefined ? '' : `.${fraction}`, exponent === undefined ? '' : `e${exponent}`].join(''),
  );

describe('numbers that a double would change', () => {
  test.each([
    '725653563933458433',
    '9007199254740993',
    '-9007199254740993',
    '18446744073709551615',
    '0.1234567890123456789',
    '12345678.123456789',
    '1e400',
    '17e308',
    '-1E+999',
    '1e-400',
    '-0',
    '-0.0',
    '-0e5',
    '1'.repeat(400),
  ])('%s comes back as it was written, wherever it stands', (text) => {
    expect(again(text)).toBe(text);
    expect(JSON.stringify(parseExactJson(`{"a":[1,${text},{"b":${text}}],"c":"${text}"}`))).toBe(
      `{"a":[1,${text},{"b":${text}}],"c":"${text}"}`,
    );
    expect(JSON.stringify(parseExactJson(`[\n\t${text}\n,\r\n ${text} ]`))).toBe(`[${text},${text}]`);
  });

  test('are kept for every number that JSON can write: the value that comes back is the one that was sent', () => {
    fc.assert(
      fc.property(number, (text) => {
        expect(canonicalJson(parseExactJson(again(text)))).toBe(canonicalJson(JSON.rawJSON(text)));
      }),
      { seed: SEED, numRuns: 5_000 },
    );
  });
});

describe('all else', () => {
  test.each([
    '0',
    '1',
    '-1',
    '1.5',
    '0.1',
    '1e5',
    '9007199254740992',
    '100000000000000000000',
    '1.7976931348623157e308',
    '5e-324',
  ])('the number %s is a number', (text) => {
    expect(parseExactJson(text)).toBe(Number(text));
    expect(parseExactJson(`[${text},9007199254740993]`)).toEqual([Number(text), JSON.rawJSON('9007199254740993')]);
  });

  test('is as JSON.parse reads it, whether or not a large number stands beside it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(parseExactJson(text)).toEqual(JSON.parse(text));
        expect(parseExactJson(`[${text},9007199254740993]`)).toEqual([
          JSON.parse(text),
          JSON.rawJSON('9007199254740993'),
        ]);
      }),
      { seed: SEED },
    );
  });

  test('of a key that stands twice the last counts, large or not', () => {
    expect(JSON.stringify(parseExactJson('{"a":9007199254740993,"b":1,"a":2}'))).toBe('{"a":2,"b":1}');
    expect(JSON.stringify(parseExactJson('{"a":2,"b":1,"a":9007199254740993}'))).toBe('{"a":9007199254740993,"b":1}');
  });

  test('a key named __proto__ is a key', () => {
    const text = '{"__proto__":{"n":9007199254740993},"a":1}';
    expect(JSON.stringify(parseExactJson(text))).toBe(text);
  });
});

describe('the one form of a value', () => {
  test.each([
    ['1.50', '15e-1'],
    ['100', '1e2'],
    ['0.0', '-0'],
    ['725653563933458433', '7.25653563933458433E+17'],
    ['{"a":1,"b":[2,3.0]}', '{ "b": [2.0, 3], "a": 1e0 }'],
    ['"\\u0061"', '"a"'],
  ])('is the same for %s and %s', (a, b) => {
    expect(canonicalJson(parseExactJson(a))).toBe(canonicalJson(parseExactJson(b)));
  });

  test.each([
    ['725653563933458433', '725653563933458432'],
    ['1', '"1"'],
    ['[1,2]', '[2,1]'],
    ['{"a":1}', '{"a":1,"b":null}'],
    ['null', 'false'],
    ['10', '100'],
    ['1', '-1'],
  ])('differs for %s and %s', (a, b) => {
    expect(canonicalJson(parseExactJson(a))).not.toBe(canonicalJson(parseExactJson(b)));
  });
});

describe('a text of very many values', () => {
  const MANY = '9007199254740993';
  const list = (count: number, last: string) => `[${'1,'.repeat(count)}${last}]`;

  test('is not looked at value by value: with a large number in it it is refused, without it is read', () => {
    expect(() => parseExactJson(list(100_001, MANY))).toThrow(TooManyValuesError);
    expect(() => parseExactJson(`{${'"a":1,'.repeat(50_001)}"b":${MANY}}`)).toThrow(TooManyValuesError);
    expect(parseExactJson(list(200_000, '2'))).toHaveLength(200_001);
    expect(JSON.stringify(parseExactJson(list(99_000, MANY)))).toEndWith(`,${MANY}]`);
  });

  test('is none for its commas in strings, whatever they hold', () => {
    const text = JSON.stringify([`1234567890123456, "quoted\\" and ${'a,b:'.repeat(100_000)}`]);
    expect(parseExactJson(text)).toEqual(JSON.parse(text));
  });
});
