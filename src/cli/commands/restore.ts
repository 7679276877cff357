import { resolve } from 'node:path';
import { defineCommand } from 'citty';
import { databaseUrl } from '../../config/database-url.ts';
import { loadSettings } from '../../config/load.ts';
import { withDetails } from '../details.ts';
import { inSentences } from '../in-sentences.ts';

/** `memfuse restore`: puts a copy in the place of the database. */
export const restore = withDetails(
  defineCommand({
    meta: {
      name: 'restore',
      description: 'Put a copy in the place of the database',
    },
    args: {
      file: { type: 'positional', required: true, description: 'The copy; it stays where it is' },
    },
    run: ({ args }) =>
      inSentences(async () => {
        const { inspectStore, restoreStore } = await import('../../../adapters/open.ts');
        const { settings } = await loadSettings(process.env, process.cwd());
        const url = databaseUrl(settings);
        const kept = await restoreStore(url, resolve(args.file));
        const now = await inspectStore(url);
        console.log(`Done: the database has ${now?.messages} messages of ${now?.users} users.`);
        if (kept !== null) console.log(`What was there before is kept as ${kept}; remove it when you do not need it.`);
      }),
  }),
  {
    examples: ['memfuse restore memories.db'],
    text: 'No server may run meanwhile. What was there is kept beside it, with .before-restore behind its name.',
  },
);
