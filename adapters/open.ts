import { existsSync } from 'node:fs';
import type { CorpusReader } from '../src/contract/corpus.ts';
import { MemfuseError } from '../src/contract/errors.ts';
import type { Store } from '../src/contract/store.ts';
import type { WorkFacet } from '../src/contract/work.ts';
import { type CompactOptions, compactSqlite } from './sqlite/compact.ts';
import { openSqliteCorpusReader, openSqliteStore, openSqliteWorkReader, type SqliteOptions } from './sqlite/open.ts';

export type OpenStoreOptions = Omit<SqliteOptions, 'file'> & {
  /** `sqlite:<path of the file>`. */
  readonly url: string;
};

const SQLITE = 'sqlite:';

const unsupported = (url: string): MemfuseError => {
  const scheme = url.split(':', 1)[0];
  const message = `DATABASE_URL starts with "${scheme}:", and this version of MemFuse stores in SQLite only. Unset DATABASE_URL, or set it to sqlite:<file>.`;
  return new MemfuseError('storage_unavailable', message);
};

/** Opens the store that a database URL names: the one place that knows all adapters. */
export const openStore = async ({ url, ...options }: OpenStoreOptions): Promise<Store> => {
  if (!url.startsWith(SQLITE)) throw unsupported(url);
  return openSqliteStore({ ...options, file: url.slice(SQLITE.length) });
};

/** Whether `openStore` would find a store there, rather than make it. */
export const storeExists = (url: string): boolean => {
  if (!url.startsWith(SQLITE)) throw unsupported(url);
  return existsSync(url.slice(SQLITE.length));
};

/** Copies a store that may be served meanwhile, or makes one smaller that is not. */
export const compactStore = ({
  url,
  ...options
}: CompactOptions & { readonly url: string }): Promise<{ before: number; after: number }> => {
  if (!url.startsWith(SQLITE)) throw unsupported(url);
  return compactSqlite(url.slice(SQLITE.length), options);
};

/** The reading side of search of a store that is open already, for a Worker of its own. */
export const openCorpusReader = (url: string): CorpusReader => {
  if (!url.startsWith(SQLITE)) throw unsupported(url);
  return openSqliteCorpusReader(url.slice(SQLITE.length));
};

/** The reading side of the background work of a store that is open already, for a Worker of its own. */
export const openWorkReader = (url: string): Pick<WorkFacet, 'read'> => {
  if (!url.startsWith(SQLITE)) throw unsupported(url);
  return openSqliteWorkReader(url.slice(SQLITE.length));
};
