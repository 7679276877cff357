import type { Embedder } from '../../src/embedding/embedder.ts';
import { MODELS_DIR } from '../../src/embedding/model-runtime.ts';
import { openTransformersEmbedder } from '../../src/embedding/transformers.ts';
import { createLog } from '../../src/platform/log.ts';

/** all-MiniLM-L6-v2, which most products embed with; the sentence that says why not, when its runtime is not there. */
export const openMiniLM = (): Promise<Embedder | string> =>
  openTransformersEmbedder(
    { model: 'all-MiniLM-L6-v2', modelsDir: MODELS_DIR, allowDownload: false, batchSize: 32, timeoutMs: 60_000 },
    createLog('error'),
  ).catch((error: Error) => error.message);
