import type { Access } from './operation.ts';
import { EXAMPLE_QUESTION } from './query.ts';

/** An address beside the API's prefix that answers with a document of its own, not in the envelope. */
export interface Page {
  /** Unique among operations and pages; the operationId of the OpenAPI document. */
  readonly id: string;
  readonly path: `/${string}`;
  /** A body that works as it is. With one it is a POST of a JSON object, else a GET. */
  readonly example?: object;
  readonly tag: string;
  readonly summary: string;
  readonly access: Access;
  readonly mediaType: 'text/plain' | 'text/html' | 'application/json';
}

export const pages = {
  metrics: {
    id: 'metrics',
    path: '/metrics',
    tag: 'admin',
    summary: 'Numbers of the running server, for Prometheus',
    access: 'server',
    mediaType: 'text/plain',
  },
  openapi: {
    id: 'openapi',
    path: '/openapi.json',
    tag: 'docs',
    summary: 'This description of the API',
    access: 'none',
    mediaType: 'application/json',
  },
  docs: {
    id: 'docs',
    path: '/docs',
    tag: 'docs',
    summary: 'A page on which to try a call',
    access: 'none',
    mediaType: 'text/html',
  },
  redoc: {
    id: 'redoc',
    path: '/redoc',
    tag: 'docs',
    summary: 'The same page, at its address in the old server',
    access: 'none',
    mediaType: 'text/html',
  },
  console: {
    id: 'console',
    path: '/console',
    tag: 'docs',
    summary: 'A page that shows what is remembered and what the server does',
    access: 'none',
    mediaType: 'text/html',
  },
  chatCompletions: {
    id: 'chatCompletions',
    example: { model: 'gpt-4o-mini', user: 'ada', messages: [{ role: 'user', content: EXAMPLE_QUESTION }] },
    path: '/v1/chat/completions',
    tag: 'proxy',
    summary: 'Ask the endpoint of `proxy.base_url` for a chat completion, with memory; a stream when asked for one',
    access: 'write',
    mediaType: 'application/json',
  },
  responses: {
    id: 'responses',
    example: { model: 'gpt-4o-mini', user: 'ada', input: EXAMPLE_QUESTION },
    path: '/v1/responses',
    tag: 'proxy',
    summary: 'Ask the endpoint of `proxy.base_url` for a response, with memory; a stream when asked for one',
    access: 'write',
    mediaType: 'application/json',
  },
  models: {
    id: 'models',
    path: '/v1/models',
    tag: 'proxy',
    summary: 'List the models of the endpoint of `proxy.base_url`',
    access: 'read',
    mediaType: 'application/json',
  },
  mcp: {
    id: 'mcp',
    example: { jsonrpc: '2.0', id: 1, method: 'tools/list' },
    path: '/mcp',
    tag: 'mcp',
    summary: 'Speak the Model Context Protocol, over streamable HTTP',
    access: 'any',
    mediaType: 'application/json',
  },
} as const satisfies Record<string, Page>;
