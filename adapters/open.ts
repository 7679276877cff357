import { existsSync } from 'node:fs';
import type { CorpusReader } from '../src/contract/corpus.ts';
import { MemfuseError } from '../src/contract/errors.ts';
import type { Link } from '../src/contract/link.ts';
import type { Store } from '../src/contract/store.ts';
import type { WorkReader } from '../src/contract/work.ts';
import { type CompactOptions, compactSqlite, restoreSqlite } from './sqlite/compact.ts';
import { type Inspection, inspectSqlite } from './sqlite/inspecting.ts';

// An engine that is loaded and not used takes 3 MB of the server, and as much of each Worker.
const postgres = () => import('./postgres/open.ts');
const sqlite = () => import('./sqlite/open.ts');

export interface OpenStoreOptions {
  /** A server answers many at once, none of whom may wait for another's disk; a command does one thing after the other. */
  readonly use: 'server' | 'command';
  /** Told, in a sentence, of what fails with nobody to hear of it. `error`: something has to be done about it. */
  readonly onTrouble?: (error: unknown, sentence: string, level: 'warn' | 'error') => void;
}

type Named =
  | { readonly engine: 'sqlite'; readonly file: string }
  | { readonly engine: 'postgres'; readonly url: string };

/** What a database URL names. Errors: `storage_unavailable` for one of another kind. */
const read = (url: string): Named => {
  const scheme = url.split(':', 1)[0] ?? '';
  switch (scheme) {
    case 'sqlite':
      return { engine: 'sqlite', file: url.slice('sqlite:'.length) };
    case 'postgres':
    case 'postgresql':
      return { engine: 'postgres', url };
    default: {
      const message = `DATABASE_URL starts with "${scheme}:", and MemFuse stores in SQLite or in Postgres. Unset DATABASE_URL, or set it to sqlite:<file> or to postgres://user:password@host:5432/database.`;
      throw new MemfuseError('storage_unavailable', message);
    }
  }
};

/** Opens the store that a database URL names: the one place that knows all adapters, and what each makes of the options. */
export const openStore = async (url: string, { use, onTrouble = () => {} }: OpenStoreOptions): Promise<Store> => {
  const named = read(url);
  if (named.engine === 'postgres') {
    const onFailure = (error: unknown): void =>
      onTrouble(error, 'the store could not clean up, and will try again', 'warn');
    return (await postgres()).openPostgresStore({ url: named.url, use, onFailure });
  }
  return (await sqlite()).openSqliteStore({
    file: named.file,
    writer: use === 'server' ? 'worker' : 'here',
    onWriterDeath: (error) => onTrouble(error, 'the storage Worker died', 'error'),
    onLost: (error) => onTrouble(error, 'the database file is not where it was opened', 'error'),
    onFailure: (error) => onTrouble(error, 'the store could not clean up, and will try again', 'warn'),
  });
};

/**
 * Whether `openStore` would find a store there, rather than make it by mistake. A database of Postgres was made by a person:
 * `openStore` fails when it is not there.
 */
export const storeExists = (url: string): boolean => {
  const named = read(url);
  return named.engine === 'postgres' || existsSync(named.file);
};

/** Copies a store that may be served meanwhile, or makes one smaller that is not. */
export const compactStore = async (
  url: string,
  options: CompactOptions,
): Promise<{ before: number; after: number }> => {
  const named = read(url);
  if (named.engine === 'sqlite') return compactSqlite(named.file, options);
  const message =
    'Postgres gives the room of deleted rows back by itself (autovacuum). Copy its databases with pg_dump.';
  throw new MemfuseError('storage_unavailable', message);
};

/**
 * Looks whether a store is whole, and what it holds; of a database that a server of its own keeps, whether that answers, which
 * is null where all is well. Errors: `storage_unavailable`.
 */
export const inspectStore = async (url: string): Promise<Inspection | null> => {
  const named = read(url);
  if (named.engine === 'sqlite') return inspectSqlite(named.file);
  await (await openStore(url, { use: 'command' })).close();
  return null;
};

/** Looks whether a copy that `compactStore` made is whole, and what it holds. */
export const inspectCopy = (file: string): Inspection => inspectSqlite(file);

/** Puts a copy in the place of a store that nobody has open; answers where what was there is kept. */
export const restoreStore = async (url: string, from: string): Promise<string | null> => {
  const named = read(url);
  if (named.engine === 'sqlite') return restoreSqlite(named.file, from);
  throw new MemfuseError('storage_unavailable', 'Restore a database of Postgres with pg_restore.');
};

export interface OpenLinkOptions {
  readonly url: string;
  /** What its names begin with. */
  readonly prefix: string;
  /** Names this process. */
  readonly self: string;
  readonly onChange: (isUp: boolean, reason: string) => void;
}

/** Opens what connects the servers of one database; it connects behind the answer, and again whenever it has to. */
export const openLink = async (options: OpenLinkOptions): Promise<Link> => {
  // Loaded only where it is needed.
  const { RedisLink } = await import('./redis/link.ts');
  return new RedisLink(options);
};

/** The reading side of search of a store that is open already, for a Worker of its own. */
export const openCorpusReader = async (url: string): Promise<CorpusReader> => {
  const named = read(url);
  return named.engine === 'postgres'
    ? (await postgres()).openPostgresCorpusReader(named.url)
    : (await sqlite()).openSqliteCorpusReader(named.file);
};

/** The reading side of the background work of a store that is open already, for a Worker of its own. */
export const openWorkReader = async (url: string): Promise<WorkReader> => {
  const named = read(url);
  return named.engine === 'postgres'
    ? (await postgres()).openPostgresWorkReader(named.url)
    : (await sqlite()).openSqliteWorkReader(named.file);
};
