import { workerData } from 'node:worker_threads';
import { openTransformersModel, type TransformersOptions } from '../embedding/transformers-model.ts';
import { serveWorker } from '../platform/worker-channel.ts';

// The embedding Worker: transformers.js and its native runtime, apart from everything else.
await serveWorker(() => openTransformersModel(workerData as TransformersOptions));
