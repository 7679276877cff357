import { LRUCache } from 'lru-cache';
import type { CorpusFacet } from '../contract/corpus.ts';
import { type ErrorCode, MemfuseError } from '../contract/errors.ts';
import { BITS, type OutlineFacet } from '../contract/outlines.ts';
import type { Log } from '../platform/log.ts';
import { openWorkerChannel, WorkerCallError, type WorkerChannel } from '../platform/worker-channel.ts';
import type { AskedModel } from '../retrieval/index/model-vectors.ts';
import { TOO_LARGE } from '../retrieval/index/user-indexes.ts';
import { MAX_POOL_BYTES } from '../retrieval/index/vectors/vector-pool.ts';
import type { MadeOutline } from '../retrieval/outline/outlines.ts';
import type { Owner } from '../retrieval/owner.ts';
import type { SearchAnswer, SearchRequest } from '../retrieval/search.ts';
import type { SearchHandlers, SearchNote, SearchWorkerData } from '../workers/search.ts';

/** Finding memories, off the request thread. */
export interface SearchService {
  /** Starts the search Worker, which the first search would do otherwise. */
  warmUp(): void;
  /** Errors: `storage_unavailable` when the search Worker died; the next call starts another. */
  search(request: SearchRequest): Promise<SearchAnswer>;
  /** Brings a user's memory into the index ahead of their questions, with vectors by a model. Errors: as `search`. */
  prepare(owner: Owner, model?: AskedModel | null): Promise<void>;
  /** Lets go of what is held in memory of a user who is gone. */
  forget(userKey: number): Promise<void>;
  close(): Promise<void>;
}

const asMemfuseError = (error: unknown): MemfuseError => {
  if (error instanceof MemfuseError) return error;
  if (error instanceof WorkerCallError) {
    const code = (typeof error.code === 'string' ? error.code : 'internal') as ErrorCode;
    return new MemfuseError(code, error.message, {}, error);
  }
  return new MemfuseError('storage_unavailable', 'The search was interrupted. Send the request again.', {}, error);
};

/** Documents from which a memory is searched beside the others: a question to so many takes some three milliseconds. */
const LARGE_DOCUMENTS = 50_000;
/** Large memories that are remembered as such; one that is not is found out once more. */
const MAX_LARGE = 10_000;

/** A search Worker that is started when it is first needed. */
const createLane = (
  name: string,
  data: SearchWorkerData,
  { log, onNote }: { readonly log: Log; readonly onNote: (note: SearchNote) => void },
) => {
  let channel: Promise<WorkerChannel<SearchHandlers>> | null = null;
  return {
    /** Errors: as the Worker's start. */
    open: (): Promise<WorkerChannel<SearchHandlers>> => {
      channel ??= openWorkerChannel<SearchHandlers>({
        name,
        entry: new URL('../workers/search.ts', import.meta.url),
        data,
        onDeath: (error) => log.error({ err: error }, `the ${name} Worker died`),
        onNote: (note) => onNote(note as SearchNote),
      }).catch((error) => {
        channel = null;
        throw error;
      });
      return channel;
    },
    /** Null before it has run. */
    get running(): Promise<WorkerChannel<SearchHandlers>> | null {
      return channel;
    },
  };
};

type Lane = ReturnType<typeof createLane>;

/** Messages whose bits are kept at a time: 128 held up the writes of others for eleven milliseconds. */
const BITS_AT_A_TIME = 32;

/** Where what search Workers make is kept. */
export interface SearchKeeping {
  readonly corpus: Pick<CorpusFacet, 'saveSegment'>;
  readonly outlines: Pick<OutlineFacet, 'saveBits' | 'saveOutline'>;
}

/** Keeps an outline, if its segment still is: the bits first, a few at a time, so that what has an outline has all of it. */
export const keepOutline = async (
  { outlines }: Pick<SearchKeeping, 'outlines'>,
  { keys, bits, ...outline }: MadeOutline,
): Promise<void> => {
  const width = BITS / 8;
  const { tenantKey, userKey, maker, generation, firstKey, lastKey } = outline;
  for (let from = 0; from < keys.length && bits.length > 0; from += BITS_AT_A_TIME) {
    const to = from + BITS_AT_A_TIME;
    const slice = { keys: keys.slice(from, to), bits: bits.slice(from * width, to * width) };
    if (!(await outlines.saveBits({ tenantKey, userKey, maker, generation, firstKey, lastKey, ...slice }))) return;
  }
  await outlines.saveOutline(outline);
};

/**
 * Search in a Worker, and in a second one for the largest memories, so that a question to a million messages holds up
 * nobody else's. Each has half of the room for indexes.
 */
export const openSearchService = (
  { indexMaxBytes, ...given }: Omit<SearchWorkerData, 'mostDocuments' | 'memoryMaxBytes'>,
  keeping: SearchKeeping,
  log: Log,
  largeDocuments = LARGE_DOCUMENTS,
): SearchService => {
  const warn = (what: string) => (error: unknown) => log.warn({ err: error }, what);
  const onNote = (said: SearchNote): void => {
    if ('made' in said) keeping.corpus.saveSegment(said.made).catch(warn('an index segment was not kept'));
    else if ('outlined' in said) keepOutline(keeping, said.outlined).catch(warn('an outline was not kept'));
    else if ('failed' in said) log.warn({ reason: said.failed }, 'a memory was not loaded, or not made ready to be');
    else log.warn({ ...said.unreadable }, 'what is kept of an index cannot be read: messages are read instead');
  };
  // More than the vectors of a Worker can take would never make it let go of any.
  const data = {
    ...given,
    indexMaxBytes: Math.min(MAX_POOL_BYTES, Math.ceil(indexMaxBytes / 2)),
    memoryMaxBytes: Math.min(MAX_POOL_BYTES, indexMaxBytes),
  };
  const usual = createLane('search', { ...data, mostDocuments: largeDocuments }, { log, onNote });
  const large = createLane('large search', { ...data, mostDocuments: null }, { log, onNote });
  const inLarge = new LRUCache<number, true>({ max: MAX_LARGE });

  /** Has a user's memory asked where it is, or belongs by its size. */
  const asking = async <T>(
    { userKey }: Owner,
    ask: (worker: WorkerChannel<SearchHandlers>) => Promise<T>,
  ): Promise<T> => {
    const on = async (lane: Lane): Promise<T> => ask(await lane.open());
    try {
      if (inLarge.get(userKey)) return await on(large);
      return await on(usual).catch((error) => {
        if (!(error instanceof WorkerCallError && error.code === TOO_LARGE)) throw error;
        inLarge.set(userKey, true);
        log.debug({ userKey, documents: largeDocuments }, 'a memory of more documents is searched beside the others');
        return on(large);
      });
    } catch (error) {
      throw asMemfuseError(error);
    }
  };

  return {
    warmUp: () => {
      usual.open().catch((error) => log.error({ err: error }, 'the search Worker does not start'));
    },
    search: (request) => asking(request, ({ call }) => call('search', request)),
    prepare: (owner, model = null) => asking(owner, ({ call }) => call('prepare', { ...owner, model })),
    forget: async (userKey) => {
      inLarge.delete(userKey);
      // Nothing is held of anybody before a Worker has run.
      await Promise.all([usual, large].map(async ({ running }) => (await running)?.call('forget', userKey))).catch(
        (error) => {
          throw asMemfuseError(error);
        },
      );
    },
    close: async () => {
      await Promise.all([usual, large].map(async ({ running }) => (await running?.catch(() => null))?.close()));
    },
  };
};
