import { z } from 'zod';

const NEEDS = 'needs embedding.model and embedding.dimension, such as text-embedding-3-small and 1536';

/** What turns texts into vectors. */
export const embeddingSection = z
  .strictObject({
    provider: z
      .enum(['static', 'transformers', 'openai'])
      .default('static')
      .describe(
        'Model that embeds messages and questions. `static`: the small one that ships with the server. `transformers`: a local model by transformers.js, after `bun run transformers`. `openai`: any OpenAI-compatible endpoint.',
      ),
    model: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Name of the model at the endpoint, or its folder in `embedding.models_dir`. Absent: all-MiniLM-L6-v2 for `transformers`.',
      ),
    dimension: z
      .number()
      .int()
      .min(1)
      .max(8_192)
      .optional()
      .describe('Number of components of a vector. `openai` needs it; the others know theirs.'),
    request_dimension: z
      .boolean()
      .default(false)
      .describe('The endpoint is asked to shorten its vectors to `embedding.dimension`, which not every model can.'),
    base_url: z
      .url({ protocol: /^https?$/ })
      .default('https://api.openai.com/v1')
      .describe('Address of the endpoint, without `/embeddings`.'),
    api_key: z
      .string()
      .min(1)
      .optional()
      .describe('API key of the endpoint. It is a secret: put it into the variable rather than into a file.')
      .meta({ secret: true }),
    batch_size: z.number().int().min(1).max(2_048).default(32).describe('Most texts in one call of the model.'),
    timeout_ms: z
      .number()
      .int()
      .min(1)
      .max(600_000)
      .default(10_000)
      .describe('Longest that one call of the model may take.'),
    max_retries: z
      .number()
      .int()
      .min(0)
      .max(10)
      .default(3)
      .describe('How often a call is tried again when the endpoint is slow, fails or asks for a pause.'),
    models_dir: z
      .string()
      .min(1)
      .optional()
      .describe('Folder of the models for `transformers`. Absent: the `models` folder of the project.'),
    allow_download: z
      .boolean()
      .default(false)
      .describe('`transformers` may download a model that is not in the folder from huggingface.co.'),
  })
  .superRefine(({ provider, model, dimension }, context) => {
    if (provider !== 'openai' || (model && dimension)) return;
    context.addIssue({ code: 'custom', path: ['provider'], message: NEEDS });
  });
