import type { Settings } from './schema.ts';

/** Where what connects the servers of one database is found, and what its names begin with. */
export interface LinkAddress {
  readonly url: string;
  readonly prefix: string;
}

/** What the settings say of it; null when servers are connected by their database alone. */
export const linkAddress = ({ redis }: Settings): LinkAddress | null =>
  redis.url === undefined ? null : { url: redis.url, prefix: redis.prefix };
