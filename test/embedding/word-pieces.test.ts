import { expect, test } from 'bun:test';
import { FIRST_TEXT_PIECE, WordPieces } from '../../src/embedding/word-pieces.ts';

const PIECES =
  'a b c d e n u ##s ##n ##un un un##a able ##able dog ##gie ! , # 2 ο σ ##σ 中 ᄒ ##ᅡ ##ᆫ € ß cafe ##é [ ] cls x ##x'.split(
    ' ',
  );
const pieces = new WordPieces([...Array<string>(FIRST_TEXT_PIECE).fill('[unused]'), ...PIECES].join('\n'));

const read = (text: string): string[] => [...pieces.read(text)].map((id) => PIECES[id - FIRST_TEXT_PIECE] as string);

test('a word is cut into the longest pieces from the left', () => {
  expect(read('unable dogs doggie')).toEqual(['un', '##able', 'dog', '##s', 'dog', '##gie']);
});

test('case and accents do not matter', () => {
  expect(read('DOG Dòg CAFÉ cafe\u0301')).toEqual(['dog', 'dog', 'cafe', 'cafe']);
});

test('capital sigma becomes the small sigma of the middle of a word wherever it stands, as in BERT', () => {
  expect(read('ΟΣ')).toEqual(['ο', '##σ']);
});

test('punctuation and Chinese characters are words of their own', () => {
  expect(read('dog,dog!#2')).toEqual(['dog', ',', 'dog', '!', '#', '2']);
  expect(read('a中中b')).toEqual(['a', '中', '中', 'b']);
});

test('a Hangul syllable is read as its letters', () => {
  expect(read('한')).toEqual(['ᄒ', '##ᅡ', '##ᆫ']);
});

test('controls and marks of direction vanish, blanks of every kind part words', () => {
  expect(read('d\u0000o\u200bg\ufeff\u202e')).toEqual(['dog']);
  expect(read('dog\u00a0dog\u3000dog\r\n\tdog\u2028dog')).toEqual(Array(5).fill('dog'));
});

test('an unknown character is passed over and what it sticks to is kept', () => {
  expect(read('dog😀')).toEqual(['dog']);
  expect(read('😀dog😀s')).toEqual(['dog']);
  expect(read('2€')).toEqual(['2', '€']);
});

test('what looks like a special token is text', () => {
  expect(read('[CLS]')).toEqual(['[', 'cls', ']']);
});

test('a word of more than a hundred characters is data and gives nothing', () => {
  expect(read('x'.repeat(100))).toHaveLength(100);
  expect(read('x'.repeat(101))).toEqual([]);
  expect(read(`dog ${'x'.repeat(100_000)} dog`)).toEqual(['dog', 'dog']);
});

test('a text of many pieces is read to its end', () => {
  expect(read('dog '.repeat(5_000))).toHaveLength(5_000);
});

test('no known character, no piece', () => {
  for (const text of ['', ' ', '😀🎉', '\u0000', '\ud800', '\udc00\ud800', 'ไทย']) expect(read(text)).toEqual([]);
});
