import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { ErrorEnvelope, successEnvelope, ValidationEnvelope } from '../api/envelope.ts';
import { API_PREFIX, type Operation } from '../api/operation.ts';
import type { Page } from '../api/pages.ts';

/** Title and version of the API, which clients know; the program has a version of its own. */
const API_INFO = { title: 'MemFuse Server API', version: '0.0.1' };

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

const refusedWith = (statuses: readonly number[]): object =>
  Object.fromEntries(
    [...new Set(statuses)].sort().map((status) => {
      return [status, { description: REFUSALS[status] ?? 'Refused', content: json(ErrorEnvelope) }] as const;
    }),
  );

const responsesOf = ({ success, refusals = [], access, body }: Operation) => {
  const statuses = [...refusals, ...(access === 'none' ? [] : GUARDED), ...(body ? [408, 413, 415] : [])];
  const { status, data, headers, orFound } = success;
  return {
    ...(orFound && data && { 200: { description: 'It was there already', content: json(successEnvelope(200, data)) } }),
    [status]: data
      ? { description: 'Done', content: json(successEnvelope(status, data)), ...(headers && { headers }) }
      : { description: 'Done; no body' },
    ...refusedWith(statuses),
    ...(body && { 422: { description: 'The body does not fit', content: json(ValidationEnvelope) } }),
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
      requestBody: { required: !operation.bodyOptional, content: json(operation.body) },
    }),
    responses: responsesOf(operation),
  };
};

const describePage = ({ id, tag, summary, access, mediaType }: Page): object => ({
  operationId: id,
  tags: [tag],
  summary,
  ...(access === 'none' && { security: [] }),
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
  for (const page of pages) paths[page.path] = { get: describePage(page) };
  return createDocument({
    openapi: '3.1.0',
    info: {
      ...API_INFO,
      description: 'Post the messages of a conversation; later ask in plain words what is known.',
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { header: [] }, {}],
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        header: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
    },
    paths: paths as ZodOpenApiPathsObject,
  });
};
