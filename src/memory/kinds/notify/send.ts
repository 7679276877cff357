import { createHmac } from 'node:crypto';
import { MemfuseError } from '../../../contract/errors.ts';
import type { WebhookEvent } from './events.ts';

/** Where webhooks go, as the settings say. */
export interface WebhookTarget {
  readonly url: string;
  /** `whsec_` and the key in base64. */
  readonly secret: string;
  readonly timeoutMs: number;
}

const SECRET_PREFIX = 'whsec_';
const GONE = 410;

/** The signature of https://www.standardwebhooks.com: HMAC-SHA256 over id, time in seconds and body. */
const signatureOf = (secret: string, id: string, seconds: number, body: string): string => {
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`;
};

/**
 * Sends an event, signed as Standard Webhooks asks for. It follows no redirect, so that what is sent goes nowhere but to the address that
 * the operator has set, which may be a private one for that reason. Answers the status, a success or 410. Errors: `internal`, for any
 * other status and for no answer.
 */
export const sendWebhook = async (
  { url, secret, timeoutMs }: WebhookTarget,
  { id, type, data }: WebhookEvent,
  now: number,
): Promise<{ readonly status: number }> => {
  const body = JSON.stringify({ type, timestamp: new Date(now).toISOString(), data });
  const seconds = Math.floor(now / 1_000);
  const { host } = new URL(url);
  const signal = AbortSignal.timeout(timeoutMs);
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'MemFuse',
        'webhook-id': id,
        'webhook-timestamp': String(seconds),
        'webhook-signature': signatureOf(secret, id, seconds, body),
      },
      body,
      signal,
    });
  } catch (cause) {
    const why = signal.aborted ? `did not answer within ${timeoutMs} ms` : 'cannot be reached';
    throw new MemfuseError('internal', `The webhook at ${host} ${why}.`, {}, cause);
  }
  // What it says is nobody's business, and may have no end.
  await response.body?.cancel().catch(() => {});
  const { status } = response;
  if ((status >= 200 && status < 300) || status === GONE) return { status };
  const more = status >= 300 && status < 400 ? '; redirects are not followed' : '';
  throw new MemfuseError('internal', `The webhook at ${host} answered ${status}${more}.`);
};
