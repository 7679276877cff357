import { z } from 'zod';

const count = (max: number) => z.number().int().min(1).max(max);
const seconds = (max: number) => z.number().min(0.01).max(max);
const nested = <S extends z.ZodRawShape>(shape: S) => {
  const section = z.strictObject(shape);
  return section.prefault({} as z.input<typeof section>);
};

/** The buffers between a request and the background work. */
export const bufferSection = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe(
        'Whether background work and caches are used. False: every request does all of its work before it is answered, and no answer is cached, which is slow.',
      ),
    round_buffer: nested({
      max_tokens: count(1_000_000)
        .default(800)
        .describe(
          'When the new rounds of a session (a round is the messages of one POST) hold more tokens than this, their background task is due at once. It is also about the largest size of a chunk.',
        )
        .meta({ reloadable: true }),
      max_size: count(10_000)
        .default(5)
        .describe('When a session has this many new rounds, their background task is due at once.')
        .meta({ reloadable: true }),
      idle: seconds(86_400)
        .default(5)
        .describe(
          'Longest that a new round waits for its background task to be due, in seconds, when neither limit is reached.',
        )
        .meta({ reloadable: true }),
      token_cache_size: count(10_000_000)
        .default(1_000)
        .describe('Most exact token counts that are cached, by content.'),
    }),
    hybrid_buffer: nested({
      max_size: count(10_000)
        .default(5)
        .describe(
          'When the background has chunked and embedded this many rounds of a user, it saves (flushes) them in one transaction.',
        )
        .meta({ reloadable: true }),
    }),
    query: nested({
      max_size: count(10_000)
        .default(15)
        .describe(
          'Candidates that are ranked for a question before repetitions are removed; at least three for each result that is asked for.',
        )
        .meta({ reloadable: true }),
      cache_size: count(100_000).default(100).describe('Most answers that are cached for one user.'),
      cache_max_bytes: count(2 ** 34)
        .default(67_108_864)
        .describe('Memory for the cached answers of all users, in bytes. The least recently used are evicted first.'),
      cache_ttl: seconds(86_400)
        .default(300)
        .describe('Seconds that an answer stays cached.')
        .meta({ reloadable: true }),
    }),
    performance: nested({
      flush_interval: seconds(86_400)
        .default(60)
        .describe('Seconds between two flushes of all finished background work that is not saved yet.')
        .meta({ reloadable: true }),
      force_flush_timeout: seconds(604_800)
        .default(1_800)
        .describe('When finished work of a user has waited for this many seconds, it is flushed before that of others.')
        .meta({ reloadable: true }),
      max_flush_workers: count(64).default(3).describe('Most flushes at the same time.'),
      max_flush_queue_size: count(100_000)
        .default(100)
        .describe(
          'Most flushes that wait in the queue. Work that finds no room stays in its buffer until the next flush.',
        ),
      flush_timeout: seconds(3_600)
        .default(30)
        .describe('Longest that one try of a flush may take, in seconds.')
        .meta({ reloadable: true }),
      max_retries: z
        .number()
        .int()
        .min(0)
        .max(100)
        .default(3)
        .describe('How often a flush that failed is tried again.')
        .meta({ reloadable: true }),
    }),
  })
  .superRefine(({ performance }, context) => {
    const { flush_interval, force_flush_timeout } = performance;
    if (force_flush_timeout >= flush_interval) return;
    const message = `must be at least buffer.performance.flush_interval, which is ${flush_interval}`;
    context.addIssue({ code: 'custom', path: ['performance', 'force_flush_timeout'], message });
  });
