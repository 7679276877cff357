import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { unavailable, unusable } from './failures.ts';
import { type FeatureExtraction, importTransformers } from './model-runtime.ts';
import { createTextTurns } from './text-turns.ts';

/** A model for transformers.js; reaches the Worker as its data. */
export interface TransformersOptions {
  /** Its folder in `modelsDir`, and its name on the hub, such as `all-MiniLM-L6-v2`. */
  readonly model: string;
  readonly modelsDir: string;
  /** Fetch from the hub what is not in the folder, and keep it there. */
  readonly allowDownload: boolean;
  /** Another hub than huggingface.co. */
  readonly remoteHost?: string;
}

/** The handlers of the embedding Worker. */
export type TransformersHandlers = {
  describe: () => { readonly dimensions: number; readonly fingerprint: string };
  /** One vector after the other, each of length 1. A single text is a question and passes by the batches. */
  embed: (texts: readonly string[]) => Promise<Float32Array>;
  /** Resolves when no text is being run and none will be: only then may the Worker be terminated. */
  stop: () => Promise<void>;
};

const WEIGHTS = 'onnx/model_quantized.onnx';
const FILES = ['config.json', 'tokenizer.json', 'tokenizer_config.json', WEIGHTS];
/** MiniLM reads 512 word pieces and no text beyond them; the tokeniser is spared the rest of a long one. */
const MAX_CHARACTERS = 8_000;
const RECIPE = 'transformers.js, feature-extraction, mean pooling, first 8000 characters';

const fingerprintOf = async (folder: string): Promise<string> => {
  const hash = createHash('sha256').update(RECIPE);
  for (const name of ['tokenizer.json', WEIGHTS]) {
    for await (const chunk of createReadStream(join(folder, name))) hash.update(chunk as Uint8Array);
  }
  return hash.digest('hex');
};

const assertPresent = ({ model, modelsDir }: TransformersOptions): void => {
  const missing = FILES.find((name) => !existsSync(join(modelsDir, model, name)));
  if (!missing) return;
  throw unusable(
    `The embedding model ${model} is incomplete: ${missing} is not in its folder. Put it there, or let it be downloaded with MEMFUSE_EMBEDDING__ALLOW_DOWNLOAD=true.`,
  );
};

const load = async (options: TransformersOptions): Promise<FeatureExtraction> => {
  const { model, modelsDir, allowDownload, remoteHost } = options;
  const { env, pipeline } = await importTransformers(modelsDir);
  env.allowRemoteModels = allowDownload;
  env.localModelPath = modelsDir;
  env.cacheDir = modelsDir;
  if (remoteHost) env.remoteHost = remoteHost;
  if (!allowDownload) assertPresent(options);
  try {
    // One thread: the API shares the processor.
    const session = { intraOpNumThreads: 1, interOpNumThreads: 1 };
    return await pipeline('feature-extraction', model, { dtype: 'q8', session_options: session });
  } catch (error) {
    const source = allowDownload ? ' or cannot be downloaded' : '';
    throw unusable(
      `The embedding model ${model} cannot be loaded: its files are cut short, damaged${source}. Put them in its folder anew.`,
      error,
    );
  }
};

/**
 * Loads the model in this thread, which should be a Worker's: a text takes it some milliseconds in which nothing else runs.
 * Errors: `internal` with a sentence when the package or a file is missing or damaged.
 */
export const openTransformersModel = async (options: TransformersOptions): Promise<TransformersHandlers> => {
  const extract = await load(options);
  // One text a run: side by side they are padded to the longest, which costs more than it saves. See README.md.
  const vectorOf = async (text: string): Promise<Float32Array> => {
    const input = text.slice(0, MAX_CHARACTERS).toWellFormed();
    const { data } = await extract([input], { pooling: 'mean', normalize: true });
    return data as Float32Array;
  };
  const dimensions = (await vectorOf('')).length;
  const fingerprint = await fingerprintOf(join(options.modelsDir, options.model));
  let stopping = false;
  const running = new Set<Promise<unknown>>();
  // A question that arrived while a text was run is only seen when the event loop comes round.
  const inTurn = createTextTurns(() => new Promise((resolve) => setImmediate(resolve)));

  const run = async (texts: readonly string[]): Promise<Float32Array> => {
    const vectors = new Float32Array(texts.length * dimensions);
    const kind = texts.length === 1 ? 'question' : 'batch';
    for (const [index, text] of texts.entries()) {
      const vector = await inTurn(kind, async () => {
        if (stopping) throw unavailable('The embedding Worker is being stopped.');
        return vectorOf(text);
      });
      vectors.set(vector, index * dimensions);
    }
    return vectors;
  };

  return {
    describe: () => ({ dimensions, fingerprint }),
    embed: async (texts) => {
      const call = run(texts);
      running.add(call);
      try {
        return await call;
      } finally {
        running.delete(call);
      }
    },
    stop: async () => {
      stopping = true;
      await Promise.allSettled(running);
      await extract.dispose();
    },
  };
};
