import { z } from 'zod';

/** The database beneath everything. */
export const databaseSection = z.strictObject({
  url: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Database: `sqlite:<file>`, or `postgres://user:password@host:5432/database`. Absent: the file `memfuse.db` in the data folder.',
    )
    .meta({ secret: true }),
});

/** The cache that replicas will share. */
export const redisSection = z.strictObject({
  url: z
    .string()
    .min(1)
    .optional()
    .describe('Reserved for a cache that several servers share, which is still to come. It has no effect yet.')
    .meta({ secret: true }),
});
