import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unusable } from './failures.ts';

/** The part of transformers.js that is used here; the package itself is not installed by default, nor are its types. */
export interface Transformers {
  readonly env: {
    allowRemoteModels: boolean;
    localModelPath: string;
    /** Where downloads go; null for nowhere. */
    cacheDir: string | null;
    remoteHost: string;
  };
  pipeline(task: 'feature-extraction', model: string, options: LoadOptions): Promise<FeatureExtraction>;
  readonly AutoModel: { from_pretrained(model: string, options: LoadOptions): Promise<RawModel> };
  readonly AutoTokenizer: { from_pretrained(model: string): Promise<Tokenizer> };
  readonly Tensor: new (type: 'int64', data: BigInt64Array, dims: readonly number[]) => ModelTensor;
}

export interface ModelTensor {
  readonly data: ArrayLike<number | bigint>;
  readonly dims: readonly number[];
}

/** Texts to `dims[0]` vectors of `dims[1]` components, one after the other in `data`. */
export interface FeatureExtraction {
  (texts: readonly string[], options: { pooling: 'mean'; normalize: boolean }): Promise<ModelTensor>;
  dispose(): Promise<void>;
}

type RawModel = (inputs: Readonly<Record<string, ModelTensor>>) => Promise<{ readonly last_hidden_state: ModelTensor }>;

interface Tokenizer {
  encode(text: string, options: { add_special_tokens: boolean }): number[];
}

interface LoadOptions {
  /** `q8` reads `onnx/model_quantized.onnx`. */
  readonly dtype: 'q8';
  readonly session_options?: { readonly intraOpNumThreads: number; readonly interOpNumThreads: number };
}

/** The folder `models` of the project, where there is one beside the source. */
export const MODELS_DIR = fileURLToPath(new URL('../../models', import.meta.url));

const NOT_INSTALLED =
  'embedding.provider is transformers, but transformers.js is not installed: its native runtime is 474 MB, so it is asked for by name. Install it with: bun run transformers';

const PACKAGE = '@huggingface/transformers';
const PROJECT_DIR = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The file of transformers.js, from the package in `<modelsDir>/runtime`, or beside the other packages of the project.
 * Errors: `internal` with the way to install it.
 */
export const findTransformers = (modelsDir: string): string => {
  // Asked for what is not there, Bun downloads it when the server's working folder has no packages.
  const isIn = (folder: string): boolean => existsSync(join(folder, 'node_modules', PACKAGE, 'package.json'));
  const folder = [join(modelsDir, 'runtime'), PROJECT_DIR].find(isIn);
  if (folder === undefined) throw unusable(NOT_INSTALLED);
  return Bun.resolveSync(PACKAGE, folder);
};

/** transformers.js. Errors: as `findTransformers`. */
export const importTransformers = async (modelsDir: string): Promise<Transformers> =>
  (await import(findTransformers(modelsDir))) as Transformers;
