import { parentPort, workerData } from 'node:worker_threads';
import { extractFacts, openReader } from '../../../../src/memory/kinds/extract/extract.ts';
import { turnsOf } from './saying.ts';

// Reads facts in a thread of its own, as background work does.
const reader = await openReader();
parentPort?.postMessage(extractFacts(turnsOf([workerData as string]), reader).map(({ text }) => text));
