import type { OtherWork, RangeReport, SessionRange } from '../../src/contract/work.ts';
import type { Connection } from './connection.ts';
import reportsSql from './sql/reports.sql' with { type: 'text' };
import { openStatements } from './statements.ts';

interface Owner {
  readonly userId: string;
  readonly sessionId: string;
  readonly createdAt: number;
}
type MessageRow = { readonly id: string; readonly sequence: number; readonly generation: number };
type Task = SessionRange & { readonly key: number };

/** What is told of the messages of a range. */
export const reportReads = (db: Connection) => {
  const sql = openStatements(db, reportsSql);
  return {
    reportOn: ({ key, tenantKey, userKey, sessionKey, firstSequence, lastSequence }: Task): RangeReport | null => {
      const owner = sql('owner').get({ key, tenantKey, userKey, sessionKey }) as Owner | undefined;
      if (!owner) return null;
      const range = { tenantKey, userKey, sessionKey, firstSequence, lastSequence };
      // First what is not done: what is done by then is in the lists that are read after it.
      const others = sql('others').all(range) as OtherWork[];
      const messages = sql('messages').all(range) as MessageRow[];
      const report = { ...owner, messages: messages.map(({ id, sequence }) => ({ id, sequence })), others };
      if (messages.length === 0) return { ...report, closedEpisodes: [], addedFacts: [], supersededFacts: [] };
      // What was made since they were added has a higher generation.
      const since = { ...range, generation: Math.min(...messages.map(({ generation }) => generation)) };
      return {
        ...report,
        closedEpisodes: sql('closed_episodes').pluck().all(since) as string[],
        addedFacts: sql('added_facts').pluck().all(range) as string[],
        supersededFacts: sql('superseded_facts').all(since) as { id: string; by: string }[],
      };
    },
  };
};
