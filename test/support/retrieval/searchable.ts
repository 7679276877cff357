import type { Meaning } from '../../../src/retrieval/index/meaning.ts';
import { UserIndexes } from '../../../src/retrieval/index/user-indexes.ts';
import { WEIGHTS } from '../../../src/retrieval/ranking/weights.ts';
import { createSearch, type SearchAnswer } from '../../../src/retrieval/search.ts';
import { FakeCorpus } from '../fake-corpus.ts';
import { searchRequest } from '../search-request.ts';

/** The one user of the tests of search. */
const OWNER = { tenantKey: 1, userKey: 7 };

/** A corpus, the search over it with the weights that ship with the project, and what gives its memory back. */
export const searchable = (meaning: Meaning | null, clockMs?: () => number) => {
  const corpus = new FakeCorpus();
  const indexes = new UserIndexes(corpus, meaning, 100_000_000);
  const search = createSearch(corpus, indexes, WEIGHTS, WEIGHTS, clockMs);
  const ask = (question: string, more?: Parameters<typeof searchRequest>[2]): Promise<SearchAnswer> =>
    search(searchRequest(OWNER, question, more));
  return { corpus, ask, close: () => indexes.forget(OWNER.userKey) };
};

export const keysOf = ({ found }: Pick<SearchAnswer, 'found'>): number[] => found.map(({ key }) => key);
