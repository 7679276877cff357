import type { OtherWork, RangeReport, SessionRange } from '../../src/contract/work.ts';
import type { Queryable } from './pool.ts';
import reportsSql from './sql/reports.sql' with { type: 'text' };
import { openStatements } from './statements.ts';

interface Owner {
  readonly userId: string;
  readonly sessionId: string;
  readonly createdAt: number;
}
type MessageRow = { readonly id: string; readonly sequence: number; readonly generation: number };

const sql = openStatements(reportsSql);

/** What is told of the messages of a range. */
export const reportOn = async (
  db: Queryable,
  { key, tenantKey, userKey, sessionKey, firstSequence, lastSequence }: SessionRange & { readonly key: number },
): Promise<RangeReport | null> => {
  const owner = await sql.get<Owner>(db, 'owner', { key, tenantKey, userKey, sessionKey });
  if (!owner) return null;
  const range = { tenantKey, userKey, sessionKey, firstSequence, lastSequence };
  // First what is not done: what is done by then is in the lists that are read after it.
  const others = await sql.all<OtherWork>(db, 'others', range);
  const messages = await sql.all<MessageRow>(db, 'messages', range);
  const report = { ...owner, messages: messages.map(({ id, sequence }) => ({ id, sequence })), others };
  if (messages.length === 0) return { ...report, closedEpisodes: [], addedFacts: [], supersededFacts: [] };
  // What was made since they were added has a higher generation.
  const since = { ...range, generation: Math.min(...messages.map(({ generation }) => generation)) };
  return {
    ...report,
    closedEpisodes: (await sql.all<{ id: string }>(db, 'closed_episodes', since)).map(({ id }) => id),
    addedFacts: (await sql.all<{ id: string }>(db, 'added_facts', range)).map(({ id }) => id),
    supersededFacts: await sql.all<{ id: string; by: string }>(db, 'superseded_facts', since),
  };
};
