import { type Created, ONCE_TTL_MS, type Once } from '../../src/contract/once.ts';
import { usedWithAnotherBody } from '../refusals.ts';
import type { Connection } from './connection.ts';
import shared from './sql/shared.sql' with { type: 'text' };
import { openStatements } from './statements.ts';

/**
 * Runs a create at most once for its claim. Without a claim it just runs. The caller has checked that the scope may see
 * what the path names: a claim answers whoever sends it.
 */
export type Claims = (tenantKey: number, once: Once | undefined, create: () => readonly string[]) => Created;

/** In place of the key of a user, which are numbered from 1. */
const WHOLE_TENANT = 0;

/** Idempotency within the transaction of the rows themselves: either both are there afterwards, or neither. */
export const openClaims = (db: Connection): Claims => {
  const sql = openStatements(db, shared);
  return (tenantKey, once, create) => {
    if (!once) return { ids: create(), replayed: false };
    const staleBefore = once.at - ONCE_TTL_MS;
    const claim = { ...once, tenantKey, boundTo: once.userKey ?? WHOLE_TENANT };
    const found = sql('find_claim').get({ ...claim, staleBefore }) as { bodyHash: string; ids: string } | undefined;
    if (found) {
      if (found.bodyHash !== once.bodyHash) {
        throw usedWithAnotherBody(once);
      }
      return { ids: JSON.parse(found.ids) as string[], replayed: true };
    }
    const ids = create();
    sql('forget_stale_claims').run({ staleBefore });
    sql('keep_claim').run({ ...claim, ids: JSON.stringify(ids) });
    return { ids, replayed: false };
  };
};
