import type { Meaning } from '../../../src/retrieval/index/meaning.ts';
import { UserIndexes } from '../../../src/retrieval/index/user-indexes.ts';
import { WEIGHTS } from '../../../src/retrieval/ranking/weights.ts';
import { createSearch, type SearchAnswer } from '../../../src/retrieval/search.ts';
import { searchRequest } from '../search-request.ts';
import type { Memories } from './memories.ts';
import type { StoredMemory, Told } from './stored-memory.ts';

/**
 * The search over a memory with the weights that ship with the project, and what gives its index back. Answers call
 * documents by the numbers under which they were put.
 */
export const searchOf = (memories: Memories, meaning: Meaning | null, memory: StoredMemory, clockMs?: () => number) => {
  const corpus = memories.watch();
  const indexes = new UserIndexes(corpus, meaning, 100_000_000);
  const search = createSearch(corpus, indexes, WEIGHTS, WEIGHTS, clockMs);
  const ask = async (question: string, more?: Parameters<typeof searchRequest>[2]): Promise<SearchAnswer> => {
    // What a question is answered with while its memory is still being read is growth.test.ts's.
    await indexes.open(memory.owner);
    const answer = await search(searchRequest(memory.owner, question, more));
    return { ...answer, found: answer.found.map((entry) => ({ ...entry, key: memory.numberOf(entry) })) };
  };
  return { memory, corpus, ask, close: () => indexes.forget(memory.owner.userKey) };
};

/** A memory with some documents, and the search over it. */
export const searchable = async (memories: Memories, meaning: Meaning | null, documents: readonly Told[]) => {
  const memory = await memories.create();
  await memory.put(...documents);
  return searchOf(memories, meaning, memory);
};

export const keysOf = ({ found }: Pick<SearchAnswer, 'found'>): number[] => found.map(({ key }) => key);
