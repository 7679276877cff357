import type { Refusal } from './errors.ts';

/** What a handler answers; `data` null goes with 204. */
export interface Answer {
  readonly status: 200 | 201 | 204;
  readonly message: string;
  readonly data: unknown;
  /** True when an Idempotency-Key brought back what an earlier request had done. */
  readonly replayed?: boolean;
}

export const ok = (message: string, data: unknown): Answer => ({ status: 200, message, data });

export const created = (message: string, data: unknown, replayed: boolean): Answer => ({
  status: 201,
  message,
  data,
  replayed,
});

const JSON_HEADERS = { 'Content-Type': 'application/json' };
const REPLAYED_HEADERS = { ...JSON_HEADERS, 'Idempotency-Replayed': 'true' };

/** Headers beside those that every answer has. */
export type ExtraHeaders = Readonly<Record<string, string>> | undefined;

/** An answer in the envelope of five keys. A 204 has no body, but keeps its content type: the async SDK asks for it. */
export const successResponse = ({ status, message, data, replayed }: Answer, extra?: ExtraHeaders): Response => {
  const usual = replayed ? REPLAYED_HEADERS : JSON_HEADERS;
  const headers = extra ? { ...usual, ...extra } : usual;
  if (status === 204) return new Response(null, { status, headers });
  return new Response(JSON.stringify({ status: 'success', code: status, data, message, errors: null }), {
    status,
    headers,
  });
};

export const errorResponse = (
  { status, message, errors, detail, headers }: Refusal,
  extra?: ExtraHeaders,
): Response => {
  const body = { status: 'error', code: status, data: null, message, errors, ...(detail !== undefined && { detail }) };
  return new Response(JSON.stringify(body), { status, headers: { ...JSON_HEADERS, ...extra, ...headers } });
};
