import { expect, spyOn, test } from 'bun:test';
import { PieceTree } from '../../src/embedding/piece-tree.ts';
import { SentencePieces } from '../../src/embedding/sentence-pieces.ts';

const BLANKS = [0x20, 0x09, 0x0a];
const PIECES: Readonly<Record<string, number>> = {
  '▁': -2,
  a: -6,
  b: -6,
  c: -6,
  ab: -7,
  bc: -4,
  '▁abc': -13,
  '▁dog': -5,
  '▁do': -4,
  g: -7,
  s: -3,
  我: -6,
  们: -6,
  我们: -5,
  '▁é': -5,
};
const names = Object.keys(PIECES);
const LONGEST = Math.max(...names.map((name) => name.length));
const READ_AS = [...BLANKS.flatMap((blank) => [blank, 0x20]), '們'.charCodeAt(0), '们'.charCodeAt(0), 0x200b, 0];
const pieces = new SentencePieces({
  pieces: names.join('\n'),
  scores: Float32Array.from(Object.values(PIECES)),
  readAs: Uint16Array.from(READ_AS),
});

const read = (text: string): string[] => [...pieces.read(text)].map((id) => names[id] as string);

test('a word is cut in the most likely way, which need not begin with its longest piece', () => {
  expect(read('dogs')).toEqual(['▁dog', 's']);
  expect(read('abc')).toEqual(['a', 'bc']);
});

test('the blank before a word is its mark, and a mark that is left alone says nothing', () => {
  expect(read('dog')).toEqual(['▁dog']);
  expect(read('我们')).toEqual(['我们']);
  expect(read('  dog \t dog\n')).toEqual(['▁dog', '▁dog']);
  expect(read('▁ ▁▁')).toEqual([]);
});

test('case, width and the way an accent is written do not matter', () => {
  expect(read('DOG ｄｏｇ É E\u0301')).toEqual(['▁dog', '▁dog', '▁é', '▁é']);
});

test('a character is read as the table says: simplified for traditional, nothing for what is not seen', () => {
  expect(read('我們')).toEqual(['我们']);
  expect(read('do\u200bgs')).toEqual(['▁dog', 's']);
});

test('a character of no piece is passed over, and what it sticks to is kept', () => {
  expect(read('dog😀s')).toEqual(['▁dog', 's']);
  expect(read('zzdogzz')).toEqual(['g']);
  for (const text of ['', ' ', '😀🎉', '\u0000', '\ud800', '\udc00\ud800', 'ไทย']) expect(read(text)).toEqual([]);
});

test('a run without a blank is read to its end, however long, in parts of 4,096 characters', () => {
  const read30000 = read('我们'.repeat(30_000));
  expect(read30000.join('')).toBe('我们'.repeat(30_000));
  expect(read30000.length).toBeLessThanOrEqual(30_000 + Math.ceil(60_001 / 4_096));
  expect(read('dog '.repeat(5_000))).toHaveLength(5_000);
});

test('the steps grow with the text, and each looks at no more characters than the longest piece has', () => {
  const steps = spyOn(PieceTree.prototype, 'next');
  const stepsOf = (text: string): number => {
    steps.mockClear();
    pieces.read(text);
    return steps.mock.calls.length;
  };
  try {
    for (const unit of ['我们', 'abc', 'ab c', '😀']) {
      const text = unit.repeat(2_000);
      expect(stepsOf(text)).toBeLessThanOrEqual((text.length + 2 * unit.length) * (LONGEST + 1));
      const ratio = stepsOf(text.repeat(8)) / stepsOf(text);
      expect(ratio).toBeLessThan(8.1);
    }
  } finally {
    steps.mockRestore();
  }
});

test('a quarter of a million combining marks on one letter are read', () => {
  expect(read(`dog a${'\u0301\u0323'.repeat(131_072)} dog`).filter((name) => name === '▁dog')).toHaveLength(2);
});
