import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, systemClock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { Embedder } from './embedder.ts';
import { unusable } from './failures.ts';
import { findTransformers, MODELS_DIR } from './model-runtime.ts';
import { openStaticEmbedder } from './static.ts';

/** The section `embedding` of the settings, whose table in the README says what each means. */
export interface EmbeddingSettings {
  readonly provider: 'static' | 'transformers' | 'openai';
  readonly model?: string | undefined;
  readonly dimension?: number | undefined;
  readonly request_dimension: boolean;
  readonly base_url: string;
  readonly api_key?: string | undefined;
  readonly batch_size: number;
  readonly timeout_ms: number;
  readonly max_retries: number;
  readonly models_dir?: string | undefined;
  readonly allow_download: boolean;
}

export interface EmbedderContext {
  readonly log: Log;
  readonly clock?: Clock;
}

/** The model of transformers.js that ships with the project. */
const DEFAULT_MODEL = 'all-MiniLM-L6-v2';

/** Looks for what the provider needs and is installed by name alone. Errors: `internal` with the way to install it. */
export const assertInstalled = ({ provider, models_dir }: EmbeddingSettings): void => {
  if (provider === 'transformers') findTransformers(models_dir ?? MODELS_DIR);
};

const openTransformers = async (settings: EmbeddingSettings, log: Log): Promise<Embedder> => {
  const { openTransformersEmbedder } = await import('./transformers.ts');
  return openTransformersEmbedder(
    {
      model: settings.model ?? DEFAULT_MODEL,
      modelsDir: settings.models_dir ?? MODELS_DIR,
      allowDownload: settings.allow_download,
      batchSize: settings.batch_size,
      timeoutMs: settings.timeout_ms,
    },
    log,
  );
};

const openOpenAI = async (settings: EmbeddingSettings, log: Log, clock: Clock): Promise<Embedder> => {
  const { model, dimension } = settings;
  if (!model || !dimension) {
    throw unusable('embedding.provider is openai, which needs embedding.model and embedding.dimension.');
  }
  const { openOpenAIEmbedder } = await import('./openai.ts');
  return openOpenAIEmbedder(
    {
      model,
      baseUrl: settings.base_url,
      apiKey: settings.api_key,
      dimensions: dimension,
      requestDimensions: settings.request_dimension,
      batchSize: settings.batch_size,
      timeoutMs: settings.timeout_ms,
      maxRetries: settings.max_retries,
    },
    { log, clock, wait: (ms, signal) => sleep(ms, undefined, { signal }), random: Math.random },
  );
};

const openProvider = (
  settings: EmbeddingSettings,
  { log, clock = systemClock }: EmbedderContext,
): Promise<Embedder> => {
  switch (settings.provider) {
    case 'static':
      return openStaticEmbedder();
    case 'transformers':
      return openTransformers(settings, log);
    case 'openai':
      return openOpenAI(settings, log, clock);
    default:
      return settings.provider satisfies never;
  }
};

/**
 * The embedder that the settings name; what the others need is neither loaded nor looked for.
 * Errors: `internal` with a sentence when its model is missing, damaged or of another dimension than the settings say.
 */
export const openEmbedder = async (settings: EmbeddingSettings, context: EmbedderContext): Promise<Embedder> => {
  const embedder = await openProvider(settings, context);
  const { name, dimensions } = embedder.model;
  if (settings.dimension === undefined || settings.dimension === dimensions) return embedder;
  await embedder.close();
  throw unusable(
    `embedding.dimension is ${settings.dimension}, but ${name} gives vectors of ${dimensions} components. Leave the setting out, or name another model.`,
  );
};
