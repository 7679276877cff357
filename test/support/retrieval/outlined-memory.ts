import type { Store } from '../../../src/contract/store.ts';
import type { Meaning } from '../../../src/retrieval/index/meaning.ts';
import { UserIndexes } from '../../../src/retrieval/index/user-indexes.ts';
import { Memories } from '../../../src/retrieval/outline/memories.ts';
import { LATER, Outlines } from '../../../src/retrieval/outline/outlines.ts';
import type { Owner } from '../../../src/retrieval/owner.ts';
import { WEIGHTS } from '../../../src/retrieval/ranking/weights.ts';
import { createSearch, type SearchRequest } from '../../../src/retrieval/search.ts';
import { keepOutline } from '../../../src/services/search-service.ts';

const ROOMY = 1_000_000_000;

export interface OutlinedOptions {
  readonly segmentMessages?: number;
  /** What a memory may take before it is too large; none may by itself when it is not given. */
  readonly memoryMaxBytes?: number;
}

/** The memories of a store with outlines of all of them, however small, and what is made to be kept. */
export const openOutlined = (
  { corpus, outlines: reader }: Store,
  meaning: Meaning,
  { segmentMessages, memoryMaxBytes = 0 }: OutlinedOptions = {},
) => {
  const unreadable: number[] = [];
  const options = {
    ...(segmentMessages === undefined ? {} : { segmentMessages }),
    onUnreadable: ({ firstKey }: { readonly firstKey: number }) => unreadable.push(firstKey),
  };
  const indexes = new UserIndexes(corpus, meaning, ROOMY, options);
  const outlines = new Outlines({ corpus, outlines: reader }, meaning, ROOMY, options);
  const memories = new Memories(indexes, { outlines, maxBytes: memoryMaxBytes, worthFromBytes: 0 });
  const search = createSearch(corpus, memories, WEIGHTS);
  const whole = createSearch(corpus, new Memories(indexes), WEIGHTS);

  const keepSegments = async (owner: Owner, holder: UserIndexes | Outlines): Promise<number> => {
    let count = 0;
    for (let made = holder.nextSegment(owner); made; made = holder.nextSegment(owner)) {
      holder.gaveSegment(made);
      if (await corpus.saveSegment(made)) count += 1;
    }
    return count;
  };
  const keepOutlines = async (owner: Owner): Promise<number> => {
    let count = 0;
    for (;;) {
      const made = await outlines.nextOutline(owner);
      if (made === null || made === LATER) return count;
      await keepOutline({ outlines: reader }, made);
      count += 1;
    }
  };
  return {
    indexes,
    outlines,
    memories,
    unreadable,
    search,
    /** By the whole index. */
    searchWhole: (request: SearchRequest) => whole(request),
    /** Makes and keeps what is missing of segments and outlines, as a whole index and the outline's own tail make them. */
    keepAll: async (owner: Owner): Promise<void> => {
      await indexes.open(owner);
      await keepSegments(owner, indexes);
      indexes.forget(owner.userKey);
      await keepOutlines(owner);
    },
    /** The same without a whole index. Segments and outlines that were kept. */
    keepTail: async (owner: Owner) => ({
      segments: await keepSegments(owner, outlines),
      outlines: await keepOutlines(owner),
    }),
    close: (owner: Owner): void => memories.forget(owner.userKey),
  };
};

export type Outlined = ReturnType<typeof openOutlined>;
