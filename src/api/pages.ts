import type { Access } from './operation.ts';

/** An address beside the API's prefix that answers with a document of its own, not in the envelope. Always a GET. */
export interface Page {
  /** Unique among operations and pages; the operationId of the OpenAPI document. */
  readonly id: string;
  readonly path: `/${string}`;
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
} as const satisfies Record<string, Page>;
