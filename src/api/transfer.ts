import { z } from 'zod';
import { operation } from './operation.ts';

/** JSON Lines. */
export const LINES = 'application/x-ndjson';

const Counts = z.object({
  user: z.int(),
  agent: z.int(),
  session: z.int(),
  message: z.int(),
  knowledge: z.int(),
  api_key: z.int(),
  entity: z.int(),
  fact: z.int(),
  episode: z.int(),
  forgotten: z.int(),
  pending: z.int(),
});

/** What a person takes out of a server, and brings in. */
export const transfer = {
  exportUser: operation({
    id: 'exportUser',
    method: 'get',
    path: '/users/{user_id}/export',
    tag: 'transfer',
    summary:
      'Export everything of a user as JSON Lines. The last line has the number of records and a digest: without it the export is not whole',
    access: 'read',
    media: { response: LINES },
    success: { status: 200, data: null },
    refusals: [404],
  }),
  exportAll: operation({
    id: 'exportAll',
    method: 'get',
    path: '/export',
    tag: 'transfer',
    summary:
      'Export everything that the API key sees in the same form: all users of the tenant, and API keys as digests',
    access: 'admin',
    media: { response: LINES },
    success: { status: 200, data: null },
  }),
  importFile: operation({
    id: 'importFile',
    method: 'post',
    path: '/import',
    tag: 'transfer',
    summary:
      'Import an export of this server or of another memory system. The same file twice imports once; of one that is not whole nothing is imported',
    access: 'write',
    media: {
      request: LINES,
      example: '{"role": "user", "content": "My dog Rex hides under the bed when it thunders."}\n',
    },
    query: z.object({
      user: z
        .string()
        .optional()
        .meta({ description: 'The name of the user of what names none; `imported` when absent.' }),
      dry_run: z.string().optional().meta({ description: '`true`: tell what would come in, and store nothing.' }),
    }),
    success: {
      status: 200,
      data: z.object({
        imported: Counts.meta({ description: 'How many records came in, by their kind.' }),
        skipped: z.int().meta({ description: 'Records that were there already, and facts of messages that are not.' }),
        errors: z
          .array(z.object({ line: z.int(), message: z.string() }))
          .meta({ description: 'The first hundred that could not be read, by line or by place in a list.' }),
        errors_total: z.int(),
        dry_run: z.boolean(),
      }),
    },
    refusals: [400],
  }),
};
