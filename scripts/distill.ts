import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importTransformers, MODELS_DIR, type Transformers } from '../src/embedding/model-runtime.ts';
import { LEAST_COSINE, STATIC_DIMENSIONS } from '../src/embedding/static-model.ts';
import { formatTensorFile } from '../src/embedding/tensor-file.ts';
import { FIRST_TEXT_PIECE } from '../src/embedding/word-pieces.ts';

/**
 * `bun scripts/distill.ts`: makes models/static-minilm-256.safetensors from all-MiniLM-L6-v2 in four minutes, and
 * test/embedding/golden.json, what the recipe says in plain floats of the texts in that file. Needs `bun run transformers`.
 *
 * The recipe (known as model2vec): each word piece alone through MiniLM, mean of the three output vectors; less the mean
 * over the vocabulary; the first 256 principal components; times a weight that falls for frequent pieces, by Zipf's law.
 */

const MODEL = 'all-MiniLM-L6-v2';
const NAME = 'static-minilm-256';
const MODEL_FILE = join(MODELS_DIR, `${NAME}.safetensors`);
const GOLDEN_FILE = join(import.meta.dir, '..', 'test', 'embedding', 'golden.json');

/** Components of MiniLM's vectors. */
const WIDTH = 384;
const KEPT = STATIC_DIMENSIONS;
const BATCH = 250;
const [UNKNOWN, START, END] = [100, 101, 102];
/** A piece's weight is `SIF / (SIF + p)`, p its share in running text. */
const SIF = 0.001;
const MOST_NEIGHBOURS = 32;

type Matrix = Float32Array;

/** [pieces, WIDTH]: the mean of MiniLM's three output vectors for `[CLS] piece [SEP]`. */
const outputs = async ({ AutoModel, Tensor }: Transformers, pieceCount: number): Promise<Matrix> => {
  const model = await AutoModel.from_pretrained(MODEL, { dtype: 'q8' });
  const means = new Float32Array(pieceCount * WIDTH);
  for (let first = 0; first < pieceCount; first += BATCH) {
    const count = Math.min(BATCH, pieceCount - first);
    const ids = Array.from({ length: count }, (_, i) => [START, first + i, END]).flat();
    const tensor = (values: number[]) => new Tensor('int64', BigInt64Array.from(values.map(BigInt)), [count, 3]);
    const ones = tensor(ids.map(() => 1));
    const zeros = tensor(ids.map(() => 0));
    const output = await model({ input_ids: tensor(ids), attention_mask: ones, token_type_ids: zeros });
    const states = output.last_hidden_state.data as Float32Array;
    for (let i = 0; i < count * WIDTH; i += 1) {
      const at = Math.floor(i / WIDTH) * 3 * WIDTH + (i % WIDTH);
      const sum = (states[at] ?? 0) + (states[at + WIDTH] ?? 0) + (states[at + 2 * WIDTH] ?? 0);
      means[first * WIDTH + i] = sum / 3;
    }
  }
  return means;
};

/** Takes the mean row from every row. */
const centre = (rows: Matrix, width: number): void => {
  const count = rows.length / width;
  const mean = new Float64Array(width);
  for (let i = 0; i < rows.length; i += 1) mean[i % width] = (mean[i % width] ?? 0) + (rows[i] ?? 0) / count;
  for (let i = 0; i < rows.length; i += 1) rows[i] = (rows[i] ?? 0) - (mean[i % width] ?? 0);
};

/** [width, width]: the covariance of centred rows. */
const covariance = (rows: Matrix, width: number): Float64Array => {
  const count = rows.length / width;
  const sums = new Float64Array(width * width);
  for (let row = 0; row < rows.length; row += width) {
    for (let a = 0; a < width; a += 1) {
      const factor = (rows[row + a] as number) / count;
      for (let b = a; b < width; b += 1) {
        sums[a * width + b] = (sums[a * width + b] as number) + factor * (rows[row + b] as number);
      }
    }
  }
  for (let a = 0; a < width; a += 1) for (let b = 0; b < a; b += 1) sums[a * width + b] = sums[b * width + a] ?? 0;
  return sums;
};

/** Turns the pairs (a[x], a[y]) for x = p, p + step, ... and y = q, q + step, ... by an angle. */
const turn = (a: Float64Array, n: number, p: number, q: number, step: number, cos: number, sin: number): void => {
  for (let i = 0; i < n; i += 1) {
    const x = a[p + i * step] as number;
    const y = a[q + i * step] as number;
    a[p + i * step] = cos * x - sin * y;
    a[q + i * step] = sin * x + cos * y;
  }
};

/** The eigenvectors of a symmetric matrix, that of the largest eigenvalue first, by Jacobi's rotations. */
const eigenvectors = (matrix: Float64Array, n: number): Float64Array[] => {
  const a = matrix.slice();
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) vectors[i * n + i] = 1;
  for (let sweep = 0; sweep < 12; sweep += 1) {
    for (let p = 0; p < n - 1; p += 1) {
      for (let q = p + 1; q < n; q += 1) {
        const off = a[p * n + q] as number;
        if (Math.abs(off) < 1e-18) continue;
        const theta = ((a[q * n + q] as number) - (a[p * n + p] as number)) / (2 * off);
        const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const cos = 1 / Math.hypot(tangent, 1);
        turn(a, n, p, q, n, cos, tangent * cos);
        turn(a, n, p * n, q * n, 1, cos, tangent * cos);
        turn(vectors, n, p * n, q * n, 1, cos, tangent * cos);
      }
    }
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((x, y) => (a[y * n + y] ?? 0) - (a[x * n + x] ?? 0));
  return order.map((i) => vectors.subarray(i * n, (i + 1) * n));
};

