import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { defineCommand } from 'citty';
import { askServer, serverArguments } from '../asking.ts';
import { withDetails } from '../details.ts';

/** Only the account that exports reads what people said. */
const OWN_FILE = 0o600;

/** `memfuse export`: everything of a user, or of all, as JSON Lines. */
export const exportCommand = withDetails(
  defineCommand({
    meta: { name: 'export', description: 'Export everything of a user, or of all, as JSON Lines' },
    args: {
      file: { type: 'positional', required: false, description: 'Where it goes; standard output when left out' },
      ...serverArguments,
      user: {
        type: 'string',
        valueHint: 'NAME',
        description: 'Name of the user; all when left out, which needs an admin key',
      },
    },
    run: ({ args: { file, url, key, user } }) =>
      askServer({ url, key }, async (client) => {
        const id = user === undefined ? null : (await client.users.getByName(user)).id;
        const body = Readable.fromWeb((await client.export(id)) as never);
        if (file === undefined) return pipeline(body, process.stdout);
        // What broke off must not look like an export.
        const part = `${file}.part`;
        try {
          await pipeline(body, createWriteStream(part, { mode: OWN_FILE }));
          await rename(part, file);
        } catch (error) {
          await rm(part, { force: true });
          throw error;
        }
        console.error(`Exported to ${file}. To bring it in: memfuse import ${file}`);
      }),
  }),
  { examples: ['memfuse export alice.jsonl --user alice', 'memfuse export all.jsonl'] },
);
