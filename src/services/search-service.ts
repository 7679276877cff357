import type { IndexSegment } from '../contract/corpus.ts';
import { type ErrorCode, MemfuseError } from '../contract/errors.ts';
import type { Log } from '../platform/log.ts';
import { openWorkerChannel, WorkerCallError, type WorkerChannel } from '../platform/worker-channel.ts';
import type { AskedModel } from '../retrieval/model-vectors.ts';
import type { SearchAnswer, SearchRequest } from '../retrieval/search.ts';
import type { Owner } from '../retrieval/user-indexes.ts';
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

export const openSearchService = (
  data: SearchWorkerData,
  saveSegment: (segment: IndexSegment) => Promise<boolean>,
  log: Log,
): SearchService => {
  let channel: Promise<WorkerChannel<SearchHandlers>> | null = null;
  const open = (): Promise<WorkerChannel<SearchHandlers>> => {
    channel ??= openWorkerChannel<SearchHandlers>({
      name: 'search',
      entry: new URL('../workers/search.ts', import.meta.url),
      data,
      onDeath: (error) => log.error({ err: error }, 'the search Worker died'),
      onNote: (what) => {
        const said = what as SearchNote;
        if ('made' in said) {
          saveSegment(said.made).catch((error) => log.warn({ err: error }, 'an index segment was not kept'));
        } else {
          log.warn({ ...said.unreadable }, 'an index segment cannot be read: its messages are read instead');
        }
      },
    }).catch((error) => {
      channel = null;
      throw asMemfuseError(error);
    });
    return channel;
  };

  return {
    warmUp: () => {
      open().catch((error) => log.error({ err: error }, 'the search Worker does not start'));
    },
    search: async (request) => {
      const { call } = await open();
      return call('search', request).catch((error) => {
        throw asMemfuseError(error);
      });
    },
    prepare: async (owner, model = null) => {
      const { call } = await open();
      await call('prepare', { ...owner, model }).catch((error) => {
        throw asMemfuseError(error);
      });
    },
    forget: async (userKey) => {
      // Nothing is held of anybody before the Worker has run.
      await (await channel)?.call('forget', userKey).catch((error) => {
        throw asMemfuseError(error);
      });
    },
    close: async () => {
      await (await channel?.catch(() => null))?.close();
    },
  };
};
