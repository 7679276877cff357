import type { SequenceRange } from '../../src/contract/outbox.ts';
import type { IndexOutcome } from '../../src/contract/work.ts';
import type { KindFiling } from './context.ts';
import { removeRows } from './row-removal.ts';
import chunksSql from './sql/chunks.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { arrayOf } from './text.ts';
import { fileVectors } from './vectors.ts';

const sql = openStatements(chunksSql);

const toBytes = (vector: Float32Array | null): Uint8Array | null =>
  vector === null ? null : new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);

/** What is kept of `index` tasks: chunks, and what they found out about messages. */
export const INDEX_FILING: KindFiling<IndexOutcome> = {
  file: async (tx, outcome) => {
    if (outcome.kind !== 'index') return;
    const { tenantKey, userKey, sessionKey, at, tokenCounts } = outcome;
    await sql.run(tx, 'delete_range', { ...outcome });
    await Promise.all(
      outcome.chunks.map(({ vector, ...chunk }) =>
        sql.run(tx, 'insert', { ...chunk, tenantKey, userKey, sessionKey, at, vector: toBytes(vector) }),
      ),
    );
    if (tokenCounts.length > 0) {
      const sequences = arrayOf(tokenCounts.map(({ sequence }) => sequence));
      const tokens = arrayOf(tokenCounts.map((one) => one.tokens));
      await sql.run(tx, 'set_token_counts', { tenantKey, userKey, sessionKey, sequences, tokens });
    }
    if (outcome.vectors) await fileVectors(tx, outcome, outcome.vectors);
  },
  void: async (tx, place) => {
    const covered = await sql.all<SequenceRange>(tx, 'covering', { ...place });
    if (covered.length > 0) {
      const { sequence } = place;
      await sql.run(tx, 'delete_range', { ...place, firstSequence: sequence, lastSequence: sequence });
    }
    return covered;
  },
  remove: async (tx, { of, userKey, key }, room) =>
    of === 'session' ? removeRows(sql, tx, 'of_gone_session', { userKey, key }, room) : 0,
};
