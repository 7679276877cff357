import type { Ids } from '../../../src/platform/ids.ts';
import { openWorkerChannel, WorkerDiedError } from '../../../src/platform/worker-channel.ts';
import { closeWriteConnection, emptyLog, openWriteConnection } from '../connection.ts';
import { openGroupCommit, type WriteOutcome, type WriteRequest } from './commit.ts';
import type { SqliteKinds } from './context.ts';
import { openWrites } from './verbs.ts';
import type { WriterHandlers } from './worker.ts';

/** Where groups are committed: in the storage Worker, or on this thread. */
export interface CommitTarget {
  commit(group: readonly WriteRequest[]): Promise<readonly WriteOutcome[]>;
  /** Moves the log into the database and empties it, which takes deleted text out of it. False when it cannot be yet. */
  tidy(): Promise<boolean>;
  close(): Promise<void>;
}

/** The server's way: a Worker owns the writing connection. One that died is replaced with the next group. */
export const commitInWorker = async (
  file: string,
  onDeath: (error: WorkerDiedError) => void,
): Promise<CommitTarget> => {
  const channel = await openWorkerChannel<WriterHandlers>({
    name: 'storage',
    entry: new URL('./worker.ts', import.meta.url),
    data: { file },
    onDeath,
  });
  return {
    commit: (group) => channel.call('commit', group),
    tidy: () => channel.call('tidy', undefined),
    close: async () => {
      // A Worker that died has closed the database already.
      await channel.call('close', undefined).catch((error) => {
        if (!(error instanceof WorkerDiedError)) throw error;
      });
      await channel.close();
    },
  };
};

/** For the command line, and as the other side of the benchmark. */
export const commitHere = (file: string, ids: Ids, kinds?: SqliteKinds): CommitTarget => {
  const db = openWriteConnection(file);
  const commit = openGroupCommit(db, openWrites(db, ids, kinds));
  return {
    commit: async (group) => commit(group),
    tidy: async () => emptyLog(db),
    close: async () => closeWriteConnection(db),
  };
};
