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

/** Pieces near to one, nearest first: views on the model's table. */
export interface PieceNeighbours {
  readonly pieces: Uint16Array;
  /** In steps: `LEAST_COSINE + steps / 255 * (1 - LEAST_COSINE)`. */
  readonly steps: Uint8Array;
}

/** Cuts texts into pieces. */
export interface Tokeniser {
  /** Pieces of the vocabulary. */
  readonly size: number;
  /** The ids of the text's pieces in order, with repeats: a view that holds until the next call. No text throws. */
  read(text: string): Uint16Array;
}

/** One of the models that ship with the project. */
export interface ShippedModel {
  /** What the code does with the file's weights; a change of it that moves a vector is a change of this line. */
  readonly recipe: string;
  /** Its file, beside the source or within the single binary: see `pathOf`. */
  readonly path: Promise<string>;
  readonly tokeniser: (file: TensorFile) => Tokeniser;
  /** What a person has to do when its file cannot be read. */
  readonly missing: string;
}

/** What a file says of the model in it. */
const describe = ({ metadata }: Pick<TensorFile, 'metadata'>, { recipe }: ShippedModel): EmbeddingModel => ({
  name: metadata['name'] ?? 'static',
  dimensions: STATIC_DIMENSIONS,
  fingerprint: createHash('sha256').update(`${recipe}\n${metadata['sha256']}`).digest('hex'),
});

/** The lines of the tensor `vocabulary`: a piece each, in the order of their ids. */
export const vocabularyOf = (file: TensorFile): string =>
  new TextDecoder().decode(file.tensor('vocabulary', 'U8', file.shape('vocabulary')));

/**
 * A vector for each piece of a vocabulary, and the sum of them for a text: what the encoder knows that it was made from,
 * without running it. The recipes are in README.md. It belongs to one thread, since reading a text uses buffers of the
 * model.
 */
export class StaticModel implements EmbeddingModel {
  readonly name: string;
  readonly dimensions = STATIC_DIMENSIONS;
  readonly fingerprint: string;
  /** Pieces of the vocabulary; every id is below. */
  readonly pieceCount: number;
  readonly #file: TensorFile;
  readonly #tokeniser: Tokeniser;
  readonly #rows: Int8Array;
  readonly #scales: Float32Array;
  readonly #neighbourStarts: Uint32Array;
  readonly #neighbourPieces: Uint16Array;
  readonly #neighbourSteps: Uint8Array;
  readonly #sum = new Float64Array(STATIC_DIMENSIONS);

  constructor(file: TensorFile, shipped: ShippedModel) {
    this.#file = file;
    this.#tokeniser = shipped.tokeniser(file);
    this.pieceCount = this.#tokeniser.size;
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
    ({ name: this.name, fingerprint: this.fingerprint } = describe(file, shipped));
  }

  /** The pieces as they are written, by id; read from the file each time. */
  vocabulary(): string[] {
    return vocabularyOf(this.#file).split('\n');
  }

  /** The ids of the text's pieces in order, with repeats. Any text is fine; one without a known character has none. */
  tokenise(text: string): Uint16Array {
    return this.#tokeniser.read(text).slice();
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
    return this.sumOf(this.#tokeniser.read(text), into);
  }

  /** The pieces that the table has as near to this one, itself left out, the nearest first. */
  neighbours(piece: number): PieceNeighbours {
    const start = this.#neighbourStarts[piece] ?? 0;
    const end = this.#neighbourStarts[piece + 1] ?? start;
    return { pieces: this.#neighbourPieces.subarray(start, end), steps: this.#neighbourSteps.subarray(start, end) };
  }
}

/** The cosine that a step of the table of neighbours stands for. */
export const cosineOfStep = (step: number): number => LEAST_COSINE + (step / 255) * (1 - LEAST_COSINE);

/**
 * The path of a model file that is imported as one. It is found with the module that names it, which the server loads before
 * connections come in: in a crowd there may be no descriptor for it.
 */
export const pathOf = (file: Promise<{ readonly default: string }>): Promise<string> => {
  const path = file.then((module) => module.default);
  // Whoever opens the model hears of it.
  path.catch(() => {});
  return path;
};

const failure = (error: unknown, { missing }: ShippedModel): unknown =>
  isExhaustion(error) ? error : unusable(missing, error);

/** @param path what `ShippedModel.path` comes to, or another file. Errors: as `openShipped`. */
export const openShippedAt = (shipped: ShippedModel, path: string): StaticModel => {
  try {
    const bytes = readFileSync(path);
    // Node's small buffers are cut from a pool; a tensor's place in the file must be its place in memory.
    return new StaticModel(parseTensorFile(bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes)), shipped);
  } catch (error) {
    throw failure(error, shipped);
  }
};

/**
 * Errors: `internal` with a sentence when the file is missing, cut short or damaged; `EMFILE` while there are no
 * descriptors.
 */
export const openShipped = async (shipped: ShippedModel, file?: string): Promise<StaticModel> => {
  const path =
    file ??
    (await shipped.path.catch((error): string => {
      throw failure(error, shipped);
    }));
  return openShippedAt(shipped, path);
};

const ENGLISH: ShippedModel = {
  recipe: 'BERT uncased word pieces, unknown characters passed over; sum of the rows',
  path: pathOf(import('../../models/static-minilm-256.safetensors', { with: { type: 'file' } })),
  tokeniser: (file) => new WordPieces(vocabularyOf(file)),
  missing:
    'The static embedding model models/static-minilm-256.safetensors is missing, cut short or damaged. Restore it from the repository or make it with `bun run distill`; until then search goes by words alone.',
};

/**
 * What tells a model from others, from the first bytes of its file: loading all of it takes 80 ms.
 * Errors: `internal` with a sentence when the file is missing or damaged; `EMFILE` while there are no descriptors.
 */
export const describeShipped = async (shipped: ShippedModel): Promise<EmbeddingModel> => {
  try {
    const file = Bun.file(await shipped.path);
    const headerBytes = new DataView(await file.slice(0, 8).arrayBuffer()).getBigUint64(0, true);
    return describe(parseTensorFile(await file.slice(0, 8 + Number(headerBytes)).bytes()), shipped);
  } catch (error) {
    throw failure(error, shipped);
  }
};

/** The same of the model for English. */
export const describeStaticModel = (): Promise<EmbeddingModel> => describeShipped(ENGLISH);

/**
 * Loads the model for English, the default.
 *
 * @param file another file, for tests and tools.
 * Errors: `internal` with a sentence when the file is missing, cut short or damaged; `EMFILE` while there are no
 * descriptors.
 */
export const openStaticModel = (file?: string): Promise<StaticModel> => openShipped(ENGLISH, file);

/** The same, null when it is missing, cut short or damaged, of which the server tells at its start. Errors: `EMFILE`. */
export const openStaticModelIfAny = (): Promise<StaticModel | null> =>
  openStaticModel().catch((error) => {
    if (isExhaustion(error)) throw error;
    return null;
  });
