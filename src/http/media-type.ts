import { RefusalError } from './errors.ts';

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json$/i;

const isJsonType = (type: string): boolean => JSON_TYPE.test(type);

/** The media type of a body, without its parameters; empty when none is named. */
const typeOf = (request: Request): string => request.headers.get('Content-Type')?.split(';', 1)[0]?.trim() ?? '';

/** Whether the body of a request, if it has one, is declared as JSON. */
export const isDeclaredJson = (request: Request): boolean => isJsonType(typeOf(request));

/**
 * A body that is not declared as JSON. A browser lets any page send such bodies without asking the server first, so what
 * they say is not what the person at the browser wants said.
 */
export const notJson = (request: Request): RefusalError => {
  const type = typeOf(request);
  const came = type === '' ? 'without a Content-Type' : `as ${type}`;
  const text = `The request body came ${came}. Send it with Content-Type: application/json.`;
  const errors = [{ field: 'Content-Type', message: text }];
  return new RefusalError({
    status: 415,
    message: 'Unsupported Media Type',
    errors,
    headers: { Accept: 'application/json' },
  });
};

/** Whether a body is announced. One that comes in pieces may turn out to be empty. */
const hasBody = ({ headers }: Request): boolean =>
  Number(headers.get('Content-Length') ?? 0) > 0 || headers.has('Transfer-Encoding');

/** For calls that take no body, and read none. Errors: 415. */
export const assertNoForeignBody = (request: Request): void => {
  if (request.method !== 'GET' && hasBody(request) && !isDeclaredJson(request)) throw notJson(request);
};
