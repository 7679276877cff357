import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importTransformers, MODELS_DIR, type Transformers } from '../src/embedding/model-runtime.ts';
import { STATIC_DIMENSIONS } from '../src/embedding/static-model.ts';
import { FIRST_TEXT_PIECE, WordPieces } from '../src/embedding/word-pieces.ts';
import { centre, covariance, eigenvectors, type Matrix, unitRows } from './distill/components.ts';
import { modelFile } from './distill/model-file.ts';
import { readSentences } from './distill/sentences.ts';
import { TEACHER_WIDTH, teach } from './distill/teacher.ts';
import { sumRows, train } from './distill/training.ts';

/**
 * `bun run distill`: makes models/static-minilm-256.safetensors from all-MiniLM-L6-v2 in a quarter of an hour, and
 * test/embedding/golden.json, what the recipe says in plain floats of the texts in that file. Needs `bun run transformers`.
 *
 * The recipe (known as model2vec): each word piece alone through MiniLM, mean of the three output vectors; less the mean
 * over the vocabulary; the first 256 principal components; times a weight that falls for frequent pieces, by Zipf's law.
 * Then the rows are trained: what MiniLM makes of WordNet's definitions and examples, seen through the same components,
 * is what the sums of their pieces' rows should point to.
 */

const MODEL = 'all-MiniLM-L6-v2';
const NAME = 'static-minilm-256';
const MODEL_FILE = join(MODELS_DIR, `${NAME}.safetensors`);
const GOLDEN_FILE = join(import.meta.dir, '..', 'test', 'embedding', 'golden.json');

const KEPT = STATIC_DIMENSIONS;
const UNKNOWN = 100;
/** A piece's weight is `SIF / (SIF + p)`, p its share in running text. */
const SIF = 0.001;
/** One text in so many is not learned from, to see what has been learned. */
const HELD_OUT = 20;

/** `w(rank)`: p(rank) = 1 / (rank ln V) by Zipf's law, the vocabulary's text pieces being in the order of frequency. */
const weight = (piece: number, pieceCount: number): number => {
  const rank = Math.max(1, piece - FIRST_TEXT_PIECE + 1);
  return SIF / (SIF + 1 / (rank * Math.log(pieceCount)));
};

/** [rows, KEPT]: rows of MiniLM's components along the principal ones. */
const project = (rows: Matrix, components: readonly Float64Array[]): Matrix => {
  const projected = new Float32Array((rows.length / TEACHER_WIDTH) * KEPT);
  for (let row = 0; row < rows.length / TEACHER_WIDTH; row += 1) {
    const from = rows.subarray(row * TEACHER_WIDTH, (row + 1) * TEACHER_WIDTH);
    components.forEach((component, k) => {
      let dot = 0;
      for (let i = 0; i < TEACHER_WIDTH; i += 1) dot += (from[i] as number) * (component[i] as number);
      projected[row * KEPT + k] = dot;
    });
  }
  return projected;
};

/** The mean cosine of the sums of the texts' rows with where they should point. */
const agreement = (rows: Matrix, texts: readonly Uint16Array[], targets: Matrix): number => {
  const sum = new Float64Array(KEPT);
  const cosines = texts.map((pieces, i) => {
    sumRows(rows, pieces, sum);
    const dot = sum.reduce((total, x, k) => total + x * (targets[i * KEPT + k] as number), 0);
    return dot / (Math.hypot(...sum) || 1);
  });
  return cosines.reduce((total, cosine) => total + cosine, 0) / texts.length;
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

const vocabularyOf = (tokenizerFile: string): string[] => {
  const { model } = JSON.parse(readFileSync(tokenizerFile, 'utf8')) as { model: { vocab: Record<string, number> } };
  return Object.entries(model.vocab)
    .sort(([, a], [, b]) => a - b)
    .map(([piece]) => piece);
};

if (import.meta.main) {
  const sentences = readSentences();
  const transformers = await importTransformers(MODELS_DIR);
  transformers.env.allowRemoteModels = false;
  transformers.env.localModelPath = MODELS_DIR;
  const teacher = await transformers.AutoModel.from_pretrained(MODEL, { dtype: 'q8' });
  const askOf = (name: string, texts: readonly Uint16Array[]) =>
    teach(transformers, teacher, texts, (done) => console.log(`${done} of ${texts.length} ${name} read by ${MODEL}`));

  const vocabulary = vocabularyOf(join(MODELS_DIR, MODEL, 'tokenizer.json'));
  const means = await askOf(
    'word pieces',
    vocabulary.map((_, piece) => Uint16Array.of(piece)),
  );
  centre(means, TEACHER_WIDTH);
  const components = eigenvectors(covariance(means, TEACHER_WIDTH), TEACHER_WIDTH).slice(0, KEPT);
  const distilled = project(means, components).map((x, i) => x * weight(Math.floor(i / KEPT), vocabulary.length));

  const words = new WordPieces(vocabulary.join('\n'));
  const texts = sentences.map((text) => words.read(text).slice()).filter((pieces) => pieces.length > 0);
  const outputs = await askOf('sentences', texts);
  centre(outputs, TEACHER_WIDTH);
  const targets = unitRows(project(outputs, components), KEPT);
  const partOf = (isHeldOut: boolean) => {
    const isIn = (i: number) => (i % HELD_OUT === 0) === isHeldOut;
    return { texts: texts.filter((_, i) => isIn(i)), targets: targets.filter((_, i) => isIn(Math.floor(i / KEPT))) };
  };
  const rows = train(partOf(false), distilled);
  const heldOut = partOf(true);
  const [before, after] = [distilled, rows].map((some) => agreement(some, heldOut.texts, heldOut.targets).toFixed(3));
  console.log(`Cosine with ${MODEL} on sentences that were held out: ${after}, before training ${before}`);

  const file = modelFile(rows, vocabulary, { name: NAME, source: MODEL });
  writeFileSync(MODEL_FILE, file);
  const { texts: goldenTexts } = JSON.parse(readFileSync(GOLDEN_FILE, 'utf8')) as { texts: string[] };
  writeFileSync(GOLDEN_FILE, `${JSON.stringify(await golden(transformers, rows, goldenTexts))}\n`);
  console.log(`${createHash('sha256').update(file).digest('hex')}  ${file.byteLength} bytes  ${NAME}.safetensors`);
}
