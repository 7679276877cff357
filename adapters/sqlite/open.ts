import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ChunkFacet } from '../../src/contract/chunks.ts';
import type { CorpusReader } from '../../src/contract/corpus.ts';
import { MemfuseError } from '../../src/contract/errors.ts';
import type { OutlineReader } from '../../src/contract/outlines.ts';
import type { Store } from '../../src/contract/store.ts';
import { Closers } from '../../src/platform/closers.ts';
import { type Ids, systemIds } from '../../src/platform/ids.ts';
import { systemScheduler } from '../../src/platform/scheduler.ts';
import type { WorkerDiedError } from '../../src/platform/worker-channel.ts';
import { FinishedTasks } from '../finished-tasks.ts';
import { chunkReads } from './chunks.ts';
import { commitHere, commitInWorker } from './commit-target.ts';
import { openReadConnection, openWriteConnection } from './connection.ts';
import { corpusReads, documentsBy } from './corpus.ts';
import { toMemfuseError } from './errors.ts';
import { migrate } from './migrate.ts';
import { outlineReads } from './outlines.ts';
import { type ReaderPoolSettings, Readers } from './readers.ts';
import { vectorReads, vectorsBy } from './vectors.ts';
import { GroupCommitWriter } from './writer.ts';
import type { Writes } from './writes.ts';

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
  /** The pools of reading connections: for requests, and for the background. */
  readonly pools?: { readonly foreground: ReaderPoolSettings; readonly background: ReaderPoolSettings };
}

const USUAL_POOL: ReaderPoolSettings = {
  min: 1,
  max: 4,
  acquireTimeoutMs: 2_000,
  leakAfterMs: 60_000,
  onLeak: () => {},
};

