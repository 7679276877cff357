import type { BackgroundContext } from '../../../src/memory/background-context.ts';

/** Workers that take every task and never come to its end, as in a background that is far behind. */
export const openIdleWorker: BackgroundContext['openWorker'] = () => ({
  start: async () => {},
  run: () => new Promise(() => {}),
  replace: () => {},
  close: async () => {},
});
