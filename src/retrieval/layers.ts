import type { CorpusReader } from '../contract/corpus.ts';
import { rulesOf } from '../contract/documents.ts';
import { askedOf } from '../text/asked.ts';
import { findConnected } from './connected.ts';
import { factsInOrder } from './facts-in-order.ts';
import type { Meaning } from './index/meaning.ts';
import { indexedKinds, UserIndexes, type UserIndexesOptions } from './index/user-indexes.ts';
import type { Weights } from './ranking/ranking.ts';
import { createSearch, type Found, type SearchAnswer, type SearchRequest } from './search.ts';

/** Share of the room for indexes that those of episodes and facts may take: they hold far fewer words than the messages. */
const SHARE_OF_MADE = 1 / 8;

const NOTHING_CONNECTED =
  'store_type graph: no fact is connected with what the question names or with the user, searched without it';

/** The search over the layers of memories, and the indexes that it goes by. */
export interface Layers {
  readonly search: (request: SearchRequest) => Promise<SearchAnswer>;
  /** Of messages and knowledge. */
  readonly said: UserIndexes;
  /** Lets go of what is held of a user. */
  forget(userKey: number): void;
}

const inOrder = (one: Found, other: Found): number =>
  other.score - one.score || other.createdAt - one.createdAt || (one.id < other.id ? -1 : 1);

/**
 * Opens the search over messages and knowledge, and, in an index of their own that is read with the first question for them, over
 * the episodes and facts that were made from messages. A question that does not ask for those (`withMade`) costs nothing for them.
 * By the mode `graph` messages and facts are found that are connected with the entities that a question names.
 */
export const openLayers = (
  corpus: CorpusReader,
  {
    meaning,
    maxBytes,
    weights,
    modelWeights,
    ...options
  }: {
    readonly meaning: Meaning | null;
    /** Of all indexes. */
    readonly maxBytes: number;
    readonly weights: Weights;
    readonly modelWeights: Weights;
  } & Omit<UserIndexesOptions, 'kinds'>,
): Layers => {
  const madeBytes = Math.ceil(maxBytes * SHARE_OF_MADE);
  const said = new UserIndexes(corpus, meaning, maxBytes - madeBytes, options);
  const made = new UserIndexes(corpus, meaning, madeBytes, { ...options, kinds: indexedKinds('made') });
  const searchSaid = createSearch(corpus, said, weights, modelWeights);
  const searchMade = createSearch(corpus, made, weights, modelWeights);

  const search: Layers['search'] = async (request) => {
    const isGraph = request.mode === 'graph';
    if (!request.withMade && !isGraph) return searchSaid(request);
    const { kinds } = request.filters;
    // Episodes show the names of accounts, so their answer is good for as long as these are the same.
    const accounts = await corpus.accountNames(request.tenantKey, request.userKey);
    const connected = isGraph ? await findConnected(corpus, { ...request, user: accounts?.user ?? null }) : null;
    if (isGraph && !connected) {
      const { degraded, ...answer } = await searchSaid({ ...request, mode: 'hybrid' });
      return { ...answer, accounts, degraded: [...degraded, NOTHING_CONNECTED] };
    }
    const asked: SearchRequest = isGraph ? { ...request, mode: 'hybrid' } : request;
    const isWanted = (isMade: boolean): boolean => kinds.some((kind) => rulesOf(kind).level > 0 === isMade);
    const answers: SearchAnswer[] = [
      ...(isWanted(false) ? [await searchSaid(asked, connected)] : []),
      ...(isWanted(true) ? [await searchMade({ ...asked, byModel: null }, connected)] : []),
    ];
    const all = answers.flatMap(({ found }) => found).toSorted(inOrder);
    // A fact may stand among the messages already, in place of what one of them says.
    const unique = all.filter((one, i) => all.findIndex(({ id }) => id === one.id) === i);
    const ordered = askedOf(request.question).past ? unique : factsInOrder(unique);
    return {
      found: ordered.slice(0, Math.max(0, request.topK)),
      degraded: [...new Set(answers.flatMap(({ degraded }) => degraded))],
      level: answers.every(({ level }) => level === 'similar') ? 'similar' : 'full',
      accounts,
      ...(answers.some(({ isPassing }) => isPassing) && { isPassing: true }),
    };
  };

  return {
    search,
    said,
    forget: (userKey) => {
      said.forget(userKey);
      made.forget(userKey);
    },
  };
};
