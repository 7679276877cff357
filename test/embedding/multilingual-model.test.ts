import { beforeAll, expect, spyOn, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { MODELS_DIR } from '../../src/embedding/model-runtime.ts';
import { openMultilingualModel } from '../../src/embedding/multilingual-model.ts';
import { PieceTree } from '../../src/embedding/piece-tree.ts';
import { cosineOfStep, openStaticModel, type StaticModel } from '../../src/embedding/static-model.ts';
import { parseTensorFile } from '../../src/embedding/tensor-file.ts';
import { createMeaning } from '../../src/retrieval/index/meaning.ts';
import golden from './golden-multilingual.json' with { type: 'json' };
import { HOSTILE_TEXTS } from './hostile-texts.ts';

const FILE = join(MODELS_DIR, 'static-multilingual-256.safetensors');
const MOST_BYTES = 20_000_000;
const MOST_NEIGHBOURS = 16;
/** Characters of the longest piece. */
const LONGEST = 16;
const MARK = '▁';

const parallel: Readonly<Record<string, readonly string[]>> = golden.parallel;
const texts = [...Object.values(parallel).flat(), ...golden.turns];

let model: StaticModel;
let pieces: readonly string[];
beforeAll(async () => {
  model = await openMultilingualModel();
  const file = parseTensorFile(new Uint8Array(readFileSync(FILE)));
  pieces = new TextDecoder().decode(file.tensor('vocabulary', 'U8', file.shape('vocabulary'))).split('\n');
});

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, x, k) => sum + x * (b[k] ?? 0), 0);
const cosine = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  dot(a, b) / (Math.sqrt(dot(a, a) * dot(b, b)) || 1);

const idOf = (word: string): number => {
  const [id, ...rest] = model.tokenise(word);
  if (id === undefined || rest.length > 0) throw new Error(`${word} is not one piece.`);
  return id;
};

test('its file is no larger than a clone can bear', () => {
  expect(readFileSync(FILE).byteLength).toBeLessThanOrEqual(MOST_BYTES);
});

test('texts in fifteen languages are cut into the pieces that the reference tokeniser gives', () => {
  expect(texts.length).toBeGreaterThan(400);
  expect(texts.map((text) => [...model.tokenise(text)])).toEqual(golden.pieces);
});

test('cosines are those of the recipe in floats: 19 of 20 within 0.002, all within 0.005, none biased', () => {
  const sums = texts.slice(0, 90).map((text) => model.sumOfText(text));
  const told = sums.flatMap((a, i) => sums.slice(i + 1).map((b) => cosine(a, b)));
  expect(told).toHaveLength(golden.cosines.length);
  const errors = told.map((value, i) => value - (golden.cosines[i] ?? Number.NaN));
  const sizes = errors.map(Math.abs).sort((a, b) => a - b);
  expect(sizes[Math.floor(0.95 * sizes.length)]).toBeLessThan(2e-3);
  expect(sizes.at(-1)).toBeLessThan(5e-3);
  expect(Math.abs(errors.reduce((sum, x) => sum + x, 0) / errors.length)).toBeLessThan(2e-4);
});

test('of six things said in fifteen languages, the nearest in another language means the same', () => {
  const sums = Object.fromEntries(
    Object.entries(parallel).map(([language, said]) => [language, said.map((text) => model.sumOfText(text))]),
  );
  const wrong: string[] = [];
  for (const [from, asked] of Object.entries(sums)) {
    for (const [to, said] of Object.entries(sums)) {
      asked.forEach((question, sense) => {
        const near = said.map((text) => cosine(question, text));
        if (near.indexOf(Math.max(...near)) !== sense) wrong.push(`${from} ${to} ${parallel[from]?.[sense]}`);
      });
    }
  }
  // By chance it would be five in six.
  expect(wrong.length / (15 * 14 * 6)).toBeLessThan(0.12);
  const inThree = wrong.filter((which) => /^(en|ru|de) (en|ru|de) /.test(which));
  expect(inThree.length / (3 * 2 * 6)).toBeLessThan(0.06);
});

