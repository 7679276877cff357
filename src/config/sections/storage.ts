import { z } from 'zod';

/** The database beneath everything. */
export const databaseSection = z.strictObject({
  url: z
    .string()
    .min(1)
    .optional()
    .describe('`sqlite:<file>`. Absent: the file memfuse.db in the data folder. Postgres is still to come.')
    .meta({ secret: true }),
  pool_size: z.number().int().min(1).max(10_000).default(20).describe('Connections for requests at the most.'),
  pool_timeout: z.number().min(0.01).max(600).default(2).describe('Seconds that a request waits for a connection.'),
  leak_after: z
    .number()
    .min(0.1)
    .max(86_400)
    .default(60)
    .describe('Seconds after which a connection that is not given back is reported, with who borrowed it.'),
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
