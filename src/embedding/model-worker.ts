import { MemfuseError } from '../contract/errors.ts';
import type { Log } from '../platform/log.ts';
import { openWorkerChannel, type WorkerChannel, WorkerDiedError } from '../platform/worker-channel.ts';
import { unavailable } from './failures.ts';
import type { TransformersHandlers, TransformersOptions } from './transformers-model.ts';

/** A model of transformers.js in a Worker of its own, which is replaced when it dies or takes too long. */
export interface ModelWorker {
  describe(): Promise<{ readonly dimensions: number; readonly fingerprint: string }>;
  /**
   * One vector after the other. A Worker that dies costs the texts one more try on a new one.
   * Errors: `MemfuseError`, `WorkerCallError`, `WorkerDiedError`.
   */
  embed(texts: readonly string[]): Promise<Float32Array>;
  close(): Promise<void>;
}

type Channel = WorkerChannel<TransformersHandlers>;

/** How long a Worker has to finish the text at hand, some 200 ms at most, before it is given up. */
const STOP_TIMEOUT_MS = 5_000;

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

/** Starts the Worker with the first call. `timeoutMs` bounds one call of `embed`, the start of a Worker left out. */
export const createModelWorker = (options: TransformersOptions, timeoutMs: number, log: Log): ModelWorker => {
  const { model } = options;
  let closed = false;
  let channel: Promise<Channel> | null = null;
  let endings: Promise<unknown> = Promise.resolve();

  const open = (): Promise<Channel> => {
    if (closed) throw unavailable('The embedder is closed.');
    const opening = openWorkerChannel<TransformersHandlers>({
      name: 'embedding',
      entry: new URL('../workers/embed.ts', import.meta.url),
      data: options,
      onDeath: (error) => log.error({ err: error, model }, 'the embedding Worker died'),
    });
    opening.catch(() => {
      channel = null;
    });
    channel = opening;
    return opening;
  };

  // A Worker that is terminated within its native code takes the whole process with it (abort, on Bun 1.4.5). So it is
  // asked to stop first, between two texts, and one that does not answer is left where it hangs.
  const end = async (old: Channel): Promise<void> => {
    try {
      await within(old.call('stop', undefined), STOP_TIMEOUT_MS);
    } catch (error) {
      log.error({ err: error, model }, 'the embedding Worker does not stop');
      if (error instanceof MemfuseError) return;
    }
    await old.close();
  };

  const retire = (opening: Promise<Channel>): void => {
    if (channel !== opening) return; // somebody else did
    channel = null;
    endings = Promise.all([endings, opening.then(end, () => {})]);
  };

  const embed = async (texts: readonly string[], triesLeft: number): Promise<Float32Array> => {
    const opening = channel ?? open();
    const current = await opening;
    try {
      return await within(current.call('embed', texts), timeoutMs);
    } catch (error) {
      if (error instanceof MemfuseError) retire(opening);
      if (error instanceof WorkerDiedError && triesLeft > 0 && !closed) return embed(texts, triesLeft - 1);
      throw error;
    }
  };

  return {
    describe: async () => (await (channel ?? open())).call('describe', undefined),
    embed: (texts) => embed(texts, 1),
    close: async () => {
      closed = true;
      if (channel) retire(channel);
      await endings;
    },
  };
};
