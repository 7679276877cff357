import { z } from 'zod';

/** How memories are found. */
export const retrievalSection = z.strictObject({
  index_max_bytes: z
    .number()
    .int()
    .min(1_048_576)
    .max(1_099_511_627_776)
    .default(536_870_912)
    .describe(
      'Memory for search indexes, in bytes: half for users of up to 50,000 documents, half for larger ones, each half at most 4 GiB. The least recently used indexes are evicted first. A single index that is larger than its half (from about half a million messages) is loaded alone.',
    ),
  weights_file: z
    .string()
    .min(1)
    .optional()
    .describe('JSON file with the weights of the ranking, as `bun run fit` writes it for conversations of your own.'),
});
