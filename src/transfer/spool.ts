import { createReadStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FileError } from './file-error.ts';
import type { Open } from './read.ts';

/** Only the server's account reads what people said. */
const OWN_FILE = 0o600;

/** A file that came over the network, on disk until it is closed: it is read once to see that it is whole, and once to import it. */
export interface Spooled {
  readonly open: Open;
  close(): Promise<void>;
}

interface SpoolOptions {
  readonly folder: string;
  /** A name that no other file has. */
  readonly name: string;
  readonly maxBytes: number;
}

/** Writes pieces to a file. Errors: `FileError` for more than the limit; those of the pieces and of the disk. Nothing is left then. */
export const spool = async (
  pieces: AsyncIterable<Uint8Array>,
  { folder, name, maxBytes }: SpoolOptions,
): Promise<Spooled> => {
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  const file = await open(path, 'wx', OWN_FILE);
  const close = (): Promise<void> => rm(path, { force: true });
  let bytes = 0;
  try {
    for await (const piece of pieces) {
      bytes += piece.length;
      if (bytes > maxBytes)
        throw new FileError(
          `The file has more than ${maxBytes} bytes. Raise server.max_import_bytes, or import it in parts.`,
        );
      await file.write(piece);
    }
  } catch (error) {
    await close();
    throw error;
  } finally {
    await file.close();
  }
  return { open: () => createReadStream(path), close };
};
