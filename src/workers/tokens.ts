import { setPriority } from 'node:os';
import { countText } from '../buffer/count-text.ts';
import type { TokenHandlers } from '../buffer/token-counter.ts';
import { serveWorker } from '../platform/worker-channel.ts';

/**
 * Behind the threads that answer requests, and ahead of the background's, which are at 19: a block for a prompt waits for
 * its counts. A thread may not raise its priority again, so it is one for both.
 */
const PRIORITY = 10;

await serveWorker((): TokenHandlers => {
  setPriority(0, PRIORITY);
  return { count: (texts) => texts.map(countText) };
});