/** `w(rank)`: p(rank) = 1 / (rank ln V) by Zipf's law, the vocabulary's text pieces being in the order of frequency. */
const weight = (piece: number, pieceCount: number): number => {
  const rank = Math.max(1, piece - FIRST_TEXT_PIECE + 1);
  return SIF / (SIF + 1 / (rank * Math.log(pieceCount)));
};

/** [pieces, KEPT]: the recipe's rows. */
const distilled = (means: Matrix): Matrix => {
  const pieceCount = means.length / WIDTH;
  centre(means, WIDTH);
  const components = eigenvectors(covariance(means, WIDTH), WIDTH).slice(0, KEPT);
  const rows = new Float32Array(pieceCount * KEPT);
  for (let piece = 0; piece < pieceCount; piece += 1) {
    const factor = weight(piece, pieceCount);
    components.forEach((component, k) => {
      let dot = 0;
      for (let i = 0; i < WIDTH; i += 1) dot += (means[piece * WIDTH + i] as number) * (component[i] as number);
      rows[piece * KEPT + k] = dot * factor;
    });
  }
  return rows;
};

/**
 * The rows turned by a fixed rotation (random signs, then Hadamard's matrix), which no cosine notices. The first principal
 * components are large and the last small, and one step of int8 has to serve all; evened out, the step is half as wide.
 */
const evenedOut = (rows: Matrix): Matrix => {
  const turned = rows.slice();
  // Signs from the digits of a hash: as good as random, and the same every time.
  const signs = createHash('sha256').update(NAME).digest();
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

/** Rows as `q * scale`, q from -127 to 127. */
const quantised = (rows: Matrix): { q: Int8Array; scales: Float32Array } => {
  const scales = new Float32Array(rows.length / KEPT);
  scales.forEach((_, piece) => {
    const row = rows.subarray(piece * KEPT, (piece + 1) * KEPT);
    scales[piece] = row.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0) / 127;
  });
  const q = Int8Array.from(rows, (x, i) => Math.round(x / (scales[Math.floor(i / KEPT)] || 1)));
  return { q, scales };
};

/** Each row with length 1. */
const unitRows = (rows: Matrix): Matrix => {
  const norms = new Float64Array(rows.length / KEPT);
  for (let i = 0; i < rows.length; i += 1)
    norms[Math.floor(i / KEPT)] = (norms[Math.floor(i / KEPT)] ?? 0) + (rows[i] ?? 0) ** 2;
  return rows.map((x, i) => x / Math.sqrt(norms[Math.floor(i / KEPT)] || 1));
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
  const unit = unitRows(rows);
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

/** The cosines of all pairs of texts in plain floats, by transformers.js's own tokeniser: (0,1), (0,2), ... (1,2), ... */
const golden = async ({ AutoTokenizer }: Transformers, rows: Matrix, texts: readonly string[]) => {
  const tokenizer = await AutoTokenizer.from_pretrained(MODEL);
  const pieces = texts.map((text) =>
    tokenizer.encode(text, { add_special_tokens: false }).filter((piece) => piece !== UNKNOWN),
  );
  const sums = pieces.map((ids) =>
    Array.from({ length: KEPT }, (_, k) => ids.reduce((sum, id) => sum + (rows[id * KEPT + k] ?? 0), 0)),
  );
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, k) => sum + x * (b[k] ?? 0), 0);
  const cosines = sums.flatMap((a, i) =>
    sums.slice(i + 1).map((b) => Number((dot(a, b) / (Math.sqrt(dot(a, a) * dot(b, b)) || 1)).toFixed(6))),
  );
  return { texts, pieces, cosines };
};

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

const modelFile = (rows: Matrix, vocabulary: readonly string[]): Uint8Array => {
  const { q, scales } = quantised(evenedOut(rows));
  const near = neighbours(rows);
  const all = near.flat();
  const step = (cosine: number) => Math.round(((Math.min(cosine, 1) - LEAST_COSINE) / (1 - LEAST_COSINE)) * 255);
  const tensors = [
    { name: 'scales', type: 'F32', shape: [vocabulary.length], bytes: bytesOf(scales) },
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
  return formatTensorFile(withText, { name: NAME, source: MODEL, licence: 'Apache-2.0', sha256: hash.digest('hex') });
};

const vocabularyOf = (tokenizerFile: string): string[] => {
  const { model } = JSON.parse(readFileSync(tokenizerFile, 'utf8')) as { model: { vocab: Record<string, number> } };
  return Object.entries(model.vocab)
    .sort(([, a], [, b]) => a - b)
    .map(([piece]) => piece);
};

if (import.meta.main) {
  const transformers = await importTransformers(MODELS_DIR);
  transformers.env.allowRemoteModels = false;
  transformers.env.localModelPath = MODELS_DIR;
  const vocabulary = vocabularyOf(join(MODELS_DIR, MODEL, 'tokenizer.json'));
  const rows = distilled(await outputs(transformers, vocabulary.length));
  const file = modelFile(rows, vocabulary);
  writeFileSync(MODEL_FILE, file);
  const { texts } = JSON.parse(readFileSync(GOLDEN_FILE, 'utf8')) as { texts: string[] };
  writeFileSync(GOLDEN_FILE, `${JSON.stringify(await golden(transformers, rows, texts))}\n`);
  console.log(`${createHash('sha256').update(file).digest('hex')}  ${file.byteLength} bytes  ${NAME}.safetensors`);
}
