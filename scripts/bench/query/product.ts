import { openCorpusReader } from '../../../adapters/open.ts';
import type { Store } from '../../../src/contract/store.ts';
import { openStaticModel } from '../../../src/embedding/static-model.ts';
import { NO_FILTERS } from '../../../src/retrieval/filters.ts';
import { createMeaning } from '../../../src/retrieval/index/meaning.ts';
import { UserIndexes } from '../../../src/retrieval/index/user-indexes.ts';
import type { Owner } from '../../../src/retrieval/owner.ts';
import { WEIGHTS } from '../../../src/retrieval/ranking/weights.ts';
import { createSearch, type SearchAnswer } from '../../../src/retrieval/search.ts';
import { databaseOf } from './memories.ts';

/** Results asked for: as many as of the baselines. */
export const TOP_K = 10;
/** Room for the indexes of a run: a million messages take about half of the default, or a little more. */
export const INDEX_MAX_BYTES = 4 * 2 ** 30;

/** What the search Worker holds, in this process: indexes over a real file, the real model, the shipped weights. */
export interface Product {
  readonly indexes: UserIndexes;
  ask(owner: Owner, question: string): Promise<SearchAnswer>;
}

/** Whether all documents were looked at; new questions can still be so much like one before that its best are enough (L2). */
export const isCold = ({ level }: SearchAnswer): boolean => level === 'full';

/** What a search is asked. */
export const requestOf = (owner: Owner, question: string) => ({
  ...owner,
  question,
  topK: TOP_K,
  mode: 'hybrid' as const,
  filters: NO_FILTERS,
  nowMs: Date.now(),
  explain: false,
});

/** Opens the reading side of search on a folder's database, with nobody's index in memory. */
export const openProduct = async (folder: string): Promise<Product> => {
  const corpus = await openCorpusReader(`sqlite:${databaseOf(folder)}`);
  const indexes = new UserIndexes(corpus, createMeaning(await openStaticModel()), INDEX_MAX_BYTES);
  const search = createSearch(corpus, indexes, WEIGHTS);
  return {
    indexes,
    ask: ({ tenantKey, userKey }, question) => search(requestOf({ tenantKey, userKey }, question)),
  };
};

/** Keeps all segments that an index could keep, as the search Worker does in its pauses. Returns how many. */
export const keepSegments = async ({ indexes }: Product, store: Store, owner: Owner): Promise<number> => {
  for (let kept = 0; ; kept += 1) {
    const segment = indexes.nextSegment(owner);
    if (!segment) return kept;
    await store.corpus.saveSegment(segment);
    indexes.gaveSegment(segment);
  }
};
