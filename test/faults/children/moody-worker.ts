import { readFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { openWorkReader } from '../../../adapters/open.ts';
import { openTaskHandlers, type TaskHandlers } from '../../../src/memory/kinds/handlers.ts';
import type { BackgroundWorkerData } from '../../../src/memory/task-worker.ts';
import { systemIds } from '../../../src/platform/ids.ts';
import { note, serveWorker } from '../../../src/platform/worker-channel.ts';
import { HANGING_TEXT, type Moods } from '../../support/background/moods.ts';

/** A background Worker like the server's own, but for what befalls it. */
await serveWorker(async (): Promise<TaskHandlers> => {
  const { databaseUrl, moods } = workerData as BackgroundWorkerData & { readonly moods: Moods };
  const work = await openWorkReader(databaseUrl);
  const model = { meaning: null, tagger: null };
  const well = openTaskHandlers({ work, embedder: null, ...model, ids: systemIds, beat: () => note('beat') });
  const counts = new Int32Array(moods.counts);
  /** Whether this is one of the next tasks that something is to befall. */
  const isMeant = (mood: 0 | 1 | 2): boolean => Atomics.load(counts, mood) > 0 && Atomics.sub(counts, mood, 1) > 0;
  const hang = (): never => {
    for (;;);
  };
  return {
    ...well,
    index: async (request) => {
      if (isMeant(0)) process.exit(1);
      if (isMeant(1)) hang();
      if (isMeant(2)) readFileSync(moods.pipe);
      const { messages } = await work.read(request.task);
      if (messages.some(({ content }) => content.includes(HANGING_TEXT))) hang();
      return well.index(request);
    },
  };
});
