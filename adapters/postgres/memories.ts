import { type DocumentKind, rulesOf } from '../../src/contract/documents.ts';
import memoriesSql from './sql/memories.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { arrayOf } from './text.ts';
import type { Transaction } from './transaction.ts';

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

type Owner = { readonly tenantKey: number; readonly userKey: number };

const sql = openStatements(memoriesSql);

const rangeOf = (retraction: FiledRetraction): SegmentedRange => {
  if (retraction.kind === 'session') return retraction;
  const key = rulesOf(retraction.kind).isSegmented ? retraction.key : null;
  return { firstKey: key, lastKey: key };
};

/**
 * Locks the memories of users until the end of the transaction. Every transaction that changes a memory calls it once, after
 * its claim and before anything else, so that no two wait for each other in a circle. A user who is gone is passed over.
 */
export const lockMemories = async (tx: Transaction, userKeys: Iterable<number>): Promise<void> => {
  await sql.run(tx, 'lock', { userKeys: arrayOf([...new Set(userKeys)]) });
};

/** Forgets the oldest retractions of a user beyond those that are kept, whole generations of them. */
const forgetOldest = async (tx: Transaction, owner: Owner, count: number): Promise<void> => {
  const oldest = await sql.get<{ generation: number }>(tx, 'oldest_retracted', { ...owner, count });
  const generation = oldest?.generation ?? 0;
  const forgotten = await sql.run(tx, 'forget_retractions', { ...owner, upTo: generation });
  await sql.run(tx, 'raise_retracted_from', { ...owner, count: forgotten, generation });
};

const retract = async (
  tx: Transaction,
  owner: Owner,
  generation: number,
  retracted: readonly FiledRetraction[],
): Promise<void> => {
  const filed = await Promise.all(
    retracted.map((retraction) => {
      const { kind, key } = retraction;
      return sql.run(tx, 'retract', { ...owner, generation, kind, key, ...rangeOf(retraction) });
    }),
  );
  const count = filed.reduce((sum, one) => sum + one, 0);
  const kept = await sql.get<{ retracted: number }>(tx, 'count_retracted', { ...owner, count });
  const surplus = (kept?.retracted ?? 0) - MOST_KEPT;
  if (surplus > 0) await forgetOldest(tx, owner, surplus);
};

/**
 * Increments a user's generation, in a transaction that has locked the memory, and files what an index has to take out.
 * Answers the new generation, under which the caller files what it adds or changes.
 */
export const increment = async (
  tx: Transaction,
  owner: Owner,
  retracted: readonly FiledRetraction[] = [],
): Promise<number> => {
  const next = await sql.get<{ generation: number }>(tx, 'increment', owner);
  if (!next) throw new Error('The generation of a user who is not there was to be incremented.');
  if (retracted.length > 0) await retract(tx, owner, next.generation, retracted);
  return next.generation;
};

/** Increments the generation and takes keys for new messages or knowledge, which are dense and in the order of commits. */
export const takeKeys = async (
  tx: Transaction,
  of: 'message' | 'knowledge',
  owner: Owner,
  count: number,
): Promise<{ readonly generation: number; readonly before: number } | null> =>
  sql.get(tx, `take_${of}_keys`, { ...owner, count });
