import { createHash } from 'node:crypto';
import { STATIC_DIMENSIONS as KEPT, LEAST_COSINE, SCALED_TOGETHER } from '../../src/embedding/static-model.ts';
import { formatTensorFile } from '../../src/embedding/tensor-file.ts';
import { FIRST_TEXT_PIECE } from '../../src/embedding/word-pieces.ts';
import { type Matrix, unitRows } from './components.ts';

const MOST_NEIGHBOURS = 32;

/**
 * The rows turned by a fixed rotation (random signs, then Hadamard's matrix), which no cosine notices. The first principal
 * components are large and the last small, and one step of int8 has to serve all; evened out, the step is half as wide.
 */
const evenedOut = (rows: Matrix, name: string): Matrix => {
  const turned = rows.slice();
  // Signs from the digits of a hash: as good as random, and the same every time.
  const signs = createHash('sha256').update(name).digest();
  const sign = (k: number): number => (((signs[k >> 3] ?? 0) >> (k & 7)) & 1 ? -1 : 1);
  for (let start = 0; start < turned.length; start += KEPT) {
    const row = turned.subarray(start, start + KEPT);
    for (let k = 0; k < KEPT; k += 1) row[k] = ((row[k] ?? 0) * sign(k)) / Math.sqrt(KEPT);
    for (let half = 1; half < KEPT; half *= 2) {
      for (let k = 0; k < KEPT; k += 1) {
        if (k & half) continue;
        const [x, y] = [row[k] ?? 0, row[k + half] ?? 0];
        row[k] = x + y;
        row[k + half] = x - y;
      }
    }
  }
  return turned;
};

/** Rows as `q * scale`, q from -127 to 127, with a scale for each 64 components. */
const quantised = (rows: Matrix): { q: Int8Array; scales: Float32Array } => {
  const scales = new Float32Array(rows.length / SCALED_TOGETHER);
  scales.forEach((_, i) => {
    const some = rows.subarray(i * SCALED_TOGETHER, (i + 1) * SCALED_TOGETHER);
    scales[i] = some.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0) / 127;
  });
  const q = Int8Array.from(rows, (x, i) => Math.round(x / (scales[Math.floor(i / SCALED_TOGETHER)] || 1)));
  return { q, scales };
};

/** Four sums side by side, which the processor need not wait for one after the other. */
const dotOfRows = (rows: Matrix, a: number, b: number): number => {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  const [x, y] = [a * KEPT, b * KEPT];
  for (let k = 0; k < KEPT; k += 4) {
    s0 += (rows[x + k] as number) * (rows[y + k] as number);
    s1 += (rows[x + k + 1] as number) * (rows[y + k + 1] as number);
    s2 += (rows[x + k + 2] as number) * (rows[y + k + 2] as number);
    s3 += (rows[x + k + 3] as number) * (rows[y + k + 3] as number);
  }
  return s0 + s1 + s2 + s3;
};

/** For each piece of text those with a cosine of at least LEAST_COSINE, the best 32, nearest first. */
const neighbours = (rows: Matrix): { piece: number; cosine: number }[][] => {
  const unit = unitRows(rows, KEPT);
  const pieceCount = rows.length / KEPT;
  const near: { piece: number; cosine: number }[][] = Array.from({ length: pieceCount }, () => []);
  for (let a = FIRST_TEXT_PIECE; a < pieceCount; a += 1) {
    for (let b = a + 1; b < pieceCount; b += 1) {
      const cosine = dotOfRows(unit, a, b);
      if (cosine < LEAST_COSINE) continue;
      near[a]?.push({ piece: b, cosine });
      near[b]?.push({ piece: a, cosine });
    }
  }
  return near.map((list) => list.sort((x, y) => y.cosine - x.cosine || x.piece - y.piece).slice(0, MOST_NEIGHBOURS));
};

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

/** The file of the static model: rows in bytes, their scales, neighbours, the vocabulary. */
export const modelFile = (
  rows: Matrix,
  vocabulary: readonly string[],
  { name, source }: { readonly name: string; readonly source: string },
): Uint8Array => {
  const { q, scales } = quantised(evenedOut(rows, name));
  const near = neighbours(rows);
  const all = near.flat();
  const step = (cosine: number) => Math.round(((Math.min(cosine, 1) - LEAST_COSINE) / (1 - LEAST_COSINE)) * 255);
  const tensors = [
    { name: 'scales', type: 'F32', shape: [vocabulary.length, KEPT / SCALED_TOGETHER], bytes: bytesOf(scales) },
    {
      name: 'neighbour_pieces',
      type: 'U16',
      shape: [all.length],
      bytes: bytesOf(Uint16Array.from(all, ({ piece }) => piece)),
    },
    { name: 'rows', type: 'I8', shape: [vocabulary.length, KEPT], bytes: bytesOf(q) },
    {
      name: 'neighbour_counts',
      type: 'U8',
      shape: [vocabulary.length],
      bytes: Uint8Array.from(near, (list) => list.length),
    },
    {
      name: 'neighbour_steps',
      type: 'U8',
      shape: [all.length],
      bytes: Uint8Array.from(all, ({ cosine }) => step(cosine)),
    },
  ] as const;
  const text = Buffer.from(vocabulary.join('\n'));
  const withText = [...tensors, { name: 'vocabulary', type: 'U8', shape: [text.byteLength], bytes: text } as const];
  const hash = createHash('sha256');
  for (const { bytes } of withText) hash.update(bytes);
  return formatTensorFile(withText, { name, source, licence: 'Apache-2.0', sha256: hash.digest('hex') });
};
