import { fromOtherThread, isOutage, MemfuseError } from '../contract/errors.ts';
import type { Log } from '../platform/log.ts';
import { WorkerCallError } from '../platform/worker-channel.ts';
import type { Embedder } from './embedder.ts';
import { refused, unavailable } from './failures.ts';
import { createModelWorker } from './model-worker.ts';
import type { TransformersOptions } from './transformers-model.ts';

export interface TransformersEmbedderOptions extends TransformersOptions {
  /** Texts that one message to the Worker carries. */
  readonly batchSize: number;
  /** For one batch; a Worker that takes longer is replaced. */
  readonly timeoutMs: number;
}

const asMemfuseError = (error: unknown): MemfuseError => {
  if (error instanceof MemfuseError) return error;
  if (error instanceof WorkerCallError) {
    const known = fromOtherThread(error);
    // Words of the runtime, which may hold a path.
    return isOutage(known) ? known : refused('The embedding model failed on a text.', error);
  }
  return unavailable('The embedding Worker stopped before it answered; the next call starts another.', error);
};

/** Runs calls one after the other. */
const createSerialRunner = () => {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
};

/**
 * A model of transformers.js as an embedder.
 * Errors: `internal` with a sentence when the package or the model's files are missing or damaged.
 */
export const openTransformersEmbedder = async (options: TransformersEmbedderOptions, log: Log): Promise<Embedder> => {
  const { batchSize, timeoutMs, ...model } = options;
  const worker = createModelWorker(model, timeoutMs, log);
  // One batch at a time, so that a batch's time is its own; single texts, which are questions, pass by: see text-turns.ts.
  const oneByOne = createSerialRunner();
  const embedBatch = (texts: readonly string[]): Promise<Float32Array> =>
    (texts.length === 1 ? worker.embed(texts) : oneByOne(() => worker.embed(texts))).catch((error) => {
      throw asMemfuseError(error);
    });

  const { dimensions, fingerprint } = await worker.describe().catch((error) => {
    throw asMemfuseError(error);
  });
  return {
    model: { name: options.model, dimensions, fingerprint },
    embed: async (texts) => {
      const vectors: Float32Array[] = [];
      for (let start = 0; start < texts.length; start += batchSize) {
        const flat = await embedBatch(texts.slice(start, start + batchSize));
        for (let at = 0; at < flat.length; at += dimensions) vectors.push(flat.slice(at, at + dimensions));
      }
      return vectors;
    },
    close: worker.close,
  };
};
