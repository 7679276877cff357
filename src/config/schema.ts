import { z } from 'zod';
import { bufferSection } from './sections/buffer.ts';
import { embeddingSection } from './sections/embedding.ts';
import { llmSection } from './sections/llm.ts';
import { memorySection } from './sections/memory.ts';
import { proxySection } from './sections/proxy.ts';
import { retrievalSection } from './sections/retrieval.ts';
import { serverSection } from './sections/server.ts';
import { databaseSection, redisSection } from './sections/storage.ts';
import { webhooksSection } from './sections/webhooks.ts';

const defaulted = <S extends z.ZodObject>(section: S) => section.prefault({} as z.input<S>);

/** All settings. Unknown keys are refused; every key has a default or may be absent. */
export const settingsSchema = z.strictObject({
  data_dir: z.string().min(1).default('./data').describe('Folder that holds everything that the server stores.'),
  server: defaulted(serverSection),
  database: defaulted(databaseSection),
  redis: defaulted(redisSection),
  buffer: defaulted(bufferSection),
  memory: defaulted(memorySection),
  retrieval: defaulted(retrievalSection),
  embedding: defaulted(embeddingSection),
  llm: defaulted(llmSection),
  proxy: defaulted(proxySection),
  webhooks: defaulted(webhooksSection),
});

export type Settings = z.output<typeof settingsSchema>;

/** Variables with a name of their own, later ones winning; `MEMFUSE_<SECTION>__<KEY>` names any setting and wins over these. */
export const NAMED_VARIABLES = {
  PORT: 'server.port',
  HOST: 'server.host',
  MEMFUSE_PORT: 'server.port',
  MEMFUSE_HOST: 'server.host',
  DATABASE_URL: 'database.url',
  REDIS_URL: 'redis.url',
  MEMFUSE_DATA_DIR: 'data_dir',
  MEMFUSE_BUFFER_ENABLED: 'buffer.enabled',
} as const satisfies Record<string, string>;

export interface SettingDescription {
  /** Dotted path, such as `server.port`. */
  readonly path: string;
  readonly variable: string;
  readonly schema: z.ZodType;
  readonly description: string;
  readonly defaultValue: unknown;
  /** Whether its value is nobody's business: it is not shown again, not even in an error. */
  readonly secret: boolean;
  /** Whether it may change while the server runs. */
  readonly reloadable: boolean;
}

const unwrap = (schema: z.ZodType): z.ZodType =>
  schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault || schema instanceof z.ZodOptional
    ? unwrap(schema.unwrap() as z.ZodType)
    : schema;

const describe = (schema: z.ZodType, path: readonly string[]): SettingDescription[] => {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape).flatMap(([key, child]) => describe(child as z.ZodType, [...path, key]));
  }
  const dotted = path.join('.');
  const named = Object.entries(NAMED_VARIABLES).find(([, target]) => target === dotted)?.[0];
  return [
    {
      path: dotted,
      variable: named ?? `MEMFUSE_${path.join('__').toUpperCase()}`,
      schema: inner,
      description: schema.description ?? '',
      defaultValue: schema.safeParse(undefined).data,
      secret: schema.meta()?.['secret'] === true,
      reloadable: schema.meta()?.['reloadable'] === true,
    },
  ];
};

/** Every setting, in the order of the schema. */
export const SETTINGS: readonly SettingDescription[] = describe(settingsSchema, []);
