import { openStore } from '../../adapters/open.ts';
import type { Store } from '../contract/store.ts';
import type { Log } from '../platform/log.ts';

/**
 * Opens one store for each database URL, however many ask for it at the same time. A store has connections for requests and
 * others for the background, and checks none on the way of a call. How many there are is up to the engine. SQLite reads on
 * the calling thread, in microseconds, so one of each is enough. Postgres answers over a network: its store will hold two
 * pools of clients (of `postgres`, with `max: 1`, thrown away at any error of the connection), one for requests, as large as
 * a setting says, and one of two clients for each background Worker, so that neither waits for the other.
 */
export class ConnectionManager {
  readonly #pools = new Map<string, Promise<Store>>();
  readonly #writer: 'worker' | 'here';
  readonly #log: Log;

  constructor({ writer, log }: { readonly writer: 'worker' | 'here'; readonly log: Log }) {
    this.#writer = writer;
    this.#log = log;
  }

  /** The store behind a URL. Errors: `storage_unavailable`; asking again then tries again. */
  getPool(url: string): Promise<Store> {
    let pool = this.#pools.get(url);
    if (!pool) {
      pool = this.#open(url).catch((error) => {
        this.#pools.delete(url);
        throw error;
      });
      this.#pools.set(url, pool);
    }
    return pool;
  }

  /** Closes every store. */
  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    // One that could not be opened has told those who asked for it.
    for (const pool of pools) await (await pool.catch(() => null))?.close();
  }

  #open(url: string): Promise<Store> {
    return openStore({
      url,
      writer: this.#writer,
      onWriterDeath: (error) => this.#log.error({ err: error }, 'the storage Worker died'),
      onFailure: (error) => this.#log.warn({ err: error }, 'the store could not clean up, and will try again'),
      onLost: (error) => this.#log.error({ err: error }, 'the database file is not where it was opened'),
    });
  }
}
