import { z } from 'zod';

/** A language model for the background: it reads facts and writes summaries better than rules do. */
export const llmSection = z
  .strictObject({
    base_url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe(
        'OpenAI-compatible endpoint of a language model that reads facts and summarises episodes in the background, such as `https://api.openai.com/v1`. Absent: rules do both, and nothing leaves this machine.',
      ),
    model: z.string().min(1).optional().describe('The name of that model at the endpoint.'),
    api_key: z.string().min(1).optional().describe('The key for that endpoint.').meta({ secret: true }),
    timeout_ms: z
      .number()
      .int()
      .min(100)
      .max(600_000)
      .default(30_000)
      .describe('Longest wait for one answer of the model.'),
    max_requests_per_minute: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .default(60)
      .describe('Most requests of this process to the model. Beyond that rules do its work.'),
    max_tokens_per_hour: z
      .number()
      .int()
      .min(1_000)
      .max(1_000_000_000_000)
      .default(1_000_000)
      .describe(
        'Most tokens, sent and received, that this process spends on the model. Beyond that rules do its work.',
      ),
  })
  .superRefine(({ base_url, model }, context) => {
    if ((base_url === undefined) === (model === undefined)) return;
    const path = [base_url === undefined ? 'base_url' : 'model'];
    context.addIssue({ code: 'custom', path, message: 'llm.base_url and llm.model go together: set both, or none' });
  });
