import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CorpusFacet } from '../../src/contract/corpus.ts';
import { MemfuseError } from '../../src/contract/errors.ts';
import type { Store } from '../../src/contract/store.ts';
import { type Ids, systemIds } from '../../src/platform/ids.ts';
import { openWorkerChannel, WorkerDiedError } from '../../src/platform/worker-channel.ts';
import { apiKeyReads } from './api-keys.ts';
import { chunkReads } from './chunks.ts';
import {
  type Connection,
  closeWriteConnection,
  emptyLog,
  openReadConnection,
  openWriteConnection,
} from './connection.ts';
import { corpusReads } from './corpus.ts';
import { toMemfuseError } from './errors.ts';
import { openGroupCommit } from './group-commit.ts';
import { identityReads } from './identities.ts';
import { knowledgeReads } from './knowledge.ts';
import { messageReads } from './messages.ts';
import { migrate } from './migrate.ts';
import { outboxReads } from './outbox.ts';
import { sessionReads } from './sessions.ts';
import { tenantReads } from './tenants.ts';
import { TickSnapshot } from './tick-snapshot.ts';
import { type CommitTarget, GroupCommitWriter } from './writer.ts';
import type { WriterHandlers } from './writer-worker.ts';
import { openWrites, type Writes } from './writes.ts';

export interface SqliteOptions {
  /** The database file; its folder is made when it is missing. */
  readonly file: string;
  /**
   * Where the writing connection lives. `worker` is the server's way; `here` commits on the calling thread, for the
   * command line and as the other side of the benchmark. README.md holds the measurement.
   */
  readonly writer: 'worker' | 'here';
  /** Where identifiers come from on the calling thread; the storage Worker has its own. */
  readonly ids?: Ids;
  /** Told when the storage Worker died; its successor starts with the next write. */
  readonly onWriterDeath?: (error: WorkerDiedError) => void;
}