test('traditional Chinese is read as simplified', () => {
  expect(model.tokenise('我喜歡喝茶，她說謝謝')).toEqual(model.tokenise('我喜欢喝茶，她说谢谢'));
});

test('whatever the characters, pieces are those of the vocabulary, and two texts apart are read as each by itself', () => {
  const anyText = fc.string({ unit: 'binary', maxLength: 60 });
  const odd = fc.constantFrom('\ud83d', '\ude00', '\u0301', '\u200d', '한', 'İ', '▁', 'สวัสดี', '這', 'ﬁ', '\uff9e');
  const text = fc.tuple(anyText, odd, anyText).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, text, (a, b) => {
      const read = [...model.tokenise(`${a}\n${b}`)];
      expect(read.every((piece) => piece < model.pieceCount && pieces[piece] !== MARK)).toBe(true);
      expect(read).toEqual([...model.tokenise(a), ...model.tokenise(b)]);
    }),
    { numRuns: 500, seed: 1 },
  );
});

test('no text throws, a quarter of a megabyte without a blank in any script too', () => {
  const long = ['สวัสดีชาวโลก', '中', 'x', 'ア', '한', 'مرحبا', '\u0e33', '\u0301', 'ﷺ'].map((unit) =>
    unit.repeat(Math.ceil(262_144 / Buffer.byteLength(unit))),
  );
  for (const text of [...HOSTILE_TEXTS, ...long]) expect(model.sumOfText(text).every(Number.isFinite)).toBe(true);
});

test('the steps of reading a text are bounded by its length times that of the longest piece', () => {
  const steps = spyOn(PieceTree.prototype, 'next');
  try {
    for (const text of [...golden.turns, 'สวัสดีชาวโลก'.repeat(1_000), '中'.repeat(9_000)]) {
      steps.mockClear();
      model.tokenise(text);
      const form = text.normalize('NFKC');
      expect(steps.mock.calls.length).toBeLessThanOrEqual((2 * form.length + 4) * (LONGEST + 1));
    }
  } finally {
    steps.mockRestore();
  }
});

test('the neighbours of a piece mean something near, nearest first, at most 16, in other languages too', () => {
  const near = [...model.neighbours(idOf('dog')).pieces].map((piece) => pieces[piece]);
  expect(near).toContain('▁dogs');
  expect(near).toContain('▁chien');
  expect(near).toContain('犬');
  const { steps } = model.neighbours(idOf('dog'));
  expect([...steps]).toEqual([...steps].sort((a, b) => b - a));
  for (let piece = 0; piece < model.pieceCount; piece += 1) {
    expect(model.neighbours(piece).pieces.length).toBeLessThanOrEqual(MOST_NEIGHBOURS);
  }
});

test('the table of neighbours holds the cosines of the rows', () => {
  for (const word of ['dog', 'собака', 'zahnarzt', '医生', 'музыка']) {
    for (const piece of model.tokenise(word)) {
      const row = model.sumOf(Uint16Array.of(piece));
      const near = model.neighbours(piece);
      near.pieces.forEach((other, i) => {
        expect(other).not.toBe(piece);
        const exact = cosine(row, model.sumOf(Uint16Array.of(other)));
        expect(Math.abs(cosineOfStep(near.steps[i] ?? 0) - exact)).toBeLessThan(0.01);
      });
    }
  }
});

test('it is another model than the one for English, and an index takes either', async () => {
  const english = await openStaticModel();
  expect(model.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  expect(model.fingerprint).not.toBe(english.fingerprint);
  expect(model.dimensions).toBe(english.dimensions);
  const { sum, pieces: read } = createMeaning(model).read('Моя собака боится грома.');
  expect(sum).toHaveLength(model.dimensions);
  expect(read.size).toBeGreaterThan(4);
  expect([...read].every((piece) => piece < model.pieceCount)).toBe(true);
});

test('a model file that is missing gives one sentence', async () => {
  await expect(openMultilingualModel('/nowhere')).rejects.toThrow(
    /^The static embedding model models\/static-multilingual-256\.safetensors is missing, .* by words alone\.$/,
  );
});
