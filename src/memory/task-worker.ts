import type { Log } from '../platform/log.ts';
import { openWorkerChannel, type WorkerChannel } from '../platform/worker-channel.ts';
import type { TaskWorker } from './background-processor.ts';
import type { BackgroundHandlers, BackgroundWorkerData } from './index-task.ts';

const ENTRY = new URL('../workers/background.ts', import.meta.url);

/** A background Worker that starts with its first task. `entry` is the file that it runs, another one in tests. */
export const createTaskWorker = (
  id: number,
  data: BackgroundWorkerData,
  { maxTokens, onBeat, log, entry = ENTRY }: { maxTokens: () => number; onBeat: () => void; log: Log; entry?: URL },
): TaskWorker => {
  let opening: Promise<WorkerChannel<BackgroundHandlers>> | null = null;
  const open = (): Promise<WorkerChannel<BackgroundHandlers>> => {
    opening ??= openWorkerChannel<BackgroundHandlers>({
      name: `background ${id}`,
      entry,
      data,
      onDeath: (error) => log.error({ err: error, worker: id }, 'a background Worker died'),
      onNote: onBeat,
    }).catch((error) => {
      opening = null;
      throw error;
    });
    return opening;
  };
  return {
    run: async (task) => (await open()).call('index', { task, maxTokens: maxTokens() }),
    restart: async () => (await opening?.catch(() => null))?.restart(),
    close: async () => (await opening?.catch(() => null))?.close(),
  };
};
