import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { frequencyOf, PostingList, slotOf } from '../../src/retrieval/posting-list.ts';
import { Postings } from '../../src/retrieval/postings.ts';

const SEED = 20_261_123;

const entriesOf = ({ entries, length }: PostingList): [number, number][] =>
  Array.from(entries.subarray(0, length), (posting) => [slotOf(posting), frequencyOf(posting)]);

describe('a posting list', () => {
  test('gives back what was added, in order, frequencies over 63 as 63', () => {
    const slots = fc.uniqueArray(fc.integer({ min: 0, max: 2 ** 26 - 1 }), { maxLength: 50 });
    const wanted = fc
      .tuple(slots, fc.infiniteStream(fc.integer({ min: 1, max: 200 })))
      .map(([chosen, frequencies]) =>
        chosen.toSorted((a, b) => a - b).map((slot): [number, number] => [slot, frequencies.next().value as number]),
      );
    fc.assert(
      fc.property(wanted, (entries) => {
        const list = new PostingList();
        for (const [slot, frequency] of entries) list.add(slot, frequency);
        expect(entriesOf(list)).toEqual(entries.map(([slot, frequency]) => [slot, Math.min(frequency, 63)]));
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  test('holds the highest slot there can be beside the highest frequency', () => {
    const list = new PostingList();
    list.add(2 ** 26 - 1, 63);
    expect(entriesOf(list)).toEqual([[2 ** 26 - 1, 63]]);
  });
});

test('postings count their bytes as their lists do, and a key for each', () => {
  const postings = new Postings<string>();
  expect(postings.bytes).toBe(0);
  for (let slot = 0; slot < 100; slot += 1) {
    for (const term of ['apple', `word${slot % 7}`]) postings.add(term, slot, 1);
  }
  const terms = ['apple', ...Array.from({ length: 7 }, (_, i) => `word${i}`)];
  const lists = terms.map((term) => postings.get(term)?.bytes ?? Number.NaN);
  expect(postings.bytes).toBe(lists.reduce((sum, bytes) => sum + bytes + 60, 0));
});
