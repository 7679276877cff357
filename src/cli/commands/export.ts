import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { defineCommand } from 'citty';
import { z } from 'zod';
import { askServer, serverArguments } from '../asking.ts';
import { withDetails } from '../details.ts';

/** Only the account that exports reads what people said. */
const OWN_FILE = 0o600;
/** More than the last line of an export has. */
const END_BYTES = 256;

const End = z.object({ end: z.literal(true), records: z.int(), sha256: z.string() });

/** What the last line of an export says of it. Errors: a sentence for a file without one. */
const endOf = async (path: string): Promise<z.output<typeof End>> => {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(END_BYTES), 0, END_BYTES, Math.max(0, size - END_BYTES));
    const last = buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n').at(-1) ?? '';
    return End.parse(JSON.parse(last));
  } catch (error) {
    throw new Error('The server ended the export before its end. Export again.', { cause: error });
  } finally {
    await file.close();
  }
};

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
          const { records, sha256 } = await endOf(part);
          await rename(part, file);
          console.error(`Exported ${records} records to ${file}, SHA-256 of them ${sha256}.`);
          console.error(`To bring them in: memfuse import ${file}`);
        } catch (error) {
          await rm(part, { force: true });
          throw error;
        }
      }),
  }),
  { examples: ['memfuse export alice.jsonl --user alice', 'memfuse export all.jsonl'] },
);
