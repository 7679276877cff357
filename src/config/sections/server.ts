import { z } from 'zod';

/** What a browser sends as Origin, and `*`. */
const ORIGIN = /^(?:\*|null|[a-z][a-z\d+.-]*:\/\/[^\s/?#]+)$/i;

const count = (max: number) => z.number().int().min(1).max(max);

/** The HTTP edge: where it listens, whom it lets in, how much it takes. */
export const serverSection = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').describe('Address that the server listens on.'),
  port: z
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8000)
    .describe('Port that the server listens on; 0 takes a free one.'),
  api_key_validation: z.boolean().default(false).describe('Every request needs an API key.'),
  allow_unauthenticated: z
    .boolean()
    .default(false)
    .describe(
      'The server may listen beyond loopback without API keys. Anybody who reaches the port can then read and delete everything.',
    ),
  rate_limit_per_minute: count(1_000_000_000)
    .default(20_000)
    .describe(
      'Most requests in a minute by one API key, or by one address while the key is unknown. Not applied on loopback without keys.',
    )
    .meta({ reloadable: true }),
  max_concurrent_requests: count(1_000_000)
    .default(256)
    .describe('Most requests of one API key, or address, at the same time. Not applied on loopback without keys.')
    .meta({ reloadable: true }),
  cors_origins: z
    .array(z.string().regex(ORIGIN, { error: 'it must be * or an origin without a path, such as https://app.example' }))
    .default([])
    .describe(
      'Origins of web pages that may call the API, such as `https://app.example`; `*` for all. Pages of the server itself always may.',
    ),
  max_body_bytes: count(1_073_741_824)
    .default(1_048_576)
    .describe('Largest request body, which has 60 seconds to arrive.')
    .meta({ reloadable: true }),
  max_import_bytes: count(1_099_511_627_776)
    .default(10_737_418_240)
    .describe('Largest file that is imported. It lies in the data folder while it is read.')
    .meta({ reloadable: true }),
  max_messages: count(100_000)
    .default(1_000)
    .describe('Most messages, ids or knowledge items in one request.')
    .meta({ reloadable: true }),
  max_message_bytes: count(1_073_741_824)
    .default(262_144)
    .describe('Largest content of one message, in UTF-8 bytes.')
    .meta({ reloadable: true }),
  access_log: z
    .boolean()
    .default(false)
    .describe('Each request is logged at `info`. At `debug` it is logged in any case.')
    .meta({ reloadable: true }),
  log_level: z
    .enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'])
    .default('info')
    .describe('Lowest level of log lines that are written to standard error.')
    .meta({ reloadable: true }),
});
