import { workerData } from 'node:worker_threads';
import { openCorpus } from '../../adapters/open.ts';
import { openStaticModel } from '../embedding/static-model.ts';
import { serveWorker } from '../platform/worker-channel.ts';
import { createMeaning } from '../retrieval/meaning.ts';
import type { Weights } from '../retrieval/ranking.ts';
import { createSearch, type Search } from '../retrieval/search.ts';
import { UserIndexes } from '../retrieval/user-indexes.ts';

/** What the search Worker is started with. */
export interface SearchWorkerData {
  readonly databaseUrl: string;
  readonly indexMaxBytes: number;
  readonly weights: Weights;
}

/** The handlers of the search Worker, which owns the indexes and a reading connection of its own. */
export type SearchHandlers = { search: Search; forget: (userKey: number) => void };

await serveWorker(async (): Promise<SearchHandlers> => {
  const { databaseUrl, indexMaxBytes, weights } = workerData as SearchWorkerData;
  const corpus = openCorpus(databaseUrl);
  // Without the model search goes by words alone, and says so in its answers.
  const meaning = await openStaticModel().then(createMeaning, () => null);
  const indexes = new UserIndexes(corpus, meaning, indexMaxBytes);
  return { search: createSearch(corpus, indexes, weights), forget: (userKey) => indexes.forget(userKey) };
});
