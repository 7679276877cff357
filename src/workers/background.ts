import { setPriority } from 'node:os';
import { workerData } from 'node:worker_threads';
import { openWorkReader } from '../../adapters/open.ts';
import { findMultilingualModel } from '../embedding/multilingual-model.ts';
import { createStaticEmbedder } from '../embedding/static.ts';
import { openStaticModelIfAny } from '../embedding/static-model.ts';
import { openTaskHandlers, type TaskHandlers } from '../memory/kinds/handlers.ts';
import type { LanguageModel } from '../memory/language-model.ts';
import type { BackgroundWorkerData } from '../memory/task-worker.ts';
import { systemIds } from '../platform/ids.ts';
import { createLog } from '../platform/log.ts';
import { openOnce } from '../platform/open-once.ts';
import { note, serveWorker } from '../platform/worker-channel.ts';
import { createMeaning } from '../retrieval/index/meaning.ts';
import { openTagger } from '../text/clauses/tagger.ts';

/** The lowest of the system: requests go first. It counts for this thread alone. */
const LOWEST_PRIORITY = 19;

/** Loaded only where one is configured: its client takes 20 MB. */
const openModel = async (
  options: BackgroundWorkerData['llm'],
  level: BackgroundWorkerData['logLevel'],
  beat: () => void,
): Promise<LanguageModel | null> => {
  if (!options) return null;
  const { openLanguageModel } = await import('../memory/language-model.ts');
  return openLanguageModel(options, { log: createLog(level), beat });
};

await serveWorker(async (): Promise<TaskHandlers> => {
  setPriority(0, LOWEST_PRIORITY);
  const { databaseUrl, embedsByTable, llm, logLevel } = workerData as BackgroundWorkerData;
  const work = await openWorkReader(databaseUrl);
  // Without the model there are no vectors, and everything else goes on; the server tells of it at its start.
  const model = await openStaticModelIfAny();
  const embedder = model && embedsByTable ? createStaticEmbedder(model) : null;
  const meaning = model && createMeaning(model, await findMultilingualModel());
  const tagger = openOnce(() => openTagger()).get;
  const beat = (): void => note('beat');
  const reading = { meaning, tagger, llm: await openModel(llm, logLevel, beat) };
  return openTaskHandlers({ work, embedder, ...reading, ids: systemIds, beat });
});
