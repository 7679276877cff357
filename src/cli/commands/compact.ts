import { resolve } from 'node:path';
import { defineCommand } from 'citty';
import { compactStore, storeExists } from '../../../adapters/open.ts';
import { databaseUrl } from '../../config/database-url.ts';
import { loadSettings, SettingsError } from '../../config/load.ts';
import { MemfuseError } from '../../contract/errors.ts';
import { withDetails } from '../details.ts';

const EXIT = { done: 0, stopped: 1 } as const;

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

interface Asked {
  readonly to: string | undefined;
  readonly cutLog: boolean;
}

/** Runs to the end, or says in a sentence what stopped it. Answers the exit code. */
const run = async ({ to, cutLog }: Asked): Promise<number> => {
  try {
    if (to !== undefined && cutLog) {
      console.error('--to and --cut-log do not go together: cut the log first, then copy.');
      return EXIT.stopped;
    }
    const { settings } = await loadSettings(process.env, process.cwd());
    const url = databaseUrl(settings);
    if (!storeExists(url)) {
      console.error(`There is no database ${url}. MEMFUSE_DATA_DIR or DATABASE_URL can name another place.`);
      return EXIT.stopped;
    }
    const target = to === undefined ? undefined : resolve(to);
    const { before, after } = await compactStore(url, {
      ...(target !== undefined && { to: target }),
      cutLog,
      onProgress: (bytes) => console.log(`copying: ${megabytes(bytes)}`),
    });
    const what = target === undefined ? 'it has' : `the copy ${target} has`;
    console.log(`Done: the database had ${megabytes(before)}, ${what} ${megabytes(after)}.`);
    return EXIT.done;
  } catch (error) {
    const isExpected = error instanceof MemfuseError || error instanceof SettingsError;
    console.error(isExpected ? error.message : error);
    return EXIT.stopped;
  }
};

/** `memfuse compact`: makes the database as small as what is stored in it, or a copy of it. */
export const compact = withDetails(
  defineCommand({
    meta: {
      name: 'compact',
      description: 'Make the database as small as what is stored in it',
    },
    args: {
      to: {
        type: 'string',
        valueHint: 'FILE',
        description:
          'Copy to a file that is not there yet, as the database stands at this moment. What is deleted meanwhile leaves the log of the server when the copy is done',
      },
      'cut-log': {
        type: 'boolean',
        default: false,
        description:
          'Go on with what was stored before the damage of a log that the server refuses to start with; the log is kept beside it, with -wal.damaged behind its name',
      },
    },
    run: async ({ args }) => process.exit(await run({ to: args.to, cutLog: args['cut-log'] })),
  }),
  {
    text: 'A copy without free pages takes its place at the end, in one step, so that whatever stops it leaves the one or the other, whole. Refuses while a server has the database open, which gives most of the space back by itself; needs room for the copy beside it. With --to, make a copy for keeping instead, also while the server runs. To restore one: stop the server, put the copy in the place of the database, remove what has the same name with -wal and -shm behind it, and start again.',
  },
);
