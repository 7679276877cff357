import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { GlobalConfig } from '../../src/config/global-config.ts';
import { settingsFrom } from '../../src/config/load.ts';
import { MODELS_DIR } from '../../src/embedding/model-runtime.ts';
import { systemClock as clock } from '../../src/platform/clock.ts';
import { systemIds as ids } from '../../src/platform/ids.ts';
import { createLog } from '../../src/platform/log.ts';
import { ServiceFactory } from '../../src/services/service-factory.ts';
import { benchFolder, type ServerProcess, startProcess } from './server-process.ts';

/** The two ways of the server that the seed's suites hold against each other. */
export type Side = 'product' | 'bypass';
export type Model = 'static' | 'transformers';

export const MODEL_NAMES: Readonly<Record<Model, string>> = { static: 'static', transformers: 'MiniLM' };
export const NO_TRANSFORMERS = 'Rows with MiniLM are left out: its runtime is not installed (bun run transformers).';

/** What each side does, for the text above the figures. */
export const SIDES = [
  'product: M0 is committed before the answer; chunks, vectors and counts are made in Workers after it; services and answers are cached.',
  'bypass (buffer.enabled=false): the same code inline, as the old server did it: a service built anew and the connection checked for',
  '  every request, then M0, chunks, vectors, exact counts and their commit before the answer; a question reads the memory of its user anew.',
  '  What no server would load for each request is shared by both: the process, the open database with its group commit, the loaded model.',
] as const;

const MAIN = join(import.meta.dir, '..', '..', 'src', 'main.ts');

/** A server process of one side, on a copy of a data folder. */
export const startSide = (side: Side, model: Model, dataFolder: string): Promise<ServerProcess> => {
  const folder = benchFolder();
  cpSync(dataFolder, folder, { recursive: true });
  const env = { MEMFUSE_BUFFER_ENABLED: String(side === 'product'), MEMFUSE_EMBEDDING__PROVIDER: model };
  return startProcess(MAIN, { health: '/api/v1/health', env, folder });
};

/** The services of one side in this process, on a folder of their own. */
export const openSide = (
  side: Side,
  folder: string,
  settings: Record<string, unknown> = {},
): Promise<ServiceFactory> => {
  const wanted = { data_dir: folder, 'buffer.enabled': side === 'product', ...settings };
  const entries = Object.entries(wanted).map(([path, value]) => ({ path, value, source: 'benchmark' }));
  const config = GlobalConfig.of(settingsFrom(entries));
  return ServiceFactory.initializeGlobals(config, { clock, ids, log: createLog(() => 'error') });
};

/** Whether MiniLM can be measured: its runtime is installed by `bun run transformers` only. */
export const hasTransformers = (): boolean => {
  try {
    Bun.resolveSync('@huggingface/transformers', join(MODELS_DIR, 'runtime'));
    return true;
  } catch {
    return false;
  }
};