const openOrExplain = (file: string, open: () => Connection): Connection => {
  try {
    return open();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The database ${file} cannot be opened: ${reason}. Check that the folder exists and can be written.`;
    throw error instanceof MemfuseError ? error : new MemfuseError('storage_unavailable', message, {}, error);
  }
};

const prepareFile = (file: string): void => {
  openOrExplain(file, () => {
    mkdirSync(dirname(file), { recursive: true });
    const db = openWriteConnection(file);
    try {
      migrate(db);
    } finally {
      db.close();
    }
    return db;
  });
};

const commitInWorker = async ({ file, onWriterDeath }: SqliteOptions): Promise<CommitTarget> => {
  const channel = await openWorkerChannel<WriterHandlers>({
    name: 'storage',
    entry: new URL('./writer-worker.ts', import.meta.url),
    data: { file },
    onDeath: (error) => onWriterDeath?.(error),
  });
  return {
    commit: (group) => channel.call('commit', group),
    tidy: () => channel.call('tidy', undefined),
    close: async () => {
      // A Worker that died has let go of the database already.
      await channel.call('close', undefined).catch((error) => {
        if (!(error instanceof WorkerDiedError)) throw error;
      });
      await channel.close();
    },
  };
};

const commitHere = ({ file, ids = systemIds }: SqliteOptions): CommitTarget => {
  const db = openWriteConnection(file);
  const commit = openGroupCommit(db, openWrites(db, ids));
  return {
    commit: async (group) => commit(group),
    tidy: async () => emptyLog(db),
    close: async () => closeWriteConnection(db),
  };
};

type Asynchronous<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<R> : never;
};

/** Makes synchronous reads asynchronous, in the turn's snapshot and with the contract's errors. */
const reading = <T extends Record<string, (...args: never[]) => unknown>>(
  reads: T,
  snapshot: TickSnapshot | null,
): Asynchronous<T> => {
  const wrap =
    (read: (...args: never[]) => unknown) =>
    async (...args: never[]) => {
      try {
        snapshot?.enter();
        return read(...args);
      } catch (error) {
        throw toMemfuseError(error);
      }
    };
  return Object.fromEntries(Object.entries(reads).map(([name, read]) => [name, wrap(read)])) as Asynchronous<T>;
};

const corpusOf = (reader: Connection, snapshot: TickSnapshot | null): CorpusFacet => {
  const { documents, ...reads } = corpusReads(reader);
  return {
    ...reading(reads, snapshot),
    documents: async function* (...span) {
      try {
        yield* documents(...span);
      } catch (error) {
        throw toMemfuseError(error);
      }
    },
  };
};

/** The reading side of search alone, for a Worker of its own. The file must have been opened as a store before. */
export const openSqliteCorpus = (file: string): CorpusFacet =>
  // No shared snapshot: a Worker hears of no commits, and takes several questions in one turn.
  corpusOf(
    openOrExplain(file, () => openReadConnection(file)),
    null,
  );

/**
 * Opens the SQLite store: migrates the file, then reads on the calling thread (point reads take microseconds) and
 * writes through one writer in groups. Errors: `storage_unavailable` with a sentence for the person at the terminal.
 */
export const openSqliteStore = async (options: SqliteOptions): Promise<Store> => {
  const { file } = options;
  prepareFile(file);
  const target = options.writer === 'worker' ? await commitInWorker(options) : commitHere(options);
  const reader = openOrExplain(file, () => openReadConnection(file));
  const snapshot = new TickSnapshot(reader);
  const writer = new GroupCommitWriter(target, () => snapshot.end());
  const ping = reader.prepare('SELECT count(*) FROM tenants');

  const write =
    <F extends keyof Writes>(facet: F) =>
    <V extends keyof Writes[F] & string>(verb: V) =>
    (...args: Writes[F][V] extends (...args: infer A) => unknown ? A : never) =>
      writer.submit(facet, verb, args);
  const users = write('users');
  const agents = write('agents');
  const sessions = write('sessions');
  const messages = write('messages');
  const knowledge = write('knowledge');
  const apiKeys = write('apiKeys');
  const outbox = write('outbox');

  return {
    tenants: { ...reading(tenantReads(reader), snapshot), ensure: write('tenants')('ensure') },
    users: {
      ...reading(identityReads(reader, 'user'), snapshot),
      create: users('create'),
      update: users('update'),
      delete: users('delete'),
    },
    agents: {
      ...reading(identityReads(reader, 'agent'), snapshot),
      create: agents('create'),
      update: agents('update'),
      delete: agents('delete'),
    },
    sessions: {
      ...reading(sessionReads(reader), snapshot),
      create: sessions('create'),
      update: sessions('update'),
      delete: sessions('delete'),
    },
    messages: {
      ...reading(messageReads(reader), snapshot),
      append: messages('append'),
      update: messages('update'),
      delete: messages('delete'),
    },
    knowledge: {
      ...reading(knowledgeReads(reader), snapshot),
      add: knowledge('add'),
      update: knowledge('update'),
      delete: knowledge('delete'),
    },
    apiKeys: {
      ...reading(apiKeyReads(reader), snapshot),
      create: apiKeys('create'),
      delete: apiKeys('delete'),
    },
    corpus: corpusOf(reader, snapshot),
    outbox: {
      ...reading(outboxReads(reader), snapshot),
      claim: outbox('claim'),
      renew: outbox('renew'),
      retry: outbox('retry'),
      release: outbox('release'),
      fail: outbox('fail'),
      split: outbox('split'),
      redrive: outbox('redrive'),
    },
    chunks: {
      ...reading(chunkReads(reader), snapshot),
      commit: write('chunks')('commit'),
    },
    ping: async () => {
      try {
        ping.get();
      } catch (error) {
        throw toMemfuseError(error);
      }
    },
    close: async () => {
      // Readers first: the log can be emptied only when nobody looks at it.
      await writer.close(() => {
        snapshot.end();
        reader.close();
      });
    },
  };
};
