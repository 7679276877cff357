import { type ErrorCode, MemfuseError } from '../contract/errors.ts';
import type { Log } from '../platform/log.ts';
import { openWorkerChannel, WorkerCallError, type WorkerChannel } from '../platform/worker-channel.ts';
import type { Found, SearchRequest } from '../retrieval/search.ts';
import type { SearchHandlers, SearchWorkerData } from '../workers/search.ts';

/** Finding memories, off the request thread. */
export interface SearchService {
  /** Errors: `storage_unavailable` when the search Worker died; the next call starts another. */
  search(request: SearchRequest): Promise<readonly Found[]>;
  /** Lets go of what is held in memory of a user who is gone. */
  forget(userKey: number): Promise<void>;
  close(): Promise<void>;
}

const asMemfuseError = (error: unknown): MemfuseError => {
  if (error instanceof WorkerCallError) {
    const code = (typeof error.code === 'string' ? error.code : 'internal') as ErrorCode;
    return new MemfuseError(code, error.message, {}, error);
  }
  return new MemfuseError('storage_unavailable', 'The search was interrupted. Send the request again.', {}, error);
};

/** Starts the search Worker without waiting for it: the first search does. */
export const openSearchService = (data: SearchWorkerData, log: Log): SearchService => {
  const opening: Promise<WorkerChannel<SearchHandlers>> = openWorkerChannel<SearchHandlers>({
    name: 'search',
    entry: new URL('../workers/search.ts', import.meta.url),
    data,
    onDeath: (error) => log.error({ error }, 'the search Worker died'),
  });
  opening.catch((error) => log.error({ error }, 'the search Worker does not start'));

  return {
    search: async (request) => {
      try {
        return await (await opening).call('search', request);
      } catch (error) {
        throw asMemfuseError(error);
      }
    },
    forget: async (userKey) => {
      try {
        await (await opening).call('forget', userKey);
      } catch (error) {
        throw asMemfuseError(error);
      }
    },
    close: async () => {
      const channel = await opening.catch(() => null);
      await channel?.close();
    },
  };
};
