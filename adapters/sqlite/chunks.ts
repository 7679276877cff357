import type {
  ChunkListOptions,
  ChunkRecord,
  CommitOutcome,
  IndexCommit,
  StretchMessage,
  StretchVersion,
} from '../../src/contract/chunks.ts';
import { notFound } from '../../src/contract/errors.ts';
import type { Scope } from '../../src/contract/records.ts';
import type { Connection } from './connection.ts';
import { openCompletion } from './outbox.ts';
import chunksSql from './sql/chunks.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { openVectorFiling } from './vectors.ts';
import type { VoidedChunks, WriteContext } from './write-context.ts';

type Stretch = {
  readonly tenantKey: number;
  readonly sessionKey: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
};
type ChunkRow = Omit<ChunkRecord, 'embedded' | 'messageIds' | 'sessionId'> & {
  embedded: 0 | 1;
  firstSequence: number;
  lastSequence: number;
};

export const chunkReads = (db: Connection) => {
  const sql = openStatements(db, chunksSql);

  const list = (scope: Scope, stretch: Omit<Stretch, 'tenantKey'>, sessionId: string, options: ChunkListOptions) => {
    const { tenantKey } = scope;
    const embeddedOnly = options.embeddedOnly ? 1 : 0;
    const { sortBy, order } = options;
    const by = sortBy === 'created_at' ? sortBy : 'otherwise';
    const span = { ...stretch, ...options, tenantKey, embeddedOnly };
    const rows = sql(`list_${by}_${order}`).all(span) as ChunkRow[];
    const chunks = rows.map(({ firstSequence, lastSequence, embedded, ...row }): ChunkRecord => {
      const place = { tenantKey, sessionKey: stretch.sessionKey, firstSequence, lastSequence };
      const messageIds = sql('message_ids').pluck().all(place) as string[];
      return { ...row, sessionId, messageIds, embedded: embedded === 1 };
    });
    return { chunks, total: sql('count_range').pluck().get(span) as number };
  };

  return {
    readStretch: (stretch: Stretch): { messages: StretchMessage[]; version: StretchVersion } => {
      const rows = sql('stretch').all(stretch) as (StretchMessage & { generation: number })[];
      const messages = rows.map(({ generation: _generation, ...message }) => message);
      const generation = rows.reduce((highest, row) => Math.max(highest, row.generation), 0);
      return { messages, version: { messages: rows.length, generation } };
    },
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
      const stretch = { sessionKey: key, firstSequence: round, lastSequence };
      return { ...list(scope, stretch, sessionId, options), sessionId };
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

export const chunkWrites = (db: Connection, { generations }: WriteContext) => {
  const sql = openStatements(db, chunksSql);
  const completion = openCompletion(db);
  const fileVectors = openVectorFiling(db, generations);

  const isStale = (commit: IndexCommit): boolean => {
    const now = sql('version').get(commit) as StretchVersion;
    return now.messages !== commit.version.messages || now.generation !== commit.version.generation;
  };

  /** Whether the commit's owner holds its task, over the stretch that the commit is about. */
  const isHeld = ({ taskKey, owner, ...commit }: IndexCommit): boolean => {
    const task = completion.held(taskKey, owner);
    return (
      task?.tenantKey === commit.tenantKey &&
      task.userKey === commit.userKey &&
      task.sessionKey === commit.sessionKey &&
      task.firstSequence === commit.firstSequence &&
      task.lastSequence === commit.lastSequence
    );
  };

  const file = (commit: IndexCommit): CommitOutcome => {
    if (!isHeld(commit)) return 'lost';
    const { taskKey, tenantKey, userKey, sessionKey, owner, at } = commit;
    if (isStale(commit)) return 'stale';
    completion.complete({ tenantKey, key: taskKey, owner });
    sql('delete_stretch').run(commit);
    for (const { vector, ...chunk } of commit.chunks) {
      sql('insert').run({ ...chunk, tenantKey, userKey, sessionKey, at, vector: toBytes(vector) });
    }
    for (const { sequence, tokens } of commit.tokenCounts) {
      sql('set_token_count').run({ tenantKey, sessionKey, sequence, tokens });
    }
    if (commit.vectors) fileVectors(commit, commit.vectors);
    return 'done';
  };

  return { commit: (commits: readonly IndexCommit[]): CommitOutcome[] => commits.map(file) };
};

export const openVoidedChunks = (db: Connection): VoidedChunks => {
  const sql = openStatements(db, chunksSql);
  return {
    remove: ({ tenantKey, sessionKey, sequence }) => {
      const covered = sql('covering').all({ tenantKey, sessionKey, sequence }) as ReturnType<VoidedChunks['remove']>;
      if (covered.length > 0) {
        const place = { tenantKey, sessionKey, firstSequence: sequence, lastSequence: sequence };
        sql('delete_stretch').run(place);
      }
      return covered;
    },
  };
};
