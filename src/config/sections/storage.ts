import { z } from 'zod';

/** The database beneath everything. */
export const databaseSection = z.strictObject({
  url: z
    .string()
    .min(1)
    .optional()
    .describe('`sqlite:<file>`. Absent: the file memfuse.db in the data folder. Postgres is still to come.')
    .meta({ secret: true }),
});

/** The cache that replicas will share. */
export const redisSection = z.strictObject({
  url: z
    .string()
    .min(1)
    .optional()
    .describe('Kept for the shared cache, which is still to come. Not used yet.')
    .meta({ secret: true }),
});
