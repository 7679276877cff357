import { expect, test } from 'bun:test';
import { isLookUp } from '../../src/text/look-up.ts';

test.each(['Termin', '🐢', '🇵🇹', 'IT', '1475 euros', 'allergic to shellfish', '남편', '제주도', '345'])(
  '%s is looked up',
  (text) => {
    expect(isLookUp(text)).toBe(true);
  },
);

test.each([
  '',
  '...',
  'Where do I live',
  'Termin?',
  'Who is Will?',
  'What does ☕ mean',
  'Wo wohne ich',
  'my sister sent postcards from Lisbon',
  '제주도는 갔어?',
])('%j is asked', (text) => {
  expect(isLookUp(text)).toBe(false);
});
