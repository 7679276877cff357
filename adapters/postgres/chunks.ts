import type { ChunkFacet, ChunkListOptions, ChunkRecord } from '../../src/contract/chunks.ts';
import { notFound } from '../../src/contract/errors.ts';
import type { SequenceRange } from '../../src/contract/outbox.ts';
import type { Scope } from '../../src/contract/records.ts';
import type { Context } from './context.ts';
import { sessionOf } from './message-places.ts';
import chunksSql from './sql/chunks.sql' with { type: 'text' };
import { openStatements } from './statements.ts';

type ChunkRow = Omit<ChunkRecord, 'messageIds' | 'sessionId'> & SequenceRange;
type Place = SequenceRange & { readonly ownerKey: number; readonly sessionKey: number };

const sql = openStatements(chunksSql);

/** The chunks of a session as people list them. `index-filing.ts` saves them. */
export const openChunks = ({ pool }: Pick<Context, 'pool'>): ChunkFacet => {
  const list = async ({ tenantKey }: Scope, place: Place, sessionId: string, options: ChunkListOptions) => {
    const { sortBy, order, embeddedOnly, limit } = options;
    const span = { ...place, tenantKey, embeddedOnly, limit };
    const [rows, counted] = await Promise.all([
      sql.all<ChunkRow>(pool, `list_${sortBy}_${order}`, span),
      sql.get<{ count: number }>(pool, 'count_range', span),
    ]);
    // One statement for the messages of all of them.
    const whole = {
      firstSequence: Math.min(...rows.map(({ firstSequence }) => firstSequence)),
      lastSequence: Math.max(...rows.map(({ lastSequence }) => lastSequence)),
    };
    type Id = { readonly sequence: number; readonly id: string };
    const ids = rows.length > 0 ? await sql.all<Id>(pool, 'message_ids', { ...place, ...whole, tenantKey }) : [];
    const chunks = rows.map(({ firstSequence, lastSequence, ...row }): ChunkRecord => {
      const within = ids.filter(({ sequence }) => sequence >= firstSequence && sequence <= lastSequence);
      return { ...row, sessionId, messageIds: within.map(({ id }) => id) };
    });
    return { chunks, total: counted?.count ?? 0 };
  };

  return {
    ofSession: async (scope, sessionId, options) => {
      const session = await sessionOf(pool, scope, sessionId);
      if (!session) throw notFound('session', sessionId);
      const whole = { firstSequence: 0, lastSequence: Number.MAX_SAFE_INTEGER };
      return list(scope, { ...whole, ownerKey: session.userKey, sessionKey: session.key }, sessionId, options);
    },
    ofRound: async (scope, roundId, options) => {
      type Round = { key: number; userKey: number; sessionId: string; round: number; lastSequence: number };
      const found = await sql.get<Round>(pool, 'round', { ...scope, roundId });
      if (!found) throw notFound('round', roundId);
      const { key: sessionKey, userKey: ownerKey, sessionId, round: firstSequence, lastSequence } = found;
      return {
        ...(await list(scope, { ownerKey, sessionKey, firstSequence, lastSequence }, sessionId, options)),
        sessionId,
      };
    },
    count: async (scope, userId, sessionId) => {
      const name = sessionId === undefined ? 'count' : 'count_of_session';
      const values = { ...scope, userId, sessionId: sessionId ?? null };
      return (await sql.get(pool, name, values)) ?? { total: 0, embedded: 0 };
    },
  };
};
