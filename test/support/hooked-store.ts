import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import type { Store } from '../../src/contract/store.ts';
import { turn } from './manual-time.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A call of a store's verb, such as `work.take`. */
export interface StoreCall {
  readonly verb: string;
  readonly args: readonly unknown[];
}

/** Stands between a caller and the store: may put off the call or its answer, or let it fail. */
export type StoreHook = (call: StoreCall, run: () => Promise<unknown>) => Promise<unknown>;

const FACETS = [
  'tenants',
  'users',
  'agents',
  'sessions',
  'messages',
  'knowledge',
  'apiKeys',
  'corpus',
  'outbox',
  'work',
  'chunks',
] as const satisfies readonly (keyof Store)[];

type Verbs = Record<string, (...args: readonly unknown[]) => Promise<unknown>>;

/** The same store with a hook around every verb that answers once. */
export const hookStore = (store: Store, hook: StoreHook): Store => {
  const hookFacet = <F extends (typeof FACETS)[number]>(facet: F, verbs: Store[F]): Store[F] => {
    const hooked = Object.entries(verbs as unknown as Verbs).map(([verb, run]) => {
      // What comes in batches is read as it is.
      if (verb === 'documents') return [verb, run] as const;
      const call = (...args: readonly unknown[]) => hook({ verb: `${facet}.${verb}`, args }, () => run(...args));
      return [verb, call] as const;
    });
    return Object.fromEntries(hooked) as unknown as Store[F];
  };
  return {
    ...store,
    ...Object.fromEntries(FACETS.map((facet) => [facet, hookFacet(facet, store[facet])])),
    awaited: () => {
      const { work } = store.awaited();
      return { work: hookFacet('work', work) };
    },
  };
};

/** A real store whose work can be waited for. */
export interface RestingStore {
  readonly store: Store;
  readonly file: string;
  /** Resolves when no call is at work and nobody who was answered has called again. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

/** Opens an SQLite store of its own, which commits on this thread. */
export const openRestingStore = async (): Promise<RestingStore> => {
  const folder = temporaryFolder();
  const file = `${folder.path}/memfuse.db`;
  const opened = await openSqliteStore({ file, writer: 'here' });
  let atWork = 0;
  const store = hookStore(opened, async (_call, run) => {
    atWork += 1;
    try {
      return await run();
    } finally {
      atWork -= 1;
    }
  });
  return {
    store,
    file,
    rest: async () => {
      do await turn();
      while (atWork > 0);
    },
    close: async () => {
      await opened.close();
      folder.remove();
    },
  };
};
