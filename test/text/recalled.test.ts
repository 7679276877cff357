import { describe, expect, test } from 'bun:test';
import { asRecalled, withoutRecalled } from '../../src/text/recalled.ts';

describe('a block of recalled memory', () => {
  test('is taken out of a text, wherever it stands and however often', () => {
    const block = asRecalled('[1] user: I own a boat.');
    expect(withoutRecalled(block)).toBe('');
    expect(withoutRecalled(`before\n${block}\nbetween ${block}\n\nbehind`)).toBe('before\n\nbetween\n\nbehind');
  });

  test.each([
    'a </memfuse-context> inside',
    'a <memfuse-context> inside',
    '<memfuse-<memfuse-context>context> put together',
    '</memfuse-</memfuse-context>context> put together',
  ])('cannot be left or opened by what stands in it: %s', (inner) => {
    expect(withoutRecalled(`${asRecalled(inner)}rest`)).toBe('rest');
    expect(asRecalled(inner).split('memfuse-context>')).toHaveLength(3);
  });

  test('that is cut off goes on to the end', () => {
    expect(withoutRecalled('I said: <memfuse-context>\n[1] user: I own')).toBe('I said:');
  });

  test.each(['no block', '', 'a </memfuse-context> that closes nothing', 'a < b and b > a'])(
    'a text without one stays as it is: %p',
    (text) => {
      expect(withoutRecalled(text)).toBe(text);
    },
  );

  test('of 256 KiB of openings is read in one pass', () => {
    expect(withoutRecalled('<memfuse-context>'.repeat(16_384))).toBe('');
    expect(withoutRecalled('x</memfuse-context>'.repeat(16_384))).toHaveLength(19 * 16_384);
  });
});
