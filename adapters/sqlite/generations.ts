import type { Retraction } from '../../src/contract/corpus.ts';
import type { Connection } from './connection.ts';
import shared from './sql/shared.sql' with { type: 'text' };
import { openStatements } from './statements.ts';

/**
 * Moves a user's generation on, in the caller's transaction, and files what an index has to take out. Returns the new
 * generation, under which the caller files what it adds or changes.
 */
export type Generations = (tenantKey: number, userKey: number, retracted?: readonly Retraction[]) => number;

export const openGenerations = (db: Connection): Generations => {
  const sql = openStatements(db, shared);
  return (tenantKey, userKey, retracted = []) => {
    const { generation } = sql('bump_generation').get({ tenantKey, userKey }) as { generation: number };
    if (retracted.some(({ kind }) => kind === 'all')) sql('forget_retractions').run({ tenantKey, userKey });
    for (const { kind, key } of retracted) sql('retract').run({ tenantKey, userKey, generation, kind, key });
    return generation;
  };
};
