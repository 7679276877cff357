import { resolve } from 'node:path';
import { defineCommand } from 'citty';
import { databaseUrl } from '../../config/database-url.ts';
import { loadSettings } from '../../config/load.ts';
import { withDetails } from '../details.ts';
import { inSentences, UsageError } from '../in-sentences.ts';

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

/** `memfuse backup`: copies the database, also while it is served, and reads the copy to see that it is whole. */
export const backup = withDetails(
  defineCommand({
    meta: {
      name: 'backup',
      description: 'Copy the database, also while the server runs, and check the copy',
    },
    args: {
      file: { type: 'positional', required: true, description: 'Where the copy goes' },
    },
    run: ({ args }) =>
      inSentences(async () => {
        const { compactStore, inspectCopy, storeExists } = await import('../../../adapters/open.ts');
        const { settings } = await loadSettings(process.env, process.cwd());
        const url = databaseUrl(settings);
        if (!storeExists(url)) {
          throw new UsageError(`There is no database ${url}. MEMFUSE_DATA_DIR or DATABASE_URL can name another place.`);
        }
        const target = resolve(args.file);
        const onProgress = (bytes: number): void => console.log(`copying: ${megabytes(bytes)}`);
        await compactStore(url, { to: target, onProgress });
        const { problem, users, messages, bytes } = inspectCopy(target);
        if (problem !== null) throw new UsageError(`The copy is not good: ${problem} Make another one.`);
        console.log(`Done: ${target} has ${messages} messages of ${users} users in ${megabytes(bytes)}, and is whole.`);
        console.log(`To go back to it: stop the server, then run: memfuse restore ${args.file}`);
      }),
  }),
  { examples: ['memfuse backup memories.db'], text: 'The file must not be there yet.' },
);
