import { expect, test } from 'bun:test';
import { analysedText } from '../../src/text/analysed.ts';

test('a question is analysed with single blanks for white space', () => {
  expect(analysedText('  Where \n\t is\u2028my   kayak? ')).toBe('Where is my kayak?');
  expect(analysedText(' \n ')).toBe('');
});

test('of a long question the beginning and the end are analysed', () => {
  const text = analysedText(`Where is ${'x'.repeat(300_000)} my kayak?`);
  expect(text.length).toBe(4_097);
  expect(text.startsWith('Where is x')).toBe(true);
  expect(text.endsWith('x my kayak?')).toBe(true);
});
