import { afterAll, beforeAll, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { MemfuseError } from '../../src/contract/errors.ts';
import { MODELS_DIR } from '../../src/embedding/model-runtime.ts';
import { createStaticEmbedder } from '../../src/embedding/static.ts';
import {
  cosineOfStep,
  describeStaticModel,
  openStaticModel,
  type StaticModel,
} from '../../src/embedding/static-model.ts';
import { formatTensorFile, parseTensorFile } from '../../src/embedding/tensor-file.ts';
import { norm } from '../../src/embedding/unit.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import golden from './golden.json' with { type: 'json' };
import { HOSTILE_TEXTS } from './hostile-texts.ts';

const FILE = join(MODELS_DIR, 'static-minilm-256.safetensors');

let model: StaticModel;
const folder = temporaryFolder();
beforeAll(async () => {
  model = await openStaticModel();
});
afterAll(folder.remove);

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, x, k) => sum + x * (b[k] ?? 0), 0);
const cosine = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  dot(a, b) / (Math.sqrt(dot(a, a) * dot(b, b)) || 1);

/** The cosines of all pairs: (0,1), (0,2), ... (1,2), ... */
const pairs = (vectors: readonly ArrayLike<number>[]): number[] =>
  vectors.flatMap((a, i) => vectors.slice(i + 1).map((b) => cosine(a, b)));

const idOf = (word: string): number => {
  const [id, ...rest] = model.tokenise(word);
  if (id === undefined || rest.length > 0) throw new Error(`${word} is not one piece.`);
  return id;
};

test('its file tells which model it is without being loaded', async () => {
  const { name, dimensions, fingerprint } = model;
  expect(await describeStaticModel()).toEqual({ name, dimensions, fingerprint });
});

test('texts are cut into the word pieces that the tokeniser of transformers.js gives', () => {
  expect(golden.texts.map((text) => [...model.tokenise(text)])).toEqual(golden.pieces);
});

test('cosines are those of the recipe in floats: 19 of 20 within 0.001, all within 0.002, none biased', () => {
  const told = pairs(golden.texts.map((text) => model.sumOfText(text)));
  const errors = told.map((value, i) => value - (golden.cosines[i] ?? Number.NaN));
  const sizes = errors.map(Math.abs).sort((a, b) => a - b);
  expect(sizes).toHaveLength((golden.texts.length * (golden.texts.length - 1)) / 2);
  expect(sizes[Math.floor(0.95 * sizes.length)]).toBeLessThan(1e-3);
  expect(sizes.at(-1)).toBeLessThan(2e-3);
  expect(Math.abs(errors.reduce((sum, x) => sum + x, 0) / errors.length)).toBeLessThan(1e-4);
});

test('a text is the sum of its rows in the file, to the last digits', () => {
  const file = parseTensorFile(new Uint8Array(readFileSync(FILE)));
  const [count = 0, width = 0] = file.shape('rows');
  const rows = file.tensor('rows', 'I8', [count, width]);
  const [, scalesOfRow = 0] = file.shape('scales');
  const scales = file.tensor('scales', 'F32', [count, scalesOfRow]);
  const reference = golden.pieces.map((ids) =>
    Array.from({ length: width }, (_, k) =>
      ids.reduce(
        (sum, id) =>
          sum + (rows[id * width + k] ?? 0) * (scales[Math.floor(((id * width + k) * scalesOfRow) / width)] ?? 0),
        0,
      ),
    ),
  );
  const told = pairs(golden.texts.map((text) => model.sumOfText(text)));
  pairs(reference).forEach((value, i) => {
    expect(told[i]).toBeCloseTo(value, 5);
  });
});

test('the sums of the turns of a window add up to the sum of its text', () => {
  const turns = golden.texts.slice(0, 3);
  const window = model.sumOfText(turns.join('\n'));
  const added = turns.map((turn) => model.sumOfText(turn)).reduce((a, b) => a.map((x, k) => x + (b[k] ?? 0)));
  expect(cosine(window, added)).toBeCloseTo(1, 6);
  expect(norm(window)).toBeCloseTo(norm(added), 4);
});

test('texts that mean the same are nearer than texts that do not', () => {
  const near = cosine(model.sumOfText('My dog is scared of thunder.'), model.sumOfText('The puppy fears storms.'));
  const far = cosine(model.sumOfText('My dog is scared of thunder.'), model.sumOfText('Send the invoice by Friday.'));
  expect(near).toBeGreaterThan(far + 0.2);
});

test('what is read into a given array is what a new one would hold', () => {
  const into: Float32Array = new Float32Array(model.dimensions).fill(9);
  expect(model.sumOfText('a dog', into)).toBe(into);
  expect(into).toEqual(model.sumOf(model.tokenise('a dog')));
});

