import { z } from 'zod';

/** The OpenAI-compatible proxy at `/v1`, which remembers. */
export const proxySection = z.strictObject({
  base_url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'Address of the OpenAI-compatible endpoint that answers what comes to `/v1`, such as `https://api.openai.com/v1`. Absent: there is no proxy.',
    ),
  api_key: z
    .string()
    .min(1)
    .optional()
    .describe(
      'API key of that endpoint. Absent: the one that the client sends as `Authorization`. It is a secret: put it into the variable rather than into a file.',
    )
    .meta({ secret: true }),
  max_context_tokens: z
    .number()
    .int()
    .min(0)
    .max(200_000)
    .default(1_000)
    .describe('Most tokens of what is remembered that a request is given; 0 gives nothing and still remembers.')
    .meta({ reloadable: true }),
  recall_timeout_ms: z
    .number()
    .int()
    .min(1)
    .max(600_000)
    .default(1_000)
    .describe('Longest that a request waits for what is remembered, before it goes on with what is found by then.')
    .meta({ reloadable: true }),
  timeout_ms: z
    .number()
    .int()
    .min(1)
    .max(86_400_000)
    .default(600_000)
    .describe(
      'Longest that the endpoint may send nothing, or the client take nothing, before the request is broken off.',
    )
    .meta({ reloadable: true }),
  max_body_bytes: z
    .number()
    .int()
    .min(1)
    .max(1_073_741_824)
    .default(33_554_432)
    .describe('Largest body of a request to the proxy, which may hold images.')
    .meta({ reloadable: true }),
});
