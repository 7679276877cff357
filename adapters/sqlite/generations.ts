import { type DocumentKind, rulesOf } from '../../src/contract/documents.ts';
import type { Connection } from './connection.ts';
import shared from './sql/shared.sql' with { type: 'text' };
import { openStatements } from './statements.ts';

/**
 * Retractions that are kept of a user at the most. An index that is behind by more is read anew, from its segments for the
 * most part, which takes about as long as to take so many out.
 */
const MOST_KEPT = 4_096;

/** What is withdrawn and filed as a row: a document, or a session with the range of keys that its messages have. */
export type FiledRetraction =
  | { readonly kind: DocumentKind; readonly key: number }
  | ({ readonly kind: 'session'; readonly key: number } & SegmentedRange);

/** Keys from one to another of what segments hold; null when none of it is withdrawn. */
export interface SegmentedRange {
  readonly firstKey: number | null;
  readonly lastKey: number | null;
}

const rangeOf = (retraction: FiledRetraction): SegmentedRange => {
  if (retraction.kind === 'session') return retraction;
  const key = rulesOf(retraction.kind).isSegmented ? retraction.key : null;
  return { firstKey: key, lastKey: key };
};

/**
 * Moves a user's generation on, in the caller's transaction, and files what an index has to take out. Returns the new
 * generation, under which the caller files what it adds or changes.
 */
export type Generations = (tenantKey: number, userKey: number, retracted?: readonly FiledRetraction[]) => number;

export const openGenerations = (db: Connection): Generations => {
  const sql = openStatements(db, shared);

  /** Forgets the oldest retractions of a user beyond those that are kept, whole generations of them. */
  const forgetOldest = (tenantKey: number, userKey: number, count: number): void => {
    const generation = sql('oldest_retracted').pluck().get({ tenantKey, userKey, count }) as number;
    const { changes } = sql('forget_retractions').run({ tenantKey, userKey, upTo: generation });
    sql('raise_retracted_from').run({ tenantKey, userKey, count: changes, generation });
  };

  return (tenantKey, userKey, retracted = []) => {
    const { generation } = sql('bump_generation').get({ tenantKey, userKey }) as { generation: number };
    if (retracted.length === 0) return generation;
    let count = 0;
    for (const retraction of retracted) {
      const { kind, key } = retraction;
      count += sql('retract').run({ tenantKey, userKey, generation, kind, key, ...rangeOf(retraction) }).changes;
    }
    const kept = sql('count_retracted').pluck().get({ tenantKey, userKey, count }) as number;
    if (kept > MOST_KEPT) forgetOldest(tenantKey, userKey, kept - MOST_KEPT);
    return generation;
  };
};
