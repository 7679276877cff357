import { statSync } from 'node:fs';
import type { CorpusReader } from '../../src/contract/corpus.ts';
import type { MemfuseError } from '../../src/contract/errors.ts';
import type { TaskKind } from '../../src/contract/kinds.ts';
import type { Store } from '../../src/contract/store.ts';
import type { WorkReader } from '../../src/contract/work.ts';
import { Closers } from '../../src/platform/closers.ts';
import { type Ids, systemIds } from '../../src/platform/ids.ts';
import { systemScheduler } from '../../src/platform/scheduler.ts';
import type { WorkerDiedError } from '../../src/platform/worker-channel.ts';
import { changesBy } from '../changes.ts';
import { documentsBy } from '../document-pages.ts';
import { changeReads } from './changes.ts';
import { openReadConnection } from './connection.ts';
import { corpusReads } from './corpus.ts';
import { DiskReserve } from './disk-reserve.ts';
import { episodeReads } from './episodes.ts';
import { toMemfuseError } from './errors.ts';
import { storeFacets } from './facets.ts';
import { factReads } from './facts.ts';
import { FileWatch } from './file-watch.ts';
import { Housekeeping } from './housekeeping.ts';
import { SQLITE_KINDS } from './kinds.ts';
import { orExplain } from './open-failure.ts';
import { prepareFile } from './prepare-file.ts';
import { Readers } from './readers.ts';
import { relatedReads } from './related.ts';
import { vectorReads } from './vectors.ts';
import { workReads } from './work.ts';
import type { SqliteKinds } from './writing/context.ts';
import { type CommitTarget, commitHere, commitInWorker } from './writing/target.ts';
import { GroupCommitWriter, ONLY_DELETIONS } from './writing/writer.ts';

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
  /** The kinds of background work, for who writes on the calling thread: those that there are, when left out. */
  readonly kinds?: SqliteKinds;
  /** Told when the storage Worker died; its successor starts with the next write. */
  readonly onWriterDeath?: (error: WorkerDiedError) => void;
  /** Told once when the database file was taken away or replaced; from then on nothing is read or written. */
  readonly onLost?: (error: MemfuseError) => void;
  /** Told of what fails behind the answers, such as the removal of what was deleted; it is tried again later. */
  readonly onFailure?: (error: unknown) => void;
}

const explaining =
  <A extends unknown[], R>(read: (...args: A) => R) =>
  async (...args: A): Promise<R> => {
    try {
      return read(...args);
    } catch (error) {
      throw toMemfuseError(error);
    }
  };

/**
 * The reading side of search alone, on one connection, for a Worker of its own; the file must have been opened as a store
 * before. Without snapshots over a turn: a Worker hears of no commits, and takes several questions in one turn.
 */
export const openSqliteCorpusReader = (file: string): CorpusReader => {
  const db = orExplain(file, () => openReadConnection(file));
  const [corpus, vectors] = [corpusReads(db), vectorReads(db)];
  const documentPage = explaining(corpus.documentPage);
  const look = explaining(changeReads(db, corpus, vectors).look);
  return {
    generation: explaining(corpus.generation),
    changes: changesBy(look, documentPage, explaining(vectors.vectorPage)),
    documents: documentsBy(documentPage),
    segments: explaining(corpus.segments),
    readSegment: explaining(corpus.readSegment),
    sessionsOfAgent: explaining(corpus.sessionsOfAgent),
    accountNames: explaining(corpus.accountNames),
    metadataOf: explaining(corpus.metadataOf),
    replaced: explaining(corpus.replaced),
    related: explaining(relatedReads(db).related),
    fetch: explaining(corpus.fetch),
  };
};

/** The reading side of the background work alone, for a Worker of its own. */
export const openSqliteWorkReader = (file: string): WorkReader => {
  const db = orExplain(file, () => openReadConnection(file));
  return {
    read: explaining(workReads(db).read),
    nominate: explaining(factReads(db).nominate),
    episodeBefore: explaining(episodeReads(db).episodeBefore),
  };
};

