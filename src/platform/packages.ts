const LANGUAGES =
  'arabic danish dutch finnish french german greek hungarian indian indonesian italian norwegian portuguese romanian russian spanish swedish turkish ukrainian';

/** Packages that are loaded when they are first needed, by a Worker or for a request. */
export const LOADED_LATER: readonly string[] = [
  ...LANGUAGES.split(' ').map((language) => `@orama/stemmers/${language}`),
  '@ai-sdk/openai-compatible',
  '@modelcontextprotocol/sdk/server/mcp.js',
  '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js',
  '@modelcontextprotocol/sdk/types.js',
  '@modelcontextprotocol/sdk/validation/ajv',
  '@opentelemetry/api',
  '@opentelemetry/context-async-hooks',
  '@opentelemetry/core',
  '@opentelemetry/exporter-metrics-otlp-http',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/resources',
  '@opentelemetry/sdk-metrics',
  '@opentelemetry/sdk-trace',
  'ai',
  'confbox/json',
  'confbox/toml',
  'confbox/yaml',
  'eventsource-parser',
  'gpt-tokenizer/encoding/o200k_base',
  'prom-client',
  'swagger-ui-dist/favicon-32x32.png',
  'swagger-ui-dist/swagger-ui-bundle.js',
  'swagger-ui-dist/swagger-ui.css',
  'wink-eng-lite-web-model',
  'wink-nlp',
  'zod-openapi',
];

/**
 * Finds the packages that are loaded later, before connections come in. Bun remembers for as long as the process lives that
 * the folder of a package could not be read, in all threads; a crowd that takes all descriptors would be the reason.
 */
export const findPackages = (): void => {
  for (const name of LOADED_LATER) {
    try {
      import.meta.resolve(name);
    } catch {
      // The single binary has it within, and for others whoever loads it says that it is missing.
    }
  }
};
