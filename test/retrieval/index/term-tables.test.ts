import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { compareStems, PieceTable, StemTable, stemKey } from '../../../src/retrieval/index/term-tables.ts';

const SEED = 20_261_123;

const tableOf = (stems: readonly string[]): StemTable => {
  const keys = stems.map(stemKey).sort(compareStems);
  let end = 0;
  const ends = keys.map((key) => {
    end += key.length;
    return end;
  });
  return new StemTable(Uint8Array.from(keys.flatMap((key) => [...key])), Uint32Array.from(ends));
};

test('a table of stems finds each of them and no other, in any script', () => {
  const stem = fc.oneof(
    fc.string({ minLength: 1, maxLength: 6 }),
    fc.constantFrom('é', 'éa', '東京', '🦊', 'a', 'ab', 'b'),
  );
  fc.assert(
    fc.property(fc.uniqueArray(stem, { maxLength: 40 }), fc.array(stem, { maxLength: 20 }), (stems, others) => {
      const table = tableOf(stems);
      expect(table.length).toBe(stems.length);
      for (const own of stems) expect(table.at(table.find(stemKey(own)))).toBe(own);
      for (const other of others) expect(table.find(stemKey(other)) >= 0).toBe(stems.includes(other));
    }),
    { seed: SEED, numRuns: 500 },
  );
});

test('a table of pieces finds each of them and no other', () => {
  const piece = fc.nat({ max: 60 });
  fc.assert(
    fc.property(fc.uniqueArray(piece), piece, (pieces, other) => {
      const table = new PieceTable(Uint32Array.from(pieces).sort());
      for (const own of pieces) expect(table.at(table.find(own))).toBe(own);
      expect(table.find(other) >= 0).toBe(pieces.includes(other));
    }),
    { seed: SEED, numRuns: 300 },
  );
});
