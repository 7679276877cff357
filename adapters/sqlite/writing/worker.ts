import { workerData } from 'node:worker_threads';
import { systemIds } from '../../../src/platform/ids.ts';
import { serveWorker } from '../../../src/platform/worker-channel.ts';
import { closeWriteConnection, emptyLog, openWriteConnection } from '../connection.ts';
import { type GroupCommit, openGroupCommit } from './commit.ts';
import { openWrites } from './verbs.ts';

/** The handlers of the storage Worker, which owns the one writing connection. */
export type WriterHandlers = { commit: GroupCommit; tidy: () => boolean; close: () => void };

await serveWorker((): WriterHandlers => {
  const db = openWriteConnection((workerData as { file: string }).file);
  return {
    commit: openGroupCommit(db, openWrites(db, systemIds)),
    tidy: () => emptyLog(db),
    close: () => {
      closeWriteConnection(db);
    },
  };
});
