import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { databaseUrl } from '../../../src/config/database-url.ts';
import type { OutboxTask } from '../../../src/contract/outbox.ts';
import type { BackgroundContext } from '../../../src/memory/background-context.ts';
import { createTaskWorker } from '../../../src/memory/task-worker.ts';
import { createLog } from '../../../src/platform/log.ts';
import type { TestServer } from '../server.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A message that holds this makes every Worker hang that works on it. */
export const HANGING_TEXT = 'quicksand';

export interface Moods {
  /** Three counts, shared by threads: of the next tasks, how many end their Worker, make it loop, or make it stall. */
  readonly counts: SharedArrayBuffer;
  /** What a Worker stalls in: a pipe that never ends, as a read from a disk that does not answer. */
  readonly pipe: string;
}

const ENTRY = new URL('../../faults/children/moody-worker.ts', import.meta.url);

/** Real Workers to which accidents happen when a test says so, for the server that `get` returns. */
export const moodyWorkers = (get: () => TestServer) => {
  const folder = temporaryFolder();
  const moods: Moods = { counts: new SharedArrayBuffer(12), pipe: join(folder.path, 'pipe') };
  const counts = new Int32Array(moods.counts);
  Bun.spawnSync(['mkfifo', moods.pipe]);
  const pipe = openSync(moods.pipe, constants.O_RDWR);
  const log = createLog(() => 'silent');
  const openWorker: BackgroundContext['openWorker'] = (id, onBeat) => {
    const data = {
      databaseUrl: databaseUrl(get().services.config.current),
      embedsByTable: false,
      moods,
      llm: null,
      logLevel: 'silent' as const,
    };
    const requestOf = (task: OutboxTask) => ({ task, maxTokens: 800, isOn: true });
    return createTaskWorker(id, data, { requestOf, onBeat, log, entry: ENTRY });
  };
  return {
    openWorker,
    /** Ends the Workers of the next `tasks` tasks. */
    kill: (tasks: number) => Atomics.store(counts, 0, tasks),
    /** Makes the Workers of the next `tasks` tasks loop without end. */
    hang: (tasks: number) => Atomics.store(counts, 1, tasks),
    /** Makes the Workers of the next `tasks` tasks hang in native code, where nothing can end them. */
    stall: (tasks: number) => Atomics.store(counts, 2, tasks),
    /** Whether all that was to happen has happened. */
    isOver: (): boolean => counts.every((_, i) => Atomics.load(counts, i) <= 0),
    /** Lets go of those that stall. */
    release: (): void => {
      closeSync(pipe);
      folder.remove();
    },
  };
};
