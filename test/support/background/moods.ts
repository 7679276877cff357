import { databaseUrl } from '../../../src/config/database-url.ts';
import type { BackgroundContext } from '../../../src/memory/background-processor.ts';
import { createTaskWorker } from '../../../src/memory/task-worker.ts';
import { createLog } from '../../../src/platform/log.ts';
import type { TestServer } from '../server.ts';

/** A message that holds this makes every Worker hang that works on it. */
export const HANGING_TEXT = 'quicksand';

/** Two counts, shared by threads: of the next tasks, how many end their Worker, and how many make it hang. */
export type Moods = SharedArrayBuffer;

const ENTRY = new URL('../../faults/children/moody-worker.ts', import.meta.url);

/** Real Workers to which accidents happen when a test says so, for the server that `get` returns. */
export const moodyWorkers = (get: () => TestServer) => {
  const moods: Moods = new SharedArrayBuffer(8);
  const counts = new Int32Array(moods);
  const log = createLog(() => 'silent');
  const openWorker: BackgroundContext['openWorker'] = (id, onBeat) => {
    const data = { databaseUrl: databaseUrl(get().services.config.current), embedsByTable: false, moods };
    return createTaskWorker(id, data, { maxTokens: () => 800, onBeat, log, entry: ENTRY });
  };
  return {
    openWorker,
    /** Ends the Workers of the next `tasks` tasks. */
    kill: (tasks: number) => Atomics.store(counts, 0, tasks),
    /** Makes the Workers of the next `tasks` tasks loop without end. */
    hang: (tasks: number) => Atomics.store(counts, 1, tasks),
    /** Whether all that was to happen has happened. */
    isOver: (): boolean => Atomics.load(counts, 0) <= 0 && Atomics.load(counts, 1) <= 0,
  };
};
