import type { LevelWithSilent } from 'pino';
import { fromOtherThread } from '../contract/errors.ts';
import type { OutboxTask } from '../contract/outbox.ts';
import type { Log } from '../platform/log.ts';
import { createWorkerChannel, WorkerCallError } from '../platform/worker-channel.ts';
import type { TaskHandlers } from './kinds/handlers.ts';
import type { TaskRequest } from './kinds/kind.ts';
import type { LanguageModelOptions } from './language-model.ts';
import type { TaskWorker } from './worker-slots.ts';

/** A start takes 0.3 to 1 s; on a machine that is busy with other things it may take much longer. */
const START_TIMEOUT_MS = 60_000;

const ENTRY = new URL('../workers/background.ts', import.meta.url);

/** What a background Worker is started with. */
export interface BackgroundWorkerData {
  readonly databaseUrl: string;
  /** Whether the embedder is the table that ships with the server, which a Worker reads by itself. */
  readonly embedsByTable: boolean;
  /** The language model that may be asked, with this Worker's share of what may be spent on it; null without one. */
  readonly llm: LanguageModelOptions | null;
  readonly logLevel: LevelWithSilent;
}

/** A background Worker that starts with its first task. `entry` is the file that it runs, another one in tests. */
export const createTaskWorker = (
  id: number,
  data: BackgroundWorkerData,
  {
    requestOf,
    onBeat,
    log,
    entry = ENTRY,
  }: { requestOf: (task: OutboxTask) => TaskRequest; onBeat: () => void; log: Log; entry?: URL },
): TaskWorker => {
  const channel = createWorkerChannel<TaskHandlers>({
    name: `background ${id}`,
    entry,
    data,
    onDeath: (error) => log.error({ err: error, worker: id }, 'a background Worker died'),
    onNote: onBeat,
    startTimeoutMs: START_TIMEOUT_MS,
  });
  return {
    start: channel.ready,
    run: async (task) =>
      channel.call(task.kind, requestOf(task)).catch((error) => {
        throw error instanceof WorkerCallError ? fromOtherThread(error) : error;
      }),
    replace: channel.replace,
    close: channel.close,
  };
};
