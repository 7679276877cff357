import { z } from 'zod';
import { operation } from './operation.ts';

export const health = {
  report: operation({
    id: 'health',
    method: 'get',
    path: '/health',
    tag: 'health',
    summary: 'Name and version of the server',
    access: 'none',
    success: {
      status: 200,
      data: z.object({
        status: z.literal('ok'),
        version: z.string(),
        storage: z.string().meta({ description: 'Name of the storage engine, as database URLs begin.' }),
        embedding_provider: z.string().meta({ description: 'What makes vectors.', example: 'static' }),
        link: z
          .object({ engine: z.string(), status: z.enum(['up', 'down']) })
          .nullable()
          .meta({
            description:
              'What connects several servers of one database beside that database; null when nothing does. While it is down, the server goes on without it.',
          }),
        buffer_enabled: z.boolean(),
        api_keys: z.boolean().meta({ description: 'Whether requests need an API key.' }),
      }),
    },
  }),
  live: operation({
    id: 'live',
    method: 'get',
    path: '/health/live',
    tag: 'health',
    summary: 'The process runs',
    access: 'none',
    success: { status: 200, data: z.object({ status: z.literal('ok') }) },
  }),
  ready: operation({
    id: 'ready',
    method: 'get',
    path: '/health/ready',
    tag: 'health',
    summary: 'The process can serve: its storage answers',
    access: 'none',
    success: { status: 200, data: z.object({ status: z.literal('ok') }) },
    refusals: [503],
  }),
};
