import { MemfuseError } from '../contract/errors.ts';
import type { Log } from '../platform/log.ts';
import { openWorkerChannel, WorkerCallError, type WorkerChannel, WorkerDiedError } from '../platform/worker-channel.ts';
import type { Embedder } from './embedder.ts';
import { unavailable, unusable } from './failures.ts';
import type { TransformersHandlers, TransformersOptions } from './transformers-model.ts';

export interface TransformersEmbedderOptions extends TransformersOptions {
  /** Texts that one message to the Worker carries. */
  readonly batchSize: number;
  /** For one batch; a Worker that takes longer is replaced. */
  readonly timeoutMs: number;
}

type Channel = WorkerChannel<TransformersHandlers>;

const asMemfuseError = (error: unknown): MemfuseError => {
  if (error instanceof MemfuseError) return error;
  if (error instanceof WorkerCallError && error.code === 'internal') return unusable(error.message, error);
  if (error instanceof WorkerCallError) return unavailable('The embedding model failed on a text.', error);
  return unavailable('The embedding Worker stopped before it answered; the next call starts another.', error);
};

/** Errors: `overloaded` when the call takes longer. */
const within = async <T>(call: Promise<T>, timeoutMs: number): Promise<T> => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    const error = unavailable(`The embedding Worker did not answer within ${timeoutMs} ms and is replaced.`);
    timer = setTimeout(() => reject(error), timeoutMs);
  });
  try {
    return await Promise.race([call, timeout]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * A model of transformers.js in a Worker of its own. A Worker that dies costs its batch one more try on a new one.
 * Errors: `internal` with a sentence when the package or the model's files are missing or damaged.
 */
export const openTransformersEmbedder = async (options: TransformersEmbedderOptions, log: Log): Promise<Embedder> => {
  const { model: name, batchSize, timeoutMs } = options;
  let closed = false;
  let channel: Promise<Channel> | null = null;

  const open = (): Promise<Channel> => {
    channel ??= openWorkerChannel<TransformersHandlers>({
      name: 'embedding',
      entry: new URL('../workers/embed.ts', import.meta.url),
      data: options,
      onDeath: (error) => log.error({ err: error, model: name }, 'the embedding Worker died'),
    }).catch((error) => {
      channel = null;
      throw error;
    });
    return channel;
  };

  const discard = async (stuck: Channel): Promise<void> => {
    if (channel && (await channel) === stuck) channel = null;
    await stuck.close();
  };

  const ask = async (texts: readonly string[], triesLeft: number): Promise<Float32Array> => {
    if (closed) throw unavailable('The embedder is closed.');
    const current = await open();
    try {
      return await within(current.call('embed', texts), timeoutMs);
    } catch (error) {
      if (error instanceof WorkerDiedError && triesLeft > 0 && !closed) return ask(texts, triesLeft - 1);
      if (error instanceof MemfuseError) await discard(current);
      throw error;
    }
  };

  try {
    const { dimensions, fingerprint } = await (await open()).call('describe', undefined);
    return {
      model: { name, dimensions, fingerprint },
      embed: async (texts) => {
        const vectors: Float32Array[] = [];
        for (let start = 0; start < texts.length; start += batchSize) {
          const batch = texts.slice(start, start + batchSize);
          const flat = await ask(batch, 1).catch((error) => {
            throw asMemfuseError(error);
          });
          for (let i = 0; i < batch.length; i += 1) vectors.push(flat.slice(i * dimensions, (i + 1) * dimensions));
        }
        return vectors;
      },
      close: async () => {
        closed = true;
        await (await channel?.catch(() => null))?.close();
      },
    };
  } catch (error) {
    throw asMemfuseError(error);
  }
};
