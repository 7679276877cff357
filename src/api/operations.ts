import { z } from 'zod';
import { operation } from './operation.ts';

const Setting = z.object({
  key: z.string(),
  value: z.unknown().meta({ description: 'Eight asterisks for a secret; null when it is absent.' }),
  reloadable: z.boolean(),
});

/** What the one who runs the server asks of it. */
export const operations = {
  showConfig: operation({
    id: 'showConfig',
    method: 'get',
    path: '/admin/config',
    tag: 'admin',
    summary: 'Show the settings in force, without secrets',
    access: 'server',
    success: { status: 200, data: z.object({ settings: z.array(Setting), file: z.string().nullable() }) },
  }),
  reloadConfig: operation({
    id: 'reloadConfig',
    method: 'post',
    path: '/admin/config/reload',
    tag: 'admin',
    summary: 'Read the settings again. When one that is not reloadable has changed, nothing changes',
    access: 'server',
    success: { status: 200, data: z.object({ changed: z.array(z.string()) }) },
    refusals: [400],
  }),
};
