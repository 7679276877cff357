import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { headerList } from '../../src/http/header-list.ts';

test('a list of no texts is empty', () => {
  expect(headerList([])).toBe('');
});

test('any text can stand in the list: it is printable ASCII, and reads back as it was', () => {
  const texts = fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 8 });
  fc.assert(
    fc.property(texts, (list) => {
      const value = headerList(list);
      expect(value).toMatch(/^[\x20-\x7e]*$/);
      expect(() => new Headers({ X: value })).not.toThrow();
      expect(JSON.parse(`[${value}]`)).toEqual(list);
    }),
  );
});

test('a list that would be too long for a header ends with how much is left out', () => {
  const value = headerList(Array.from({ length: 500 }, (_, i) => `text number ${i}`));
  expect(value.length).toBeLessThan(2_100);
  const items = JSON.parse(`[${value}]`);
  expect(items.at(-1)).toBe(`and ${500 - (items.length - 1)} more`);
  expect(headerList(['x'.repeat(5_000)])).toBe('"and 1 more"');
});