interface Opened {
  readonly kinds: readonly TaskKind[];
  readonly file: string;
  readonly target: CommitTarget;
  readonly watch: FileWatch;
  readonly onFailure: (error: unknown) => void;
  readonly readers: { readonly foreground: Readers; readonly background: Readers };
}

/** 0 when there is none. */
const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** The store over what was opened for it. */
const serve = ({ file, target, watch, readers, kinds, onFailure }: Opened): Store => {
  const { foreground, background } = readers;
  const { space } = foreground.facet('upkeep', ['space']);
  const reserve = new DiskReserve(file, async () => {
    const { freePages, pageBytes } = await space();
    return freePages * pageBytes;
  });
  const onCommit = (): void => {
    foreground.endSnapshot();
    background.endSnapshot();
  };
  const writer = new GroupCommitWriter(target, { onCommit, onTidied: () => housekeeping.look(), watch, reserve });
  const { shrink } = writer.facet('upkeep', ['shrink'], 'background');
  const { sweep } = writer.facet('upkeep', ['sweep'], 'background');
  const removals = foreground.facet('removals', ['isPending', 'count']);
  const renamings = foreground.facet('renamings', ['isPending']);
  const housekeeping = new Housekeeping({
    isPending: async () => (await removals.isPending()) || renamings.isPending(),
    sweep,
    space,
    shrink,
    onShrunk: () => writer.tidySoon(),
    onFailure,
    isPressed: () => reserve.isGivenUp,
  });
  const closeReaders = (): void => {
    try {
      foreground.close();
    } finally {
      background.close();
    }
  };
  // What a process before this one left behind.
  housekeeping.look();
  let probing: Promise<void> | null = null;
  /** A write that changes nothing, one at a time however many ask. */
  const probe = (): Promise<void> => {
    probing ??= writer.submit('upkeep', 'probe', []).finally(() => {
      probing = null;
    });
    return probing;
  };

  return {
    engine: 'sqlite',
    kinds,
    ...storeFacets(readers, writer, () => housekeeping.look()),
    pendingDeletions: removals.count,
    ping: async () => {
      watch.look();
      await foreground.ping();
      if (reserve.isGivenUp) throw ONLY_DELETIONS;
      if (writer.isFailing) await probe();
    },
    sizeBytes: async () => sizeOf(file) + sizeOf(`${file}-wal`),
    close: async () => {
      await housekeeping.close();
      watch.close();
      await reserve.close();
      // Readers first: the log can be emptied only when nobody looks at it.
      await writer.close(closeReaders);
    },
  };
};

/**
 * Opens the SQLite store: migrates the file, then reads on the calling thread (point reads take microseconds) and
 * writes through one writer in groups. Errors: `storage_unavailable` with a sentence for the person at the terminal.
 */
export const openSqliteStore = async (options: SqliteOptions): Promise<Store> => {
  const { file, ids = systemIds, onWriterDeath, onLost, onFailure = () => {} } = options;
  const prepared = orExplain(file, () => prepareFile(file));
  const target =
    options.writer === 'worker'
      ? await commitInWorker(file, (error) => onWriterDeath?.(error))
      : commitHere(file, ids, options.kinds);
  const opened = new Closers(systemScheduler, () => {});
  opened.add('writer', () => target.close());
  try {
    // The writing connection is open, and with it all files of the database are there.
    const watch = new FileWatch(file, prepared, (error) => onLost?.(error));
    opened.add('watch', () => watch.close());
    const openReaders = (role: keyof Opened['readers']): Readers => {
      const readers = orExplain(file, () => new Readers(file, () => watch.assertThere()));
      opened.add(role, () => readers.close());
      return readers;
    };
    const readers = { foreground: openReaders('foreground'), background: openReaders('background') };
    // Another may have taken its place while it was opened, which the lock of a connection that came late does not tell.
    watch.look();
    watch.assertThere();
    const kinds = Object.keys(options.kinds ?? SQLITE_KINDS) as TaskKind[];
    return serve({ file: prepared.path, target, watch, readers, kinds, onFailure });
  } catch (error) {
    await opened.close();
    throw error;
  }
};
