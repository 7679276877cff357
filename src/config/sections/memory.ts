import { z } from 'zod';

const background = z.strictObject({
  workers: z
    .number()
    .int()
    .min(1)
    .max(64)
    .default(3)
    .describe('Worker threads that do background work, at the lowest CPU priority.'),
  queue_size: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(1_000)
    .describe('Most background tasks that are queued in memory. Others wait in the database.'),
  max_retries: z
    .number()
    .int()
    .min(0)
    .max(100)
    .default(3)
    .describe(
      'How often a task that failed is tried again before it is given up: `GET /tasks?state=failed` lists those.',
    )
    .meta({ reloadable: true }),
  retry_delay: z
    .number()
    .min(0.01)
    .max(3_600)
    .default(1)
    .describe('Seconds before the first retry of a task; each further pause is twice as long.')
    .meta({ reloadable: true }),
  max_retry_delay: z
    .number()
    .min(0.01)
    .max(86_400)
    .default(30)
    .describe('Longest pause between two tries of a task, in seconds.')
    .meta({ reloadable: true }),
  lease: z
    .number()
    .min(0.1)
    .max(3_600)
    .default(30)
    .describe(
      'A Worker that shows no sign of life for this many seconds is replaced and its task run again. A process that shows none loses its tasks to others.',
    ),
});

const episodes = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe(
      'Whether sessions are cut into episodes with summaries, after the answer. When it is turned on again, what was said meanwhile is gone over in the background.',
    )
    .meta({ reloadable: true }),
});

const facts = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe(
      'Whether facts are read out of messages, after the answer. While it is off, messages that are edited lose their facts; when it is turned on again, what was said meanwhile is gone over in the background.',
    )
    .meta({ reloadable: true }),
  half_life_days: z
    .number()
    .min(0)
    .max(36_500)
    .default(0)
    .describe(
      'Days in which the confidence of a fact falls by half when no message says it again and no person changes it; 0 leaves it as it is.',
    )
    .meta({ reloadable: true }),
});

const retention = z.strictObject({
  messages_days: z
    .number()
    .min(0)
    .max(36_500)
    .default(0)
    .describe(
      'Days after which messages are deleted, with the chunks, episodes and facts that were made from them; 0 keeps them. They count from when a message was stored, an imported one from when it was stored first.',
    )
    .meta({ reloadable: true }),
});

/** The layers of memory and the background that makes them. */
export const memorySection = z
  .strictObject({
    hot_users: z
      .number()
      .int()
      .min(1)
      .max(10_000_000)
      .default(10_000)
      .describe(
        'Users whose buffers and caches stay in memory. Those of others are dropped when memory is needed, and built again when they are asked for.',
      ),
    background: background.prefault({} as z.input<typeof background>),
    episodes: episodes.prefault({} as z.input<typeof episodes>),
    facts: facts.prefault({} as z.input<typeof facts>),
    retention: retention.prefault({} as z.input<typeof retention>),
  })
  .superRefine(({ background: { retry_delay, max_retry_delay } }, context) => {
    if (max_retry_delay >= retry_delay) return;
    const message = `must be at least memory.background.retry_delay, which is ${retry_delay}`;
    context.addIssue({ code: 'custom', path: ['background', 'max_retry_delay'], message });
  });
