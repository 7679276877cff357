import { workerData } from 'node:worker_threads';
import { openCorpus } from '../../adapters/open.ts';
import { serveWorker } from '../platform/worker-channel.ts';
import { createSearch, type Search } from '../retrieval/search.ts';
import { UserIndexes } from '../retrieval/user-indexes.ts';

/** What the search Worker is started with. */
export interface SearchWorkerData {
  readonly databaseUrl: string;
  readonly indexMaxBytes: number;
}

/** The handlers of the search Worker, which owns the indexes and a reading connection of its own. */
export type SearchHandlers = { search: Search; forget: (userKey: number) => void };

await serveWorker((): SearchHandlers => {
  const { databaseUrl, indexMaxBytes } = workerData as SearchWorkerData;
  const corpus = openCorpus(databaseUrl);
  const indexes = new UserIndexes(corpus, indexMaxBytes);
  return { search: createSearch(corpus, indexes), forget: (userKey) => indexes.forget(userKey) };
});
