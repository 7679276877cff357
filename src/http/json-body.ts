import type { MiddlewareHandler } from 'hono';
import { parseExactJson, TooManyValuesError } from '../platform/exact-json.ts';
import type { Scheduler } from '../platform/scheduler.ts';
import { decoded } from './content-encoding.ts';
import type { HttpEnv } from './context.ts';
import { bodyTooLarge, type Detail, RefusalError, refuse } from './errors.ts';
import { isDeclaredJson, notJson } from './media-type.ts';

/**
 * Longest wait for a body to be there whole. Whatever runs the app has to wait longer before it gives up an idle
 * connection, or the client is cut off without an answer.
 */
const BODY_TIMEOUT_MS = 60_000;

const decoder = new TextDecoder('utf-8', { fatal: true });

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
  if (announced > maxBytes) throw bodyTooLarge(maxBytes);
  if (announced >= 0) return new Uint8Array(await request.arrayBuffer());
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw bodyTooLarge(maxBytes);
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

/** A 422 in the form of the old server, whose `errors` say in a sentence what is wrong and where. */
const invalidJson = (reason: string, place: { offset?: number; line?: number; column?: number } = {}): RefusalError => {
  const { offset, line, column } = place;
  const loc = offset === undefined ? ['body'] : ['body', offset];
  const where = line === undefined ? '' : ` at line ${line}, column ${column}`;
  const ctx = { error: reason, ...(line !== undefined && { line, column }) };
  const detail: Detail[] = [{ type: 'json_invalid', loc, msg: 'JSON decode error', input: {}, ctx }];
  const errors = [{ field: 'body', message: `JSON decode error${where}: ${reason}` }];
  return new RefusalError({ status: 422, message: 'Validation error', errors, detail });
};

const parse = async (bytes: Uint8Array): Promise<unknown> => {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw invalidJson('not UTF-8');
    throw error;
  }
  try {
    return parseExactJson(text);
  } catch (error) {
    if (error instanceof RangeError) throw invalidJson('nested too deeply');
    if (error instanceof TooManyValuesError) throw invalidJson(`${error.message}; send them in several requests`);
    if (!(error instanceof SyntaxError)) throw error;
    // Loaded for this alone.
    const { findJsonError } = await import('./json-error.ts');
    const { reason = 'expecting value', ...place } = findJsonError(text) ?? {};
    throw invalidJson(reason, place);
  }
};

export interface BodyOptions {
  /** Asked for with each request, since the setting may change. */
  readonly maxBytes: () => number;
  readonly scheduler: Scheduler;
}

/**
 * Reads and parses the body once, before anybody is asked who they are. The validator that follows asks the request for
 * its JSON and looks at its type, which a request without a body need not have, so both are put in place here.
 */
export const jsonBody =
  ({ maxBytes, scheduler }: BodyOptions): MiddlewareHandler<HttpEnv> =>
  async (c, next) => {
    const isJson = isDeclaredJson(c.req.raw);
    // One that is announced is refused unread.
    if (!isJson && Number(c.req.header('Content-Length') ?? 0) > 0) throw notJson(c.req.raw);
    const most = maxBytes();
    const received = await receive(c.req.raw, most, scheduler);
    if (!isJson && received.length > 0) throw notJson(c.req.raw);
    const bytes = received.length === 0 ? received : await decoded(received, c.req.header('Content-Encoding'), most);
    const body = bytes.length === 0 ? undefined : await parse(bytes);
    c.set('body', body);
    c.req.json = async () => c.get('body') as never;
    if (!isJson) {
      const { url, method } = c.req.raw;
      const headers = new Headers(c.req.raw.headers);
      headers.set('Content-Type', 'application/json');
      c.req.raw = new Request(url, { method, headers });
    }
    await next();
  };
