import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isExhaustion } from '../platform/descriptor-table.ts';
import type { EmbeddingModel } from './embedder.ts';
import { unusable } from './failures.ts';
import { parseTensorFile, type TensorFile } from './tensor-file.ts';
import { WordPieces } from './word-pieces.ts';

/** Components of a vector. */
export const STATIC_DIMENSIONS = 256;
/** Components of a row that share a scale. */
export const SCALED_TOGETHER = 64;
const SCALES = STATIC_DIMENSIONS / SCALED_TOGETHER;
/** The lowest cosine in the table of neighbours, which its 255 steps up to 1 start from. */
export const LEAST_COSINE = 0.5;
/** What the code below does with the file's weights; a change of it that moves a vector is a change of this line. */
const RECIPE = 'BERT uncased word pieces, unknown characters passed over; sum of the rows';

/** Word pieces near to one, nearest first: views on the model's table. */
export interface PieceNeighbours {
  readonly pieces: Uint16Array;
  /** In steps: `LEAST_COSINE + steps / 255 * (1 - LEAST_COSINE)`. */
  readonly steps: Uint8Array;
}

/** What a file says of the model in it. */
const describe = ({ metadata }: Pick<TensorFile, 'metadata'>): EmbeddingModel => ({
  name: metadata['name'] ?? 'static',
  dimensions: STATIC_DIMENSIONS,
  fingerprint: createHash('sha256').update(`${RECIPE}\n${metadata['sha256']}`).digest('hex'),
});

/**
 * A vector for each word piece, and the sum of them for a text: what MiniLM knows, without running it. The recipe is in
 * README.md. It belongs to one thread, since reading a text uses buffers of the model.
 */
export class StaticModel implements EmbeddingModel {
  readonly name: string;
  readonly dimensions = STATIC_DIMENSIONS;
  readonly fingerprint: string;
  /** Word pieces of the vocabulary; every id is below. */
  readonly pieceCount: number;
  readonly #words: WordPieces;
  readonly #rows: Int8Array;
  readonly #scales: Float32Array;
  readonly #neighbourStarts: Uint32Array;
  readonly #neighbourPieces: Uint16Array;
  readonly #neighbourSteps: Uint8Array;
  readonly #sum = new Float64Array(STATIC_DIMENSIONS);

  constructor(file: TensorFile) {
    const vocabulary = new TextDecoder().decode(file.tensor('vocabulary', 'U8', file.shape('vocabulary')));
    this.#words = new WordPieces(vocabulary);
    this.pieceCount = this.#words.size;
    this.#rows = file.tensor('rows', 'I8', [this.pieceCount, STATIC_DIMENSIONS]);
    this.#scales = file.tensor('scales', 'F32', [this.pieceCount, SCALES]);
    const counts = file.tensor('neighbour_counts', 'U8', [this.pieceCount]);
    this.#neighbourStarts = new Uint32Array(this.pieceCount + 1);
    let total = 0;
    for (let piece = 0; piece < this.pieceCount; piece += 1) {
      total += counts[piece] as number;
      this.#neighbourStarts[piece + 1] = total;
    }
    this.#neighbourPieces = file.tensor('neighbour_pieces', 'U16', [total]);
    this.#neighbourSteps = file.tensor('neighbour_steps', 'U8', [total]);
    const digest = createHash('sha256').update(file.data).digest('hex');
    if (digest !== file.metadata['sha256']) throw new Error('The data are not those that the file was made with.');
    ({ name: this.name, fingerprint: this.fingerprint } = describe(file));
  }

  /** The ids of the text's word pieces in order, with repeats. Any text is fine; one without a known character has none. */
  tokenise(text: string): Uint16Array {
    return this.#words.read(text).slice();
  }

  /**
   * The sum of the pieces' rows, not normalised, so that the sums of the turns of a window add up to the window's. All zero
   * for no pieces.
   *
   * @param into where the `dimensions` components go; a new array when left out.
   */
  sumOf(pieces: Uint16Array, into: Float32Array = new Float32Array(STATIC_DIMENSIONS)): Float32Array {
    const rows = this.#rows;
    const sum = this.#sum.fill(0);
    for (let at = 0; at < pieces.length; at += 1) {
      const piece = pieces[at] as number;
      const row = piece * STATIC_DIMENSIONS;
      for (let first = 0; first < STATIC_DIMENSIONS; first += SCALED_TOGETHER) {
        const scale = this.#scales[(row + first) / SCALED_TOGETHER] as number;
        for (let k = first; k < first + SCALED_TOGETHER; k += 1) {
          sum[k] = (sum[k] as number) + (rows[row + k] as number) * scale;
        }
      }
    }
    into.set(sum);
    return into;
  }

  /** The same for a text, without a list of its pieces being made. */
  sumOfText(text: string, into?: Float32Array): Float32Array {
    return this.sumOf(this.#words.read(text), into);
  }

  /** At most 32 word pieces with a cosine of at least `LEAST_COSINE` to this one, itself left out, the nearest first. */
  neighbours(piece: number): PieceNeighbours {
    const start = this.#neighbourStarts[piece] ?? 0;
    const end = this.#neighbourStarts[piece + 1] ?? start;
    return { pieces: this.#neighbourPieces.subarray(start, end), steps: this.#neighbourSteps.subarray(start, end) };
  }
}

/** The cosine that a step of the table of neighbours stands for. */
export const cosineOfStep = (step: number): number => LEAST_COSINE + (step / 255) * (1 - LEAST_COSINE);

const MISSING =
  'The static embedding model models/static-minilm-256.safetensors is missing, cut short or damaged. Restore it from the repository or make it with `bun run distill`; until then search goes by words alone.';

/** Found with this file, which the server loads before connections come in: in a crowd there may be no descriptor for it. */
const shippedPath = import('../../models/static-minilm-256.safetensors', { with: { type: 'file' } }).then(
  (module): string => module.default,
);
// Whoever opens the model hears of it.
shippedPath.catch(() => {});

const failure = (error: unknown): unknown => (isExhaustion(error) ? error : unusable(MISSING, error));

/**
 * What tells the model that ships with the project from others, from the first bytes of its file: loading all of it takes
 * 80 ms. Errors: `internal` with a sentence when the file is missing or damaged; `EMFILE` while there are no descriptors.
 */
export const describeStaticModel = async (): Promise<EmbeddingModel> => {
  try {
    const file = Bun.file(await shippedPath);
    const headerBytes = new DataView(await file.slice(0, 8).arrayBuffer()).getBigUint64(0, true);
    return describe(parseTensorFile(await file.slice(0, 8 + Number(headerBytes)).bytes()));
  } catch (error) {
    throw failure(error);
  }
};

/**
 * Loads the model that ships with the project, from beside the source or from within the single binary.
 *
 * @param file another file, for tests and tools.
 * Errors: `internal` with a sentence when the file is missing, cut short or damaged; `EMFILE` while there are no
 * descriptors.
 */
export const openStaticModel = async (file?: string): Promise<StaticModel> => {
  try {
    const path = file ?? (await shippedPath);
    const bytes = readFileSync(path);
    // Node's small buffers are cut from a pool; a tensor's place in the file must be its place in memory.
    return new StaticModel(parseTensorFile(bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes)));
  } catch (error) {
    throw failure(error);
  }
};

/** The same, null when it is missing, cut short or damaged, of which the server tells at its start. Errors: `EMFILE`. */
export const openStaticModelIfAny = (): Promise<StaticModel | null> =>
  openStaticModel().catch((error) => {
    if (isExhaustion(error)) throw error;
    return null;
  });
