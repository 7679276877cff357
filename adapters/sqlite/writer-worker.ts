import { workerData } from 'node:worker_threads';
import { serveWorker } from '../../src/platform/worker-channel.ts';
import { openWriteConnection } from './connection.ts';
import { type GroupCommit, openGroupCommit } from './group-commit.ts';
import { openWrites } from './writes.ts';

/** The handlers of the storage Worker, which owns the one writing connection. */
export type WriterHandlers = { commit: GroupCommit; close: () => void };

await serveWorker((): WriterHandlers => {
  const db = openWriteConnection((workerData as { file: string }).file);
  return {
    commit: openGroupCommit(db, openWrites(db)),
    close: () => {
      db.close();
    },
  };
});
