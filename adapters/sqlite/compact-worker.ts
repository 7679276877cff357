import { workerData } from 'node:worker_threads';
import { serveWorker } from '../../src/platform/worker-channel.ts';
import { compact, copyTo, cutLog, restore } from './copying.ts';
import { orExplain } from './open-failure.ts';

/** The handlers of the Worker that copies a database, which takes a thread for as long as it lasts. */
export type CopyHandlers = {
  copyTo: (target: string) => void;
  compact: () => void;
  cutLog: () => void;
  restore: (from: string) => void;
};

await serveWorker((): CopyHandlers => {
  const { file } = workerData as { file: string };
  return {
    copyTo: (target) => orExplain(file, () => copyTo(file, target)),
    compact: () => orExplain(file, () => compact(file)),
    cutLog: () => orExplain(file, () => cutLog(file)),
    restore: (from) => orExplain(file, () => restore(file, from)),
  };
});
