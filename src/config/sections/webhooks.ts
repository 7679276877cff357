import { z } from 'zod';

/** Bytes of a key that Standard Webhooks allows. */
const KEY_BYTES = { least: 24, most: 64 } as const;
const SECRET = /^whsec_[A-Za-z0-9+/]+={0,2}$/;

const isSecret = (text: string): boolean => {
  const { length } = Buffer.from(text.slice('whsec_'.length), 'base64');
  return SECRET.test(text) && length >= KEY_BYTES.least && length <= KEY_BYTES.most;
};

/** Webhooks: another server is told what the background has made. Off without an address. */
export const webhooksSection = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe(
        'Address that is told what the background has made, by signed requests (docs/webhooks.md). It may be a private one. Absent: nobody is told.',
      )
      .meta({ reloadable: true }),
    secret: z
      .string()
      .refine(isSecret, {
        error: `must be "whsec_" and a key of ${KEY_BYTES.least} to ${KEY_BYTES.most} bytes in base64, as this makes one: echo "whsec_$(openssl rand -base64 32)"`,
      })
      .optional()
      .describe('Key that signs these requests, `whsec_` and 24 to 64 bytes in base64.')
      .meta({ secret: true, reloadable: true }),
    timeout_ms: z
      .number()
      .int()
      .min(100)
      .max(30_000)
      .default(5_000)
      .describe('Longest wait for the answer to a webhook.')
      .meta({ reloadable: true }),
    max_retries: z
      .number()
      .int()
      .min(0)
      .max(100)
      .default(12)
      .describe(
        'How often a webhook that failed is tried again before its task is given up: `GET /tasks?state=failed&kind=notify` lists those. The default comes to about five hours.',
      )
      .meta({ reloadable: true }),
    retry_delay: z
      .number()
      .min(0.01)
      .max(3_600)
      .default(10)
      .describe('Seconds before the first retry of a webhook; each further pause is twice as long.')
      .meta({ reloadable: true }),
    max_retry_delay: z
      .number()
      .min(0.01)
      .max(86_400)
      .default(3_600)
      .describe('Longest pause between two tries of a webhook, in seconds.')
      .meta({ reloadable: true }),
  })
  .superRefine(({ url, secret, retry_delay, max_retry_delay }, context) => {
    if ((url === undefined) !== (secret === undefined)) {
      const path = [url === undefined ? 'url' : 'secret'];
      const message = 'webhooks.url and webhooks.secret go together: set both, or none';
      context.addIssue({ code: 'custom', path, message });
    }
    if (max_retry_delay < retry_delay) {
      const message = `must be at least webhooks.retry_delay, which is ${retry_delay}`;
      context.addIssue({ code: 'custom', path: ['max_retry_delay'], message });
    }
  });
