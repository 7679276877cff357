import { existsSync } from 'node:fs';
import type { CorpusReader } from '../src/contract/corpus.ts';
import { MemfuseError } from '../src/contract/errors.ts';
import type { Store } from '../src/contract/store.ts';
import type { WorkFacet } from '../src/contract/work.ts';
import { type CompactOptions, compactSqlite } from './sqlite/compact.ts';
import { openSqliteCorpusReader, openSqliteStore, openSqliteWorkReader } from './sqlite/open.ts';

export interface OpenStoreOptions {
  /** A server answers many at once, none of whom may wait for another's disk; a command does one thing after the other. */
  readonly use: 'server' | 'command';
  /** Told, in a sentence, of what fails with nobody to hear of it. `error`: something has to be done about it. */
  readonly onTrouble?: (error: unknown, sentence: string, level: 'warn' | 'error') => void;
}

const SQLITE = 'sqlite:';

const unsupported = (url: string): MemfuseError => {
  const scheme = url.split(':', 1)[0];
  const message = `DATABASE_URL starts with "${scheme}:", and this version of MemFuse stores in SQLite only. Unset DATABASE_URL, or set it to sqlite:<file>.`;
  return new MemfuseError('storage_unavailable', message);
};

/** Opens the store that a database URL names: the one place that knows all adapters, and what each makes of the options. */
export const openStore = async (url: string, { use, onTrouble = () => {} }: OpenStoreOptions): Promise<Store> => {
  if (!url.startsWith(SQLITE)) throw unsupported(url);
  return openSqliteStore({
    file: url.slice(SQLITE.length),
    writer: use === 'server' ? 'worker' : 'here',
    onWriterDeath: (error) => onTrouble(error, 'the storage Worker died', 'error'),
    onLost: (error) => onTrouble(error, 'the database file is not where it was opened', 'error'),
    onFailure: (error) => onTrouble(error, 'the store could not clean up, and will try again', 'warn'),
  });
};

/** Whether `openStore` would find a store there, rather than make it. */
export const storeExists = (url: string): boolean => {
  if (!url.startsWith(SQLITE)) throw unsupported(url);
  return existsSync(url.slice(SQLITE.length));
};

/** Copies a store that may be served meanwhile, or makes one smaller that is not. */
export const compactStore = (url: string, options: CompactOptions): Promise<{ before: number; after: number }> => {
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
