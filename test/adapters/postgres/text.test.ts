import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { fromStored, toStored } from '../../../adapters/postgres/text.ts';

const TRAPS = ['\0', '\uffff', '\uffff0', '\uffff1', '0', '1', 'a', '🐕'];

test('any whole text comes back as it was, and what is stored of it has no character that Postgres refuses', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.constantFrom(...TRAPS)).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(toStored(text)).not.toContain('\0');
      expect(fromStored(toStored(text))).toBe(text);
    }),
    { seed: 20_260_102, numRuns: 2_000 },
  );
});

test('half of a surrogate pair becomes the mark of what cannot be read', () => {
  expect(fromStored(toStored('a\ud800b'))).toBe('a\ufffdb');
});
