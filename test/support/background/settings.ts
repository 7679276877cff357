/** The background takes everything up as soon as it comes, and files it as soon as it is done. */
export const PROMPT = {
  'buffer.round_buffer.idle': 0.01,
  'buffer.performance.flush_interval': 0.02,
  'memory.background.retry_delay': 0.01,
  'memory.background.max_retry_delay': 0.02,
} as const;

/** The background takes nothing up before it is made to, and files nothing before it is made to. */
export const ASLEEP = {
  'buffer.round_buffer.idle': 86_400,
  'buffer.performance.flush_interval': 86_400,
  'buffer.performance.force_flush_timeout': 86_400,
} as const;
