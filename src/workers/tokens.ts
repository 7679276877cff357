import { setPriority } from 'node:os';
import { countText } from '../buffer/count-text.ts';
import type { TokenHandlers } from '../buffer/token-counter.ts';
import { serveWorker } from '../platform/worker-channel.ts';

const LOWEST_PRIORITY = 19;

await serveWorker((): TokenHandlers => {
  setPriority(0, LOWEST_PRIORITY);
  return { count: (texts) => texts.map(countText) };
});
