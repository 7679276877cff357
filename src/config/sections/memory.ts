import { z } from 'zod';

const background = z.strictObject({
  workers: z.number().int().min(1).max(64).default(3).describe('Workers of the background, at the lowest priority.'),
  queue_size: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(1_000)
    .describe('Tasks held in memory; more wait on disk.'),
  max_retries: z
    .number()
    .int()
    .min(0)
    .max(100)
    .default(3)
    .describe('Tries of a task after the first, before it is a dead letter.')
    .meta({ reloadable: true }),
  retry_delay: z
    .number()
    .min(0.01)
    .max(3_600)
    .default(1)
    .describe('Seconds before the first retry; doubled for each that follows.')
    .meta({ reloadable: true }),
  max_retry_delay: z
    .number()
    .min(0.01)
    .max(86_400)
    .default(30)
    .describe('Longest pause between retries, in seconds.')
    .meta({ reloadable: true }),
  lease: z
    .number()
    .min(0.1)
    .max(3_600)
    .default(30)
    .describe('Seconds without a sign of life after which a task is taken from its Worker.'),
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
      .describe('Users whose services are kept; those of others go when memory is needed.'),
    background: background.prefault({} as z.input<typeof background>),
  })
  .superRefine(({ background: { retry_delay, max_retry_delay } }, context) => {
    if (max_retry_delay >= retry_delay) return;
    const message = `must be at least memory.background.retry_delay, which is ${retry_delay}`;
    context.addIssue({ code: 'custom', path: ['background', 'max_retry_delay'], message });
  });
