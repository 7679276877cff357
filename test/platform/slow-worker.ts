import { workerData } from 'node:worker_threads';
import { serveWorker } from '../../src/platform/worker-channel.ts';

// This Worker takes a while to load, and notes that it has.
await Bun.sleep(100);
Atomics.store(workerData as Int32Array, 0, 1);
await serveWorker(() => ({}));
