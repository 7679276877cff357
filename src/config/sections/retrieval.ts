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
      'Memory for the indexes of hot users: half for memories of up to 50,000 documents, half for larger ones. The least recently used go first. Each half is 4 GiB at the most. A memory whose index alone is larger (half a million messages or so) has its half to itself.',
    ),
  weights_file: z
    .string()
    .min(1)
    .optional()
    .describe(
      'JSON file with what each step of the ranking counts, fitted on conversations of your own (`bun run fit`).',
    ),
});
