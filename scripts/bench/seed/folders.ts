import { rmSync } from 'node:fs';
import { benchFolder } from '../server-process.ts';

type Folders<N extends number, F extends string[] = []> = F['length'] extends N ? F : Folders<N, [...F, string]>;

/** Makes folders for the time of a piece of work. */
export const inFolders = async <N extends number, T>(
  count: N,
  work: (folders: Folders<N>) => Promise<T>,
): Promise<T> => {
  const folders = Array.from({ length: count }, benchFolder);
  try {
    return await work(folders as Folders<N>);
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
};