test('no text throws, and one that says nothing has no direction', async () => {
  const vectors = await createStaticEmbedder(model).embed(HOSTILE_TEXTS);
  for (const [i, vector] of vectors.entries()) {
    expect(vector).toHaveLength(model.dimensions);
    const expected = model.tokenise(HOSTILE_TEXTS[i] ?? '').length === 0 ? 0 : 1;
    expect(norm(vector)).toBeCloseTo(expected, 5);
  }
  expect(norm((await createStaticEmbedder(model).embed(['']))[0] ?? [])).toBe(0);
});

test('whatever the characters, pieces are pieces of text, and two texts apart are read as each by itself', () => {
  const anyText = fc.string({ unit: 'binary', maxLength: 60 });
  const half = fc.constantFrom('\ud83d', '\ude00', '\u0301', '\u200d', '\ud55c', 'İ', '##');
  const text = fc.tuple(anyText, half, anyText).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, text, (a, b) => {
      const pieces = [...model.tokenise(`${a} ${b}`)];
      expect(pieces.every((piece) => piece >= 999 && piece < model.pieceCount)).toBe(true);
      expect(pieces).toEqual([...model.tokenise(a), ...model.tokenise(b)]);
    }),
    { numRuns: 500, seed: 1 },
  );
});

test('the neighbours of a piece are the pieces that mean something near, nearest first, at most 32', () => {
  const { pieces, steps } = model.neighbours(idOf('dog'));
  expect([...pieces]).toContain(idOf('puppy'));
  expect([...pieces]).toContain(idOf('canine'));
  expect([...pieces]).not.toContain(idOf('dog'));
  expect([...steps]).toEqual([...steps].sort((a, b) => b - a));
  for (let piece = 0; piece < model.pieceCount; piece += 1) {
    expect(model.neighbours(piece).pieces.length).toBeLessThanOrEqual(32);
  }
});

test('the table of neighbours holds the cosines of the rows', () => {
  for (const word of ['dog', 'doctor', 'lisbon', 'guitar', 'happy', '7']) {
    const piece = idOf(word);
    const row = model.sumOf(Uint16Array.of(piece));
    const { pieces, steps } = model.neighbours(piece);
    expect(pieces.length).toBeGreaterThan(0);
    pieces.forEach((other, i) => {
      const exact = cosine(row, model.sumOf(Uint16Array.of(other)));
      expect(Math.abs(cosineOfStep(steps[i] ?? 0) - exact)).toBeLessThan(4e-3);
    });
    // A list that is not full leaves nobody out.
    if (pieces.length === 32) continue;
    for (let other = 999; other < model.pieceCount; other += 97) {
      if (other === piece || pieces.includes(other)) continue;
      expect(cosine(row, model.sumOf(Uint16Array.of(other)))).toBeLessThan(0.503);
    }
  }
});

test('a model file that is missing, cut short, damaged or something else gives one sentence', async () => {
  const bytes = readFileSync(FILE);
  const damaged = Buffer.from(bytes);
  damaged[5_000_000] = (damaged[5_000_000] ?? 0) ^ 1;
  const files = {
    short: bytes.subarray(0, 4_000_000),
    'one byte short': bytes.subarray(0, -1),
    header: bytes.subarray(0, 100),
    empty: Buffer.alloc(0),
    damaged,
    other: Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0\n'),
  };
  const paths = Object.entries(files).map(([name, content]) => {
    const path = join(folder.path, name);
    writeFileSync(path, content);
    return path;
  });
  for (const path of [join(folder.path, 'nothing'), ...paths]) {
    const error = await openStaticModel(path).catch((reason) => reason);
    expect(error).toBeInstanceOf(MemfuseError);
    expect(error.message).toMatch(/^The static embedding model .* by words alone\.$/);
    expect(error.message).not.toContain(folder.path);
    expect(error.retryable).toBe(false);
  }
});

test('other weights have another fingerprint', async () => {
  const file = parseTensorFile(new Uint8Array(readFileSync(FILE)));
  const types = { scales: 'F32', neighbour_pieces: 'U16', rows: 'I8', neighbour_counts: 'U8' } as const;
  const tensors = Object.entries({ ...types, neighbour_steps: 'U8', vocabulary: 'U8' } as const).map(([name, type]) => {
    const { buffer, byteOffset, byteLength } = file.tensor(name, type, file.shape(name));
    return { name, type, shape: file.shape(name), bytes: new Uint8Array(buffer, byteOffset, byteLength).slice() };
  });
  const rows = tensors.find(({ name }) => name === 'rows')?.bytes ?? new Uint8Array();
  rows[7] = (rows[7] ?? 0) ^ 1;
  const hash = createHash('sha256');
  for (const { bytes } of tensors) hash.update(bytes);
  const path = join(folder.path, 'other-weights');
  writeFileSync(path, formatTensorFile(tensors, { ...file.metadata, sha256: hash.digest('hex') }));
  const other = await openStaticModel(path);
  expect(model.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  expect(other.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  expect(other.fingerprint).not.toBe(model.fingerprint);
});
