import { resolve } from 'node:path';
import { openStore } from '../../adapters/open.ts';
import type { Settings } from '../config/schema.ts';
import { DEFAULT_TENANT } from '../contract/records.ts';
import type { Store } from '../contract/store.ts';
import { createMemoryLayer, type MemoryLayer } from '../memory/memory-layer.ts';
import type { Clock } from '../platform/clock.ts';
import type { Ids } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import { type AccessControl, createAccessControl } from './access.ts';
import { openSearchService, type SearchService } from './search-service.ts';

/** Everything with a lifecycle, wired once. */
export interface Services {
  readonly store: Store;
  readonly memory: MemoryLayer;
  readonly search: SearchService;
  readonly access: AccessControl;
  /** Finishes what was accepted and releases everything, in reverse order of opening. */
  close(): Promise<void>;
}

export interface ServicesContext {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Where the writing connection lives; the benchmark alone asks for another place than the storage Worker. */
  readonly writer?: 'worker' | 'here';
}

/** The database that the settings name: `sqlite:` and an absolute path unless they say otherwise. */
export const databaseUrl = ({ database, data_dir }: Settings): string => {
  const url = database.url ?? `sqlite:${data_dir}/memfuse.db`;
  return url.startsWith('sqlite:') ? `sqlite:${resolve(url.slice('sqlite:'.length))}` : url;
};

/** Errors: `storage_unavailable` with a sentence for the person at the terminal. */
export const openServices = async (
  settings: Settings,
  { clock, ids, log, writer = 'worker' }: ServicesContext,
): Promise<Services> => {
  const url = databaseUrl(settings);
  const store = await openStore({
    url,
    writer,
    onWriterDeath: (error) => log.error({ err: error }, 'the storage Worker died'),
  });
  const search = openSearchService({ databaseUrl: url, indexMaxBytes: settings.retrieval.index_max_bytes }, log);
  const tenantKey = await store.tenants.ensure(DEFAULT_TENANT, clock.now());
  const required = settings.server.api_key_validation;
  return {
    store,
    memory: createMemoryLayer(store, clock, ids),
    search,
    access: createAccessControl(store.apiKeys, { required, tenantKey, clock }),
    close: async () => {
      await search.close();
      await store.close();
    },
  };
};
