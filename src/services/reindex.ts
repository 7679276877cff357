import { MemfuseError } from '../contract/errors.ts';
import type { UnembeddedChunk, UnembeddedEpisode, UnembeddedMessage, VectorFacet } from '../contract/vectors.ts';
import type { Embedder } from '../embedding/embedder.ts';
import { storedVector } from '../embedding/quantised.ts';
import { spokenText } from '../text/speaker.ts';

export interface ReindexProgress {
  /** Embedded and filed by this run. */
  readonly filed: number;
  /** Texts that the model refuses. */
  readonly refused: number;
  /** Messages, chunks and episodes that lacked a vector when the run started. */
  readonly total: number;
}

export interface ReindexContext {
  readonly vectors: VectorFacet;
  readonly embedder: Embedder;
  /** The static model: messages need no stored vectors of it, chunks do. */
  readonly isStatic: boolean;
  /** Texts that are embedded and filed at a time: what a kill can lose. */
  readonly batchSize: number;
  readonly onProgress: (progress: ReindexProgress) => void;
  readonly wait: (ms: number) => Promise<void>;
}

/** Tries in a row of what may pass by itself, the pauses between them growing from a second to half a minute. */
const MOST_TRIES = 6;
const FIRST_PAUSE_MS = 1_000;
/** Vectors of messages taken away in one write. */
const FORGET_AT_ONCE = 1_000;

const isPassing = (error: unknown): boolean => error instanceof MemfuseError && error.retryable;

/**
 * Embeds all messages, chunks and episodes, of all tenants, that have no vector of the model. Each batch is filed before the next one
 * is begun, so a run that was killed is gone on with by the next. Safe beside a running server: a message that changes
 * meanwhile is left to the server's background.
 *
 * Errors: those of the store; those of the model, when it refuses every text of a batch or does not come back in two
 * minutes.
 */
export const reindex = async (context: ReindexContext): Promise<ReindexProgress> => {
  const { vectors, embedder, isStatic, batchSize, onProgress, wait } = context;
  const { fingerprint } = embedder.model;
  const lacking = await vectors.countWithout(fingerprint);
  let progress: ReindexProgress = {
    filed: 0,
    refused: 0,
    total: lacking.chunks + lacking.episodes + (isStatic ? 0 : lacking.messages),
  };
  onProgress(progress);

  const embedPatiently = async (texts: readonly string[]): Promise<Float32Array[]> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await embedder.embed(texts);
      } catch (error) {
        if (!isPassing(error) || tries === MOST_TRIES) throw error;
        await wait(Math.min(30_000, FIRST_PAUSE_MS * 2 ** tries));
      }
    }
  };

  /** A vector for each text; null for one that the model refuses, as long as it takes any of the batch. */
  const embedBatch = async (texts: readonly string[]): Promise<(Float32Array | null)[]> => {
    try {
      return await embedPatiently(texts);
    } catch (error) {
      if (isPassing(error) || texts.length === 1) throw error;
      const each: (Float32Array | null)[] = [];
      for (const text of texts) {
        const [vector = null] = await embedPatiently([text]).catch((reason) => {
          if (isPassing(reason)) throw reason;
          return [null];
        });
        each.push(vector);
      }
      if (each.every((vector) => vector === null)) throw error;
      return each;
    }
  };

  const run = async <T>(
    read: (after: T | null) => Promise<readonly T[]>,
    textOf: (one: T) => string,
    file: (made: readonly (readonly [T, Float32Array])[]) => Promise<unknown>,
  ): Promise<void> => {
    for (let after: T | null = null; ; ) {
      const page = await read(after);
      const last = page.at(-1);
      if (!last) return;
      const made = await embedBatch(page.map(textOf));
      const filed = page.flatMap((one, i) => (made[i] ? [[one, made[i]] as const] : []));
      await file(filed);
      after = last;
      const refused = page.length - filed.length;
      progress = { ...progress, filed: progress.filed + filed.length, refused: progress.refused + refused };
      onProgress(progress);
    }
  };

  if (isStatic) while ((await vectors.forgetMessages(FORGET_AT_ONCE)) > 0);
  else {
    await run<UnembeddedMessage>(
      (after) => vectors.messagesWithout(fingerprint, { after, limit: batchSize }),
      (message) => spokenText(message.name, message.content),
      (made) =>
        vectors.fileMessages(
          fingerprint,
          made.map(([message, vector]) => ({ message, vector: storedVector(vector) })),
        ),
    );
  }
  await run<UnembeddedEpisode>(
    (after) => vectors.episodesWithout(fingerprint, { after, limit: batchSize }),
    ({ content }) => content,
    (made) =>
      vectors.fileEpisodes(
        fingerprint,
        made.map(([episode, vector]) => ({ episode, vector: storedVector(vector) })),
      ),
  );
  // Last, since a start tells by them that not all is done.
  await run<UnembeddedChunk>(
    (after) => vectors.chunksWithout(fingerprint, { after, limit: batchSize }),
    ({ content }) => content,
    (made) =>
      vectors.fileChunks(
        fingerprint,
        made.map(([chunk, vector]) => ({ chunk, vector })),
      ),
  );
  return progress;
};