const orExplain = <T>(file: string, open: () => T): T => {
  try {
    return open();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The database ${file} cannot be opened: ${reason}. Check that the folder exists and can be written.`;
    throw error instanceof MemfuseError ? error : new MemfuseError('storage_unavailable', message, {}, error);
  }
};

const prepareFile = (file: string): void => {
  mkdirSync(dirname(file), { recursive: true });
  const db = openWriteConnection(file);
  try {
    migrate(db);
  } finally {
    db.close();
  }
};

const explaining =
  <A extends unknown[], R>(read: (...args: A) => R) =>
  async (...args: A): Promise<R> => {
    try {
      return read(...args);
    } catch (error) {
      throw toMemfuseError(error);
    }
  };

/** What search reads. */
export interface SearchReaders {
  readonly corpus: CorpusReader;
  readonly outlines: OutlineReader;
}

/**
 * The reading side of search alone, on one connection, for a Worker of its own; the file must have been opened as a store
 * before. Without snapshots over a turn: a Worker hears of no commits, and takes several questions in one turn.
 */
export const openSqliteSearchReaders = (file: string): SearchReaders => {
  const db = orExplain(file, () => openReadConnection(file));
  const corpus = corpusReads(db);
  const outlines = outlineReads(db);
  return {
    corpus: {
      generation: explaining(corpus.generation),
      retractions: explaining(corpus.retractions),
      documents: documentsBy(explaining(corpus.documentPage)),
      vectors: vectorsBy(explaining(vectorReads(db).vectorPage)),
      segments: explaining(corpus.segments),
      readSegment: explaining(corpus.readSegment),
      sessionsOfAgent: explaining(corpus.sessionsOfAgent),
      metadataOf: explaining(corpus.metadataOf),
      fetch: explaining(corpus.fetch),
    },
    outlines: {
      sizes: explaining(outlines.sizes),
      outlined: explaining(outlines.outlined),
      readShapes: explaining(outlines.readShapes),
      readWords: explaining(outlines.readWords),
      readBlocks: explaining(outlines.readBlocks),
      nearest: explaining(outlines.nearest),
      documentsOf: explaining(outlines.documentsOf),
    },
  };
};

/** The reading side of the background work alone, for a Worker of its own. */
export const openSqliteChunkReader = (file: string): Pick<ChunkFacet, 'readStretch'> => ({
  readStretch: explaining(chunkReads(orExplain(file, () => openReadConnection(file))).readStretch),
});

/**
 * Opens the SQLite store: migrates the file, then reads on the calling thread (point reads take microseconds) and
 * writes through one writer in groups. Errors: `storage_unavailable` with a sentence for the person at the terminal.
 */
export const openSqliteStore = async (options: SqliteOptions): Promise<Store> => {
  const { file, ids = systemIds, onWriterDeath, pools = { foreground: USUAL_POOL, background: USUAL_POOL } } = options;
  orExplain(file, () => prepareFile(file));
  const target =
    options.writer === 'worker' ? await commitInWorker(file, (error) => onWriterDeath?.(error)) : commitHere(file, ids);
  const opened = new Closers(systemScheduler, () => {});
  opened.add('writer', () => target.close());
  const openReaders = async (name: keyof typeof pools): Promise<Readers> => {
    try {
      const readers = orExplain(file, () => new Readers(name, file, pools[name]));
      opened.add(name, () => readers.close());
      return readers;
    } catch (error) {
      await opened.close();
      throw error;
    }
  };
  const foreground = await openReaders('foreground');
  const background = await openReaders('background');
  const writer = new GroupCommitWriter(target, () => {
    foreground.endSnapshots();
    background.endSnapshots();
  });

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
  const vectors = write('vectors');
  const outlines = write('outlines');
  const commit = write('chunks')('commit');
  const { counts } = foreground.facet('outbox', ['counts']);
  const finished = new FinishedTasks();

  return {
    tenants: { ...foreground.facet('tenants', ['find']), ensure: write('tenants')('ensure') },
    users: {
      ...foreground.facet('users', ['list', 'get', 'findByName']),
      create: users('create'),
      update: users('update'),
      delete: users('delete'),
    },
    agents: {
      ...foreground.facet('agents', ['list', 'get', 'findByName']),
      create: agents('create'),
      update: agents('update'),
      delete: agents('delete'),
    },
    sessions: {
      ...foreground.facet('sessions', ['list', 'get', 'findByName']),
      create: sessions('create'),
      update: sessions('update'),
      delete: sessions('delete'),
    },
    messages: {
      ...foreground.facet('messages', ['list', 'read', 'places', 'place', 'sessionOfRound']),
      append: messages('append'),
      update: messages('update'),
      delete: messages('delete'),
    },
    knowledge: {
      ...foreground.facet('knowledge', ['list', 'read']),
      add: knowledge('add'),
      update: knowledge('update'),
      delete: knowledge('delete'),
    },
    apiKeys: {
      ...foreground.facet('apiKeys', ['findByHash', 'get', 'list']),
      create: apiKeys('create'),
      delete: apiKeys('delete'),
    },
    corpus: {
      ...foreground.facet('corpus', [
        'generation',
        'retractions',
        'segments',
        'readSegment',
        'sessionsOfAgent',
        'metadataOf',
        'fetch',
      ]),
      documents: documentsBy(foreground.facet('corpus', ['documentPage']).documentPage),
      vectors: vectorsBy(foreground.facet('vectors', ['vectorPage']).vectorPage),
      saveSegment: write('corpus')('saveSegment'),
    },
    outbox: {
      ...background.facet('outbox', ['due']),
      ...foreground.facet('outbox', ['list', 'get', 'outstanding']),
      counts: async (scope) => ({ ...(await counts(scope)), done: finished.countOf(scope) }),
      claim: outbox('claim'),
      renew: outbox('renew'),
      retry: outbox('retry'),
      release: outbox('release'),
      fail: outbox('fail'),
      split: outbox('split'),
      redrive: outbox('redrive'),
      redriveAll: outbox('redriveAll'),
    },
    chunks: {
      ...background.facet('chunks', ['readStretch']),
      ...foreground.facet('chunks', ['ofSession', 'ofRound', 'count']),
      commit: async (commits) => {
        const outcomes = await commit(commits);
        finished.add(commits, outcomes);
        return outcomes;
      },
    },
    vectors: {
      ...background.facet('vectors', ['models', 'countWithout', 'messagesWithout', 'chunksWithout']),
      fileMessages: vectors('fileMessages'),
      fileChunks: vectors('fileChunks'),
      forgetMessages: vectors('forgetMessages'),
    },
    outlines: {
      ...foreground.facet('outlines', [
        'sizes',
        'outlined',
        'readShapes',
        'readWords',
        'readBlocks',
        'nearest',
        'documentsOf',
      ]),
      saveBits: outlines('saveBits'),
      saveOutline: outlines('saveOutline'),
    },
    ping: () => foreground.ping(),
    pools: () => ({ foreground: foreground.report(), background: background.report() }),
    close: async () => {
      // Readers first: the log can be emptied only when nobody looks at it.
      await writer.close(() => {
        try {
          foreground.close();
        } finally {
          background.close();
        }
      });
    },
  };
};
