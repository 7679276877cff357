import { spyOn } from 'bun:test';
import { Worker } from 'node:worker_threads';

/**
 * Watches which Worker messages are sent to, so that a test can end or upset the storage Worker as an accident would.
 * Messages reach it as ever.
 */
export const watchWorkers = (): { last(): Worker; release(): void } => {
  const spy = spyOn(Worker.prototype, 'postMessage');
  return {
    last: () => {
      const worker = spy.mock.contexts.at(-1);
      if (!(worker instanceof Worker)) throw new Error('No message was sent to a Worker yet.');
      return worker;
    },
    release: () => spy.mockRestore(),
  };
};
