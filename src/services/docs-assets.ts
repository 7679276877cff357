import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** A file of swagger-ui-dist, the page that describes the API, out of the installed package. */
export const docsAsset = async (name: string): Promise<Uint8Array | null> => {
  try {
    return await readFile(fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};
