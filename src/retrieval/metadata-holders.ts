import type { CorpusReader, MessageMetadata } from '../contract/corpus.ts';
import type { UserIndex } from './index/user-index.ts';
import { othersFirst } from './others-first.ts';
import type { Owner } from './owner.ts';
import type { Candidate } from './ranking/candidates.ts';
import { type Distinct, withoutDuplicates } from './ranking/duplicates.ts';

/** Messages whose metadata are read before others have their turn: first few, since mostly they will do, then more. */
const FIRST_PAGE = 256;
const PAGE = 1_024;

export interface MetadataSearch extends Owner {
  readonly topK: number;
  readonly sessionKey?: number | null;
  readonly holds: (message: MessageMetadata) => boolean;
  /** Whether time is up. */
  readonly isOver: () => boolean;
}

/**
 * The best of ranked documents whose metadata hold what is asked for. Only the store knows metadata, so they are read a page
 * at a time, in the order of the ranking, until there are enough, no more documents, or no more time.
 *
 * @returns whether all were looked at that had to be.
 */
export const holdersAmong = async (
  corpus: Pick<CorpusReader, 'metadataOf'>,
  index: UserIndex,
  ranked: Iterator<Candidate, void>,
  { tenantKey, userKey, topK, sessionKey, holds, isOver }: MetadataSearch,
): Promise<{ readonly holders: Distinct[]; readonly isComplete: boolean }> => {
  const holding: Candidate[] = [];
  let holders: Distinct[] = [];
  for (let page = FIRST_PAGE; ; page = PAGE) {
    const slots = new Map<number, Candidate>();
    let isLast = false;
    while (slots.size < page && !isLast) {
      const next = ranked.next();
      isLast = next.done === true;
      const document = next.value && index.document(next.value.slot);
      if (next.value && document?.kind === 'message') slots.set(document.key, next.value);
    }
    const held = new Set<number>();
    for (const message of await corpus.metadataOf(tenantKey, userKey, [...slots.keys()])) {
      if (holds(message)) held.add(message.key);
    }
    for (const [key, candidate] of slots) if (held.has(key)) holding.push(candidate);
    // Of what says the same, only some may have the metadata that are asked for, so repeats are left out last.
    if (held.size > 0) holders = withoutDuplicates(index, holding, sessionKey).slice(0, topK);
    if (isLast || holders.length >= topK) return { holders, isComplete: true };
    if (isOver()) return { holders, isComplete: false };
    await othersFirst();
  }
};
