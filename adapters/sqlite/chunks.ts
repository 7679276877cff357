import type { ChunkListOptions, ChunkRecord } from '../../src/contract/chunks.ts';
import { notFound } from '../../src/contract/errors.ts';
import type { SequenceRange } from '../../src/contract/outbox.ts';
import type { Scope } from '../../src/contract/records.ts';
import type { IndexOutcome } from '../../src/contract/work.ts';
import type { Connection } from './connection.ts';
import { openRowRemoval } from './row-removal.ts';
import chunksSql from './sql/chunks.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { openVectorFiling } from './vectors.ts';
import type { SqliteKind } from './writing/context.ts';

type ChunkRow = Omit<ChunkRecord, 'embedded' | 'messageIds' | 'sessionId'> & {
  embedded: 0 | 1;
  firstSequence: number;
  lastSequence: number;
};

export const chunkReads = (db: Connection) => {
  const sql = openStatements(db, chunksSql);

  const list = (
    scope: Scope,
    range: SequenceRange & { readonly sessionKey: number },
    sessionId: string,
    options: ChunkListOptions,
  ) => {
    const { tenantKey } = scope;
    const embeddedOnly = options.embeddedOnly ? 1 : 0;
    const { sortBy, order } = options;
    const by = sortBy === 'created_at' ? sortBy : 'otherwise';
    const span = { ...range, ...options, tenantKey, embeddedOnly };
    const rows = sql(`list_${by}_${order}`).all(span) as ChunkRow[];
    const chunks = rows.map(({ firstSequence, lastSequence, embedded, ...row }): ChunkRecord => {
      const place = { tenantKey, sessionKey: range.sessionKey, firstSequence, lastSequence };
      const messageIds = sql('message_ids').pluck().all(place) as string[];
      return { ...row, sessionId, messageIds, embedded: embedded === 1 };
    });
    return { chunks, total: sql('count_range').pluck().get(span) as number };
  };

  return {
    ofSession: (scope: Scope, sessionId: string, options: ChunkListOptions) => {
      const session = sql('session').get({ ...scope, sessionId }) as { key: number } | undefined;
      if (!session) throw notFound('session', sessionId);
      const whole = { sessionKey: session.key, firstSequence: 0, lastSequence: Number.MAX_SAFE_INTEGER };
      return list(scope, whole, sessionId, options);
    },
    ofRound: (scope: Scope, roundId: string, options: ChunkListOptions) => {
      const found = sql('round').get({ ...scope, roundId }) as
        | { key: number; sessionId: string; round: number; lastSequence: number }
        | undefined;
      if (!found) throw notFound('round', roundId);
      const { key, sessionId, round, lastSequence } = found;
      const range = { sessionKey: key, firstSequence: round, lastSequence };
      return { ...list(scope, range, sessionId, options), sessionId };
    },
    count: (scope: Scope, userId: string, sessionId?: string) =>
      sql(sessionId === undefined ? 'count' : 'count_of_session').get({
        ...scope,
        userId,
        sessionId: sessionId ?? null,
      }) as { total: number; embedded: number },
  };
};

const toBytes = (vector: Float32Array | null): Uint8Array | null =>
  vector === null ? null : new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);

/** What is kept of `index` tasks: chunks, and what they found out about messages. */
export const openIndexFiling: SqliteKind<IndexOutcome>['open'] = (db, { generations }) => {
  const sql = openStatements(db, chunksSql);
  const fileVectors = openVectorFiling(db, generations);
  const removeRows = openRowRemoval(sql);
  return {
    file: (outcome) => {
      if (outcome.kind !== 'index') return;
      const { tenantKey, userKey, sessionKey, at } = outcome;
      sql('delete_range').run(outcome);
      for (const { vector, ...chunk } of outcome.chunks) {
        sql('insert').run({ ...chunk, tenantKey, userKey, sessionKey, at, vector: toBytes(vector) });
      }
      for (const { sequence, tokens } of outcome.tokenCounts) {
        sql('set_token_count').run({ tenantKey, sessionKey, sequence, tokens });
      }
      if (outcome.vectors) fileVectors(outcome, outcome.vectors);
    },
    void: ({ tenantKey, sessionKey, sequence }) => {
      const covered = sql('covering').all({ tenantKey, sessionKey, sequence }) as SequenceRange[];
      if (covered.length > 0) {
        sql('delete_range').run({ tenantKey, sessionKey, firstSequence: sequence, lastSequence: sequence });
      }
      return covered;
    },
    remove: ({ of, key }, room) => (of === 'session' ? removeRows('of_gone_session', key, room) : 0),
  };
};
