import type { CorpusEntry, CorpusFacet } from '../contract/corpus.ts';
import { termsOf } from '../text/terms.ts';
import { bm25 } from './bm25.ts';
import { toScore } from './score.ts';
import type { IndexedDocument } from './user-index.ts';
import type { Owner, UserIndexes } from './user-indexes.ts';

export interface SearchRequest extends Owner {
  readonly question: string;
  /** Most results; none for zero and less. */
  readonly topK: number;
  /** Only messages of sessions with this agent; knowledge belongs to no session and stays. */
  readonly agentKey: number | null;
  readonly kinds: readonly CorpusEntry['kind'][];
}

export interface Found extends CorpusEntry {
  /** From 0 to 1, comparable between questions. */
  readonly score: number;
}

type Ranked = { readonly document: IndexedDocument; readonly sum: number };

/** Better first; ties: newer first, then the order of keys, so that the order is total. */
const byRank = (a: Ranked, b: Ranked): number =>
  b.sum - a.sum || b.document.createdAt - a.document.createdAt || a.document.key - b.document.key;

/** From a question to ranked memories: index, candidates, ranking, results. */
export const createSearch = (corpus: CorpusFacet, indexes: UserIndexes) => {
  const isWanted = async (request: SearchRequest): Promise<(document: IndexedDocument) => boolean> => {
    const { tenantKey, userKey, agentKey } = request;
    const kinds = new Set(request.kinds);
    const sessions = agentKey === null ? null : new Set(await corpus.sessionsOfAgent(tenantKey, userKey, agentKey));
    return ({ kind, sessionKey }) =>
      kinds.has(kind) && (sessions === null || sessionKey === null || sessions.has(sessionKey));
  };

  return async (request: SearchRequest): Promise<Found[]> => {
    if (request.topK <= 0) return [];
    const index = await indexes.open(request);
    if (!index) return [];
    const wanted = await isWanted(request);
    const ranked: Ranked[] = [];
    for (const [slot, sum] of bm25(index, termsOf(request.question))) {
      const document = index.document(slot);
      if (document && wanted(document)) ranked.push({ document, sum });
    }
    const best = ranked.sort(byRank).slice(0, request.topK);
    const references = best.map(({ document: { kind, key } }) => ({ kind, key }));
    const entries = await corpus.fetch(request.tenantKey, request.userKey, references);
    const sums = new Map(best.map(({ document: { kind, key }, sum }) => [`${kind}:${key}`, sum]));
    return entries.map((entry) => ({ ...entry, score: toScore(sums.get(`${entry.kind}:${entry.key}`) ?? 0) }));
  };
};

export type Search = ReturnType<typeof createSearch>;
