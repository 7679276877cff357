import { type Created, ONCE_TTL_MS, type Once } from '../../src/contract/once.ts';
import { usedWithAnotherBody } from '../refusals.ts';
import type { Pool } from './pool.ts';
import claimsSql from './sql/claims.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import type { Transaction } from './transaction.ts';

const sql = openStatements(claimsSql);

/** In place of the key of a user, for a caller who sees the whole tenant and for what names no user. */
export const NOBODY = 0;

/** Where a claim is kept. */
export const claimOf = (tenantKey: number, userKey: number, once: Once) => ({
  userKey,
  tenantKey,
  boundTo: once.userKey ?? NOBODY,
  method: once.method,
  path: once.path,
  key: once.key,
});

/**
 * Runs a create at most once for its claim, in the transaction of the moment, of which it is the first lock. The caller has
 * checked that the scope may see what the path names: a claim answers whoever sends it.
 *
 * @param userKey the user that the path names; `NOBODY` when it names none.
 */
export const withClaim = async (
  tx: Transaction,
  { tenantKey, userKey }: { readonly tenantKey: number; readonly userKey: number },
  once: Once | undefined,
  create: () => Promise<readonly string[]>,
): Promise<Created> => {
  if (!once) return { ids: await create(), replayed: false };
  const claim = claimOf(tenantKey, userKey, once);
  const { bodyHash, at } = once;
  const taken = await sql.get(tx, 'take', { ...claim, bodyHash, at, staleBefore: at - ONCE_TTL_MS });
  if (taken) {
    const ids = await create();
    await sql.run(tx, 'fill', { ...claim, ids: JSON.stringify(ids) });
    return { ids, replayed: false };
  }
  const found = await sql.get<{ bodyHash: string; ids: string }>(tx, 'find', claim);
  if (!found) throw new Error('A claim was taken by another request and then forgotten.');
  if (found.bodyHash !== bodyHash) throw usedWithAnotherBody(once);
  return { ids: JSON.parse(found.ids) as string[], replayed: true };
};

/** Forgets some claims that are past their time. Answers how many. */
export const forgetStaleClaims = (pool: Pool, now: number, limit: number): Promise<number> =>
  sql.run(pool, 'forget_stale', { staleBefore: now - ONCE_TTL_MS, limit });
