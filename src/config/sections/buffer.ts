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
      .describe('False: every request does all of its work inline and nothing is cached. Strict, and slow.'),
    round_buffer: nested({
      max_tokens: count(1_000_000)
        .default(800)
        .describe('Tokens of a session that make its rounds move on.')
        .meta({ reloadable: true }),
      max_size: count(10_000)
        .default(5)
        .describe('Rounds of a session that make them move on.')
        .meta({ reloadable: true }),
      idle: seconds(86_400)
        .default(5)
        .describe('Seconds after which rounds move on though neither is reached.')
        .meta({ reloadable: true }),
      token_cache_size: count(10_000_000).default(1_000).describe('Exact token counts kept, by content.'),
    }),
    hybrid_buffer: nested({
      max_size: count(10_000)
        .default(5)
        .describe('Rounds of a user, chunked and embedded, that make a flush.')
        .meta({ reloadable: true }),
    }),
    query: nested({
      max_size: count(10_000)
        .default(15)
        .describe('Candidates of a question, of which repeats are left out; three for each result when that is more.')
        .meta({ reloadable: true }),
      cache_size: count(100_000).default(100).describe('Answers kept for a user.'),
      cache_max_bytes: count(2 ** 34)
        .default(67_108_864)
        .describe('Memory for the answers that are kept, of all users together. The least recently used go first.'),
      cache_ttl: seconds(86_400).default(300).describe('Seconds that an answer is kept.').meta({ reloadable: true }),
    }),
    performance: nested({
      flush_interval: seconds(86_400)
        .default(60)
        .describe('Seconds between flushes of what is buffered.')
        .meta({ reloadable: true }),
      force_flush_timeout: seconds(604_800)
        .default(1_800)
        .describe('Seconds after which a buffer is flushed ahead of everything else.')
        .meta({ reloadable: true }),
      max_flush_workers: count(64).default(3).describe('Flushes under way at a time.'),
      max_flush_queue_size: count(100_000).default(100).describe('Flushes that wait; more stay in their buffers.'),
      flush_timeout: seconds(3_600).default(30).describe('Seconds that a flush may take.').meta({ reloadable: true }),
      max_retries: z
        .number()
        .int()
        .min(0)
        .max(100)
        .default(3)
        .describe('Tries of a flush after the first.')
        .meta({ reloadable: true }),
    }),
  })
  .superRefine(({ performance }, context) => {
    const { flush_interval, force_flush_timeout } = performance;
    if (force_flush_timeout >= flush_interval) return;
    const message = `must be at least buffer.performance.flush_interval, which is ${flush_interval}`;
    context.addIssue({ code: 'custom', path: ['performance', 'force_flush_timeout'], message });
  });
