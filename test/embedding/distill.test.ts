import { describe, expect, test } from 'bun:test';
import { sentencesOf } from '../../scripts/distill/sentences.ts';
import { sumRows, train } from '../../scripts/distill/training.ts';
import { STATIC_DIMENSIONS } from '../../src/embedding/static-model.ts';
import { seededRandom } from '../support/random.ts';

const PIECES = 40;
/** No text has it. */
const UNSEEN = PIECES;

describe('training of the rows', () => {
  const random = seededRandom(20_261_123);
  const noise = () => random.between(-1000, 1000) / 1000;
  const truth = Float32Array.from({ length: (PIECES + 1) * STATIC_DIMENSIONS }, noise);
  const sum = new Float64Array(STATIC_DIMENSIONS);
  const directionOf = (rows: Float32Array, pieces: Uint16Array): Float64Array => {
    const length = Math.hypot(...sumRows(rows, pieces, sum));
    return sum.map((x) => x / length);
  };
  const textsOf = (count: number) =>
    Array.from({ length: count }, () =>
      Uint16Array.from({ length: random.between(2, 7) }, () => random.between(0, PIECES - 1)),
    );
  const agreement = (rows: Float32Array, texts: readonly Uint16Array[]): number => {
    const cosines = texts.map((pieces) => {
      const wanted = directionOf(truth, pieces);
      return directionOf(rows, pieces).reduce((total, x, k) => total + x * (wanted[k] as number), 0);
    });
    return cosines.reduce((total, x) => total + x, 0) / cosines.length;
  };
  const texts = textsOf(800);
  const targets = Float32Array.from(texts.flatMap((pieces) => [...directionOf(truth, pieces)]));
  const start = truth.map((x) => x / 2 + noise());
  const trained = train({ texts, targets }, start);

  test('turns sums towards where texts that were never seen should point', () => {
    const unseen = textsOf(200);
    expect(agreement(start, unseen)).toBeLessThan(0.5);
    expect(agreement(trained, unseen)).toBeGreaterThan(0.8);
  });

  test('leaves a piece that no text has as it was, and the rows that it was given', () => {
    const rowOf = (rows: Float32Array) => [...rows.subarray(UNSEEN * STATIC_DIMENSIONS)];
    expect(rowOf(trained)).toEqual(rowOf(start));
    expect(train({ texts, targets }, start)).toEqual(trained);
  });
});

test('sentences are definitions behind their words, and examples; what is too short is none', () => {
  const data = [
    '  1 This software and database is being provided to you',
    '02084071 05 n 02 dog 0 domestic_dog 0 001 @ 02083346 n 0000 | a member of the genus Canis; "the dog barked all night"  ',
    '00001740 00 a 01 able(p) 0 000 | having skill; "able to swim"; "she was able to program her computer"  ',
    '00002000 00 a 01 odd 0 000 | not even  ',
  ].join('\n');
  expect(sentencesOf(data)).toEqual([
    'dog, domestic dog: a member of the genus Canis',
    'the dog barked all night',
    'able: having skill',
    'able to swim',
    'she was able to program her computer',
    'odd: not even',
  ]);
  expect(sentencesOf('00002000 00 a 01 odd 0 000 | so  ')).toEqual([]);
});
