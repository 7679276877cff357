import type { Scope } from '../../src/contract/records.ts';
import type { Queryable } from './pool.ts';
import messagesSql from './sql/messages.sql' with { type: 'text' };
import { openStatements } from './statements.ts';

const sql = openStatements(messagesSql);

export interface SessionPlace {
  readonly key: number;
  readonly userKey: number;
  readonly lateFrom: number | null;
  readonly lastSequence: number;
}

/** The session of an id, null when the scope sees none. */
export const sessionOf = (db: Queryable, scope: Scope, sessionId: string): Promise<SessionPlace | null> =>
  sql.get(db, 'session', { ...scope, sessionId });

/** The same session later on, in a transaction that has locked the memory of its user; null when it was deleted. */
export const sessionAgain = (
  db: Queryable,
  tenantKey: number,
  { key, userKey }: SessionPlace,
): Promise<SessionPlace | null> => sql.get(db, 'session_by_key', { tenantKey, ownerKey: userKey, sessionKey: key });
