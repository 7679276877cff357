import type { MiddlewareHandler } from 'hono';
import type { ParseError } from 'jsonc-parser';
import type { Scheduler } from '../platform/scheduler.ts';
import type { HttpEnv } from './context.ts';
import { RefusalError, refuse } from './errors.ts';
import { isJsonType } from './media-type.ts';
import { validationError } from './validation.ts';

/**
 * Longest wait for a body to be there whole. Whatever runs the app has to wait longer before it gives up an idle
 * connection, or the client is cut off without an answer.
 */
const BODY_TIMEOUT_MS = 60_000;

const decoder = new TextDecoder('utf-8', { fatal: true });

const tooLarge = (maxBytes: number): RefusalError => {
  const text = `The request body is larger than ${maxBytes} bytes. Send less in one request, or raise server.max_body_bytes.`;
  return new RefusalError({ status: 413, message: text, errors: [{ field: 'body', message: text }] });
};

const tooSlow = (): RefusalError => {
  const text = `The request body was not there whole after ${BODY_TIMEOUT_MS / 1_000} seconds. Send the request again.`;
  // What may still come of the body cannot be told from a next request.
  const headers = { Connection: 'close' };
  return new RefusalError({ status: 408, message: text, errors: [{ field: 'body', message: text }], headers });
};

/** Nobody reads it: the client has hung up. It is the client's doing, and no failure of the server. */
const brokenOff = (): RefusalError => refuse(400, 'body', 'The request body broke off.');

/** Reads a body without ever holding more than the limit of it. */
const readBytes = async (request: Request, maxBytes: number): Promise<Uint8Array> => {
  const announced = Number(request.headers.get('Content-Length') ?? Number.NaN);
  if (announced > maxBytes) throw tooLarge(maxBytes);
  if (announced >= 0) return new Uint8Array(await request.arrayBuffer());
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
};

/** The body, when it comes in time and whole. Errors: 408, 413, 400 when the client hangs up. */
const receive = (request: Request, maxBytes: number, scheduler: Scheduler): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const giveUp = scheduler.after(BODY_TIMEOUT_MS, () => reject(tooSlow()));
    readBytes(request, maxBytes)
      .then(resolve, (error) => reject(request.signal.aborted ? brokenOff() : error))
      .finally(giveUp);
  });

const invalidJson = (position: readonly number[], reason: string): RefusalError =>
  validationError([
    { type: 'json_invalid', loc: ['body', ...position], msg: 'JSON decode error', input: {}, ctx: { error: reason } },
  ]);

/** Longest text in which the error is looked for: that is slow, and whoever sends more knows what they send. */
const MAX_LOCATED_LENGTH = 65_536;

/** Where a text ceases to be JSON, by jsonc-parser, which is loaded for this alone: engines do not tell. */
const positionOfError = async (text: string): Promise<readonly number[]> => {
  if (text.length > MAX_LOCATED_LENGTH) return [];
  const { parseTree } = await import('jsonc-parser');
  const errors: ParseError[] = [];
  try {
    parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch (error) {
    if (error instanceof RangeError) return []; // nested deeper than its stack
    throw error;
  }
  return errors.slice(0, 1).map(({ offset }) => offset);
};

const parse = async (bytes: Uint8Array): Promise<unknown> => {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw invalidJson([], 'Not UTF-8');
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw invalidJson(await positionOfError(text), 'Expecting value');
    throw error;
  }
};

export interface BodyOptions {
  /** Asked for with each request, since the setting may change. */
  readonly maxBytes: () => number;
  readonly scheduler: Scheduler;
}

/**
 * Reads and parses the body once, before anybody is asked who they are. It counts as JSON when its type says so or is
 * absent; a body of another type reaches validation as the text it is, which no schema accepts. The validator that
 * follows asks the request for its JSON and looks at its type, so both are put in place here.
 */
export const jsonBody =
  ({ maxBytes, scheduler }: BodyOptions): MiddlewareHandler<HttpEnv> =>
  async (c, next) => {
    const type = c.req.header('Content-Type')?.split(';', 1)[0]?.trim() ?? '';
    const bytes = await receive(c.req.raw, maxBytes(), scheduler);
    const body = bytes.length === 0 ? undefined : isJsonType(type) ? await parse(bytes) : '';
    c.set('body', body);
    c.set('bodyType', type);
    c.req.json = async () => body as never;
    if (type === '' || !isJsonType(type)) {
      const { url, method } = c.req.raw;
      const headers = new Headers(c.req.raw.headers);
      headers.set('Content-Type', 'application/json');
      c.req.raw = new Request(url, { method, headers });
    }
    await next();
  };
