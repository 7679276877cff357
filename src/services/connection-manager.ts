import { openStore, type PoolSettings } from '../../adapters/open.ts';
import type { Store } from '../contract/store.ts';
import type { Log } from '../platform/log.ts';

export interface ConnectionSettings {
  /** Connections for requests at the most. */
  readonly pool_size: number;
  /** Seconds that a request waits for a connection. */
  readonly pool_timeout: number;
  /** Seconds after which a connection that is not given back is reported. */
  readonly leak_after: number;
}

/** Connections of the background that are open at all times. */
const BACKGROUND_MIN = 2;

/**
 * One store for each database URL, opened once however many ask for it at the same time, each with two pools of
 * connections: one for requests and one for the background, so that neither waits for the other. Nothing is checked when
 * a connection is lent.
 */
export class ConnectionManager {
  readonly #pools = new Map<string, Promise<Store>>();
  readonly #settings: ConnectionSettings;
  readonly #backgroundWorkers: number;
  readonly #writer: 'worker' | 'here';
  readonly #log: Log;

  constructor(options: {
    readonly settings: ConnectionSettings;
    readonly backgroundWorkers: number;
    readonly writer: 'worker' | 'here';
    readonly log: Log;
  }) {
    this.#settings = options.settings;
    this.#backgroundWorkers = options.backgroundWorkers;
    this.#writer = options.writer;
    this.#log = options.log;
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
    const { pool_size, pool_timeout, leak_after } = this.#settings;
    const pool = (min: number, max: number): PoolSettings => ({
      min,
      max,
      acquireTimeoutMs: pool_timeout * 1_000,
      leakAfterMs: leak_after * 1_000,
      onLeak: (report) => this.#log.error({ ...report }, 'a connection was not given back'),
    });
    return openStore({
      url,
      writer: this.#writer,
      pools: {
        foreground: pool(1, pool_size),
        background: pool(BACKGROUND_MIN, Math.max(BACKGROUND_MIN, 2 * this.#backgroundWorkers)),
      },
      onWriterDeath: (error) => this.#log.error({ err: error }, 'the storage Worker died'),
      onFailure: (error) => this.#log.warn({ err: error }, 'the store could not clean up, and will try again'),
      onLost: (error) => this.#log.error({ err: error }, 'the database file is not where it was opened'),
    });
  }
}
