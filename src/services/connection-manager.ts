import { openLink, openStore } from '../../adapters/open.ts';
import type { LinkAddress } from '../config/link-address.ts';
import type { Link } from '../contract/link.ts';
import type { Store } from '../contract/store.ts';
import type { Log } from '../platform/log.ts';

/**
 * Opens one store for each database URL, however many ask for it at the same time. A store has connections for requests and
 * others for the background, and checks none on the way of a call. How many there are is up to the engine: one of each when
 * it reads in microseconds on the calling thread; two pools of clients when it answers over a network, so that neither
 * waits for the other.
 */
export class ConnectionManager {
  readonly #pools = new Map<string, Promise<Store>>();
  readonly #log: Log;

  constructor(log: Log) {
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
    return openStore(url, {
      use: 'server',
      onTrouble: (error, sentence, level) => this.#log[level]({ err: error }, sentence),
    });
  }
}

/** Opens what connects this server, `self`, to the others of its database. It fails for nobody: the server goes on without it. */
export const openServerLink = (address: LinkAddress, self: string, log: Log): Promise<Link> => {
  const { hostname: host } = new URL(address.url);
  const onChange = (isUp: boolean, reason: string): void => {
    if (isUp) log.info({ host }, 'the link to other servers is up');
    else log.warn({ host, reason }, 'the link to other servers is down; the server goes on without it');
  };
  return openLink({ ...address, self, onChange });
};
