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

/** Whether a server can go there; the driver would take anything else for a host, or for a file. */
const isRedisUrl = (text: string): boolean => {
  const url = URL.parse(text);
  return url !== null && /^rediss?:$/.test(url.protocol) && url.hostname !== '';
};

/** What connects the servers of one database beside it. */
export const redisSection = z.strictObject({
  url: z
    .string()
    .refine(isRedisUrl, 'it must be redis://user:password@host:6379, or rediss:// for TLS')
    .optional()
    .describe(
      'Redis 6 or later that connects several servers of one database: `redis://user:password@host:6379`, or `rediss://` for TLS. They wake one another for background work, and count requests for the rate limit together. While it is down, each server looks once a second and counts by itself. Absent: the same.',
    )
    .meta({ secret: true }),
  prefix: z
    .string()
    .min(1)
    .max(100)
    .default('memfuse')
    .describe(
      'What all names in Redis begin with: the same for all servers of one database, another for those of another.',
    ),
});
