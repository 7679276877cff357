import type { Refusal } from './errors.ts';
import { type Rows, type StreamOptions, streamedBody } from './streamed.ts';

/** Headers beside those that every answer has. */
export type ExtraHeaders = Readonly<Record<string, string>> | undefined;

/** What a handler answers; `data` null goes with 204. */
export interface Answer<D = unknown> {
  readonly status: 200 | 201 | 204;
  readonly message: string;
  readonly data: D;
  /** True when an Idempotency-Key brought back what an earlier request had done. */
  readonly replayed?: boolean;
  readonly headers?: ExtraHeaders;
  /** The list in `data`, under its name, from its beginning to its end, when it has more rows than `data` holds. */
  readonly rows?: { readonly name: string; readonly pages: Rows };
}

export const ok = <D>(message: string, data: D, headers?: ExtraHeaders): Answer<D> => ({
  status: 200,
  message,
  data,
  ...(headers && { headers }),
});

export const created = <D>(message: string, data: D, replayed: boolean): Answer<D> => ({
  status: 201,
  message,
  data,
  replayed,
});

const JSON_HEADERS = { 'Content-Type': 'application/json' };
const REPLAYED_HEADERS = { ...JSON_HEADERS, 'Idempotency-Replayed': 'true' };

/** An answer in the envelope of five keys. A 204 has no body, but keeps its content type: the async SDK asks for it. */
export const successResponse = (answer: Answer, stream: StreamOptions, extra?: ExtraHeaders): Response => {
  const { status, message, data, replayed, headers: own, rows } = answer;
  const usual = replayed ? REPLAYED_HEADERS : JSON_HEADERS;
  const headers = extra || own ? { ...usual, ...extra, ...own } : usual;
  if (status === 204) return new Response(null, { status, headers });
  if (rows) return new Response(streamedBody({ status, message, ...rows }, stream), { status, headers });
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
