import type { MiddlewareHandler } from 'hono';
import type { HttpEnv } from './context.ts';
import { RefusalError } from './errors.ts';
import { isJsonType } from './media-type.ts';
import { validationError } from './validation.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

const tooLarge = (maxBytes: number): RefusalError => {
  const text = `The request body is larger than ${maxBytes} bytes. Send less in one request, or raise server.max_body_bytes.`;
  return new RefusalError({ status: 413, message: text, errors: [{ field: 'body', message: text }] });
};

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

const parse = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch (error) {
    const reason = error instanceof TypeError ? 'Not UTF-8' : 'Expecting value';
    throw validationError([
      { type: 'json_invalid', loc: ['body'], msg: 'JSON decode error', input: {}, ctx: { error: reason } },
    ]);
  }
};

/**
 * Reads and parses the body once, before anybody is asked who they are. It counts as JSON when its type says so or is
 * absent; a body of another type reaches validation as the text it is, which no schema accepts. The validator that
 * follows asks the request for its JSON and looks at its type, so both are put in place here.
 */
export const jsonBody =
  (maxBytes: number): MiddlewareHandler<HttpEnv> =>
  async (c, next) => {
    const type = c.req.header('Content-Type')?.split(';', 1)[0]?.trim() ?? '';
    const bytes = await readBytes(c.req.raw, maxBytes);
    const body = bytes.length === 0 ? undefined : isJsonType(type) ? parse(bytes) : '';
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
