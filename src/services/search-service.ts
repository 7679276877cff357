import { LRUCache } from 'lru-cache';
import type { CorpusFacet } from '../contract/corpus.ts';
import type { Log } from '../platform/log.ts';
import { WorkerCallError, WorkerDiedError } from '../platform/worker-channel.ts';
import { TOO_LARGE } from '../retrieval/index/memory-too-large.ts';
import type { AskedModel } from '../retrieval/index/model-vectors.ts';
import { MAX_POOL_BYTES } from '../retrieval/index/vectors/vector-pool.ts';
import type { Owner } from '../retrieval/owner.ts';
import type { SearchAnswer, SearchRequest } from '../retrieval/search.ts';
import type { SearchNote, SearchWorkerData } from '../workers/search.ts';
import {
  asMemfuseError,
  createSearchWorker,
  SEARCH_LIMITS,
  type SearchWorker,
  type SearchWorkerContext,
} from './search-worker.ts';

/** Search in Workers. */
export interface SearchService {
  /** Starts the search Worker, which the first search would do otherwise. */
  warmUp(): void;
  /**
   * Errors: `storage_unavailable` when the search Worker died, `overloaded` when it hung or the question took too long; the
   * next call starts another.
   */
  search(request: SearchRequest): Promise<SearchAnswer>;
  /** Brings a user's memory into the index ahead of their questions, with vectors by a model. Errors: as `search`. */
  prepare(owner: Owner, model?: AskedModel | null): Promise<void>;
  /** Drops the index of a user who was deleted. */
  forget(userKey: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Documents above which a memory is searched in the second Worker: a question to so many takes some fifteen milliseconds. A
 * memory that grows beyond is read a second time there. At 50,000 that doubled the wait of the first question after an import.
 */
const LARGE_DOCUMENTS = 200_000;
/** Most users who are remembered as large. For one who is not, the first Worker finds it out again. */
const MAX_LARGE = 10_000;

/** Options of `openSearchService`, each with a default. */
export interface SearchServiceOptions extends Partial<Pick<SearchWorkerContext, 'limits' | 'scheduler' | 'entry'>> {
  /** Documents of the largest memory that the first Worker searches. */
  readonly largeDocuments?: number;
}

/**
 * Search in a Worker, and in a second one for the largest memories, so that a question to a million messages holds up
 * nobody else's. Each has half of the room for indexes. One that hangs is replaced, and its questions are `overloaded`.
 */
export const openSearchService = (
  { indexMaxBytes, ...given }: Omit<SearchWorkerData, 'mostDocuments'>,
  corpus: Pick<CorpusFacet, 'saveSegment'>,
  log: Log,
  { largeDocuments = LARGE_DOCUMENTS, limits = SEARCH_LIMITS, scheduler, entry }: SearchServiceOptions = {},
): SearchService => {
  const warn = (what: string) => (error: unknown) => log.warn({ err: error }, what);
  const onNote = (said: SearchNote): void => {
    if ('made' in said) corpus.saveSegment(said.made).catch(warn('an index segment was not kept'));
    else if ('failed' in said) log.warn({ reason: said.failed }, 'an index segment was not made');
    else log.warn({ ...said.unreadable }, 'what is kept of an index cannot be read: messages are read instead');
  };
  // With a limit above what the vectors of a Worker can take, it would never evict an index.
  const data = { ...given, indexMaxBytes: Math.min(MAX_POOL_BYTES, Math.ceil(indexMaxBytes / 2)) };
  const context = { log, onNote, limits, ...(scheduler && { scheduler }), ...(entry && { entry }) };
  const usual = createSearchWorker('search', { ...data, mostDocuments: largeDocuments }, context);
  const large = createSearchWorker('large search', { ...data, mostDocuments: null }, context);
  const inLarge = new LRUCache<number, true>({ max: MAX_LARGE });

  /** Asks the Worker that holds the user's memory, or the one that its size belongs to. */
  const asking = async <T>({ userKey }: Owner, ask: (worker: SearchWorker) => Promise<T>): Promise<T> => {
    try {
      if (inLarge.get(userKey)) return await ask(large);
      return await ask(usual).catch((error) => {
        if (!(error instanceof WorkerCallError && error.code === TOO_LARGE)) throw error;
        inLarge.set(userKey, true);
        log.debug({ userKey, documents: largeDocuments }, 'a memory of more documents is searched beside the others');
        return ask(large);
      });
    } catch (error) {
      throw asMemfuseError(error);
    }
  };

  return {
    warmUp: () => {
      usual.open().catch((error) => {
        // Of one that died the log has heard, and one that is closed while it starts is no fault.
        if (!(error instanceof WorkerDiedError)) log.error({ err: error }, 'the search Worker does not start');
      });
    },
    search: (request) => asking(request, ({ ask }) => ask('search', request)),
    prepare: (owner, model = null) => asking(owner, ({ call }) => call('prepare', { ...owner, model })),
    forget: async (userKey) => {
      inLarge.delete(userKey);
      // Nothing is held of anybody before a Worker has run.
      await Promise.all([usual, large].map(({ running }) => running?.call('forget', userKey))).catch((error) => {
        throw asMemfuseError(error);
      });
    },
    close: async () => {
      await Promise.all([usual, large].map(({ running }) => running?.close()));
    },
  };
};
