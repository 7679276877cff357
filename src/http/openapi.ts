import { z } from 'zod';
import type { ZodOpenApiObject, ZodOpenApiPathsObject } from 'zod-openapi';
import packageJson from '../../package.json' with { type: 'json' };
import { ErrorEnvelope, successEnvelope, ValidationEnvelope } from '../api/envelope.ts';
import { API_PREFIX, type Operation } from '../api/operation.ts';
import type { Page } from '../api/pages.ts';

/** Title and version of the API, which clients know; the program has a version of its own. */
const API_INFO = {
  title: 'MemFuse Server API',
  version: '0.0.1',
  description: `MemFuse ${packageJson.version}. Post the messages of a conversation; later ask in plain words what is known.`,
};

const REFUSALS: Record<number, string> = {
  400: 'Refused: see `errors`',
  401: 'No valid API key',
  403: 'The API key does not allow this, or the page that asks may not',
  404: 'Something named does not exist',
  408: 'The body did not come in time',
  409: 'Not in a state for this',
  413: 'The body is too large',
  415: 'The body is not declared as JSON, or encoded in a way that is not taken',
  429: 'Too many requests',
  503: 'Full, or the storage does not answer; send it again after `Retry-After` seconds',
};

const json = (schema: object) => ({ 'application/json': { schema } });

const GUARDED = [401, 403, 429, 503];

/** The answers of refusals: objects with an id stand in the document once, and calls refer to them. */
const REFUSED = new Map(
  [...Object.entries(REFUSALS), ['422', 'The body does not fit']].map(([status, description]) => {
    const schema = status === '422' ? ValidationEnvelope : ErrorEnvelope;
    return [Number(status), { id: `Refused${status}`, description, content: json(schema) }];
  }),
);

const refusedWith = (statuses: readonly number[]): object =>
  Object.fromEntries([...new Set(statuses)].sort().map((status) => [status, REFUSED.get(status)] as const));

const fileOf = (media: string, example?: string) => ({
  content: { [media]: { schema: { type: 'string' as const }, ...(example && { example }) } },
});

const responsesOf = ({ success, refusals = [], access, body, media }: Operation) => {
  const ofBody = body ? [408, 413, 415, 422] : media?.request ? [408, 415] : [];
  const statuses = [...refusals, ...(access === 'none' ? [] : GUARDED), ...ofBody];
  const { status, data, headers, orFound } = success;
  return {
    ...(orFound && data && { 200: { description: 'It was there already', content: json(successEnvelope(200, data)) } }),
    [status]: data
      ? { description: 'Done', content: json(successEnvelope(status, data)), ...(headers && { headers }) }
      : media?.response
        ? { description: 'Done', ...fileOf(media.response) }
        : { description: 'Done; no body' },
    ...refusedWith(statuses),
  };
};

const describeOperation = (operation: Operation): object => {
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  const idempotency = z.object({
    'Idempotency-Key': z.string().max(255).optional().meta({
      description: 'Sent again with the same body within 24 hours, the request takes effect once.',
    }),
  });
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    ...(operation.access === 'none' && { security: [] }),
    requestParams: {
      ...(names.length > 0 && { path: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))) }),
      ...(operation.query && { query: operation.query }),
      ...(operation.creates && { header: idempotency }),
    },
    ...(operation.body && {
      requestBody: {
        required: !operation.bodyOptional,
        content: { 'application/json': { schema: operation.body, example: operation.example } },
      },
    }),
    ...(operation.media?.request && {
      requestBody: { required: true, ...fileOf(operation.media.request, operation.media.example) },
    }),
    responses: responsesOf(operation),
  };
};

/** What zod says of every whole number, and a page would fill in as an example. */
const withoutBoundsOfNumbers = (schema: { minimum?: number; maximum?: number }): void => {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
};

const describePage = ({ id, tag, summary, access, mediaType, example }: Page): object => ({
  operationId: id,
  tags: [tag],
  summary,
  ...(access === 'none' && { security: [] }),
  ...(example && {
    requestBody: { required: true, content: { 'application/json': { schema: z.looseObject({}), example } } },
  }),
  responses: {
    200: {
      description: 'Done',
      content: { [mediaType]: { schema: { type: mediaType === 'application/json' ? 'object' : 'string' } } },
    },
    ...refusedWith(access === 'none' ? [] : GUARDED),
  },
});

/** The OpenAPI 3.1 document, out of the very objects that validate; zod-openapi turns their schemas into JSON Schema. */
export const openApiDocument = async (operations: readonly Operation[], pages: readonly Page[]): Promise<object> => {
  const { createDocument } = await import('zod-openapi');
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    const path = API_PREFIX + operation.path;
    paths[path] = { ...paths[path], [operation.method]: describeOperation(operation) };
  }
  for (const page of pages) paths[page.path] = { [page.example ? 'post' : 'get']: describePage(page) };
  const document: ZodOpenApiObject = {
    openapi: '3.1.0',
    info: API_INFO,
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { header: [] }, {}],
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        header: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
    },
    paths: paths as ZodOpenApiPathsObject,
  };
  return createDocument(document, { override: ({ jsonSchema }) => withoutBoundsOfNumbers(jsonSchema) });
};
