import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { frequencyOf, PostingList, slotOf, withSlot } from '../../../src/retrieval/index/posting-list.ts';
import { Postings } from '../../../src/retrieval/index/postings.ts';
import { compareStems, STEMS, StemTable, stemKey } from '../../../src/retrieval/index/term-tables.ts';

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
  const postings = new Postings(STEMS);
  expect(postings.bytes).toBe(0);
  for (let slot = 0; slot < 100; slot += 1) {
    for (const term of ['apple', `word${slot % 7}`]) postings.add(term, slot, 1);
  }
  const terms = ['apple', ...Array.from({ length: 7 }, (_, i) => `word${i}`)];
  const lists = terms.map((term) => postings.get(term)?.bytes ?? Number.NaN);
  expect(postings.bytes).toBe(lists.reduce((sum, bytes) => sum + bytes + 60, 0));
});

describe('postings of segments', () => {
  const postingTableOf = (lists: Readonly<Record<string, readonly number[]>>, firstSlot: number, slotCount: number) => {
    const keys = Object.keys(lists).sort((a, b) => compareStems(stemKey(a), stemKey(b)));
    const ends = (lengths: readonly number[]): Uint32Array =>
      Uint32Array.from(lengths.map((_, i) => lengths.slice(0, i + 1).reduce((sum, length) => sum + length, 0)));
    return {
      terms: new StemTable(stemKey(keys.join('')), ends(keys.map((key) => stemKey(key).length))),
      ends: ends(keys.map((key) => lists[key]?.length ?? 0)),
      postings: Uint32Array.from(keys.flatMap((key) => (lists[key] ?? []).map((slot) => withSlot(slot, 1)))),
      firstSlot,
      slotCount,
    };
  };
  const slotsOf = (postings: Postings<string, Uint8Array>, term: string): number[] =>
    entriesOf(postings.get(term) ?? new PostingList()).map(([slot]) => slot);

  test('are found with those that were added one by one, whichever came first and whenever they are asked for', () => {
    const postings = new Postings(STEMS);
    postings.add('dog', 0, 1);
    expect(slotsOf(postings, 'dog')).toEqual([0]);
    postings.addTable(postingTableOf({ dog: [0, 2], cat: [1] }, 10, 3));
    expect(slotsOf(postings, 'dog').toSorted()).toEqual([0, 10, 12].toSorted());
    postings.add('dog', 20, 1);
    postings.add('owl', 21, 1);
    postings.addTable(postingTableOf({ dog: [1], owl: [0] }, 30, 2));
    expect(slotsOf(postings, 'dog').toSorted()).toEqual([0, 10, 12, 20, 31].toSorted());
    expect(slotsOf(postings, 'cat')).toEqual([11]);
    expect(slotsOf(postings, 'owl').toSorted()).toEqual([21, 30]);
    expect(postings.get('fox')).toBeUndefined();
  });

  test('cost no list before they are asked for, and each of their bytes counts', () => {
    const postings = new Postings(STEMS);
    const table = postingTableOf({ dog: [0, 2], cat: [1] }, 0, 3);
    postings.addTable(table);
    expect(postings.bytes).toBe(table.terms.bytes + table.ends.byteLength + table.postings.byteLength);
    expect([...postings.own()]).toEqual([]);
    postings.get('dog');
    expect(postings.bytes).toBeGreaterThan(table.terms.bytes + 12 + 8);
    expect(postings.tablesBetween(3, 9)).toEqual([]);
    expect(postings.tablesBetween(2, 9)).toEqual([table]);
  });
});

describe('postings that are put together', () => {
  const anyStep = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(fc.constantFrom('dog', 'cat', 'owl', 'éé'), fc.integer({ min: 1, max: 70 })) },
    { weight: 2, arbitrary: fc.constantFrom('dog', 'cat') },
    { weight: 1, arbitrary: fc.constant(null) },
  );

  test('are those that were added, whatever was asked for before', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
        const [tidy, loose] = [new Postings(STEMS), new Postings(STEMS)];
        for (const [slot, step] of steps.entries()) {
          if (step === null) tidy.compact();
          else if (typeof step === 'string') tidy.get(step);
          else for (const postings of [tidy, loose]) postings.add(step[0], slot, step[1]);
        }
        for (const term of ['dog', 'cat', 'owl', 'éé', 'fox']) {
          expect(entriesOf(tidy.get(term) ?? new PostingList())).toEqual(
            entriesOf(loose.get(term) ?? new PostingList()),
          );
        }
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('take a fifth of the room', () => {
    const postings = new Postings(STEMS);
    for (let slot = 0; slot < 100; slot += 1)
      for (let k = 0; k < 12; k += 1) postings.add(`term${slot}of${k}`, slot, 1);
    const before = postings.bytes;
    postings.compact();
    expect(postings.bytes).toBeLessThan(before / 5);
    expect([...postings.own()]).toEqual([]);
  });
});
