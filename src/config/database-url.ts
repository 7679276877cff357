import { resolve } from 'node:path';
import type { Settings } from './schema.ts';

/** The database that the settings name: `sqlite:` and an absolute path unless they say otherwise. */
export const databaseUrl = ({ database, data_dir }: Settings): string => {
  const url = database.url ?? `sqlite:${data_dir}/memfuse.db`;
  return url.startsWith('sqlite:') ? `sqlite:${resolve(url.slice('sqlite:'.length))}` : url;
};
