import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { RefusalError } from '../../src/http/errors.ts';
import { parseChoice, parseFlag, parseLimit } from '../../src/http/list-parameters.ts';

const SEED = 20_261_123;

/** The refusal that a parameter is met with; null when there is none. */
const refusalOf = (parse: () => unknown): RefusalError['refusal'] | null => {
  try {
    parse();
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(RefusalError);
    return (error as RefusalError).refusal;
  }
};

describe('limit', () => {
  test.each([
    [undefined, 20],
    ['1', 1],
    ['20', 20],
    ['100', 100],
    ['101', 100],
    ['99999999999999999999999', 100],
    [' 5 ', 5],
    ['+5', 5],
    ['005', 5],
  ])('%j gives pages of %d', (text, limit) => {
    expect(parseLimit(text)).toBe(limit);
  });

  test.each(['', ' ', 'abc', '1.5', '1e2', '0x10', '5,5', '٥', 'NaN', '\0', '5\0'])('%j is no integer', (text) => {
    const errors = [{ field: 'limit', message: 'Limit must be an integer' }];
    expect(refusalOf(() => parseLimit(text))).toMatchObject({
      status: 400,
      message: 'Invalid limit parameter',
      errors,
    });
  });

  test.each(['0', '-0', '-1', '-99999999999999999999999'])('%j is not above nothing', (text) => {
    const errors = [{ field: 'limit', message: 'Limit must be greater than 0' }];
    expect(refusalOf(() => parseLimit(text))).toMatchObject({
      status: 400,
      message: 'Invalid limit parameter',
      errors,
    });
  });

  test('may be any text: a whole number from 1 to 100 comes out, or a 400', () => {
    const digits = fc.bigInt().map(String);
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), digits), (text) => {
        let limit = 1;
        const refusal = refusalOf(() => {
          limit = parseLimit(text);
        });
        expect(refusal?.status ?? 400).toBe(400);
        expect(Number.isInteger(limit) && limit >= 1 && limit <= 100).toBe(true);
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });
});

describe('a choice', () => {
  test('is the usual one when nothing is said, and otherwise one of the words to the letter', () => {
    expect(parseChoice('order', undefined, ['asc', 'desc'], 'desc')).toBe('desc');
    expect(parseChoice('order', 'asc', ['asc', 'desc'], 'desc')).toBe('asc');
  });

  test.each(['', 'ASC', ' asc', 'up', 'asc,desc', 'toString'])(
    'is none in %j, and the refusal names the words',
    (text) => {
      const errors = [{ field: 'order', message: 'order must be one of: asc, desc' }];
      const refusal = refusalOf(() => parseChoice('order', text, ['asc', 'desc'], 'desc'));
      expect(refusal).toMatchObject({ status: 400, message: 'Invalid order parameter', errors });
    },
  );
});

describe('a flag', () => {
  test.each([
    [undefined, undefined],
    ['true', true],
    ['TRUE', true],
    ['False', false],
  ])('%j is %p', (text, value) => {
    expect(parseFlag('buffer_only', text)).toBe(value);
  });

  test.each(['', '1', 'yes', ' true', 'tru'])('is none in %j', (text) => {
    const errors = [{ field: 'buffer_only', message: "buffer_only must be 'true' or 'false'" }];
    const refusal = refusalOf(() => parseFlag('buffer_only', text));
    expect(refusal).toMatchObject({ status: 400, message: 'Invalid buffer_only parameter', errors });
  });
});
