import { existsSync } from 'node:fs';
import { openWriteConnection } from '../../../adapters/sqlite/connection.ts';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import type { Store } from '../../../src/contract/store.ts';
import type { Owner } from '../../../src/retrieval/owner.ts';
import { turn } from '../manual-time.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { createMemory, type StoredMemory } from './stored-memory.ts';
import { type WatchedCorpus, watchCorpus } from './watched-corpus.ts';

/** A folder in memory, where there is one: some tests make thousands of commits, and none looks at a disk. */
const IN_MEMORY = '/dev/shm';

/** A real store for tests of retrieval, in a file that goes when it is closed. */
export interface Memories {
  readonly store: Store;
  /** The memory of a user whom no other has to do with. */
  create(user?: string): Promise<StoredMemory>;
  /** The corpus of all of them. */
  watch(): WatchedCorpus;
  /** Puts other bytes in the place of each segment that is kept of a user, as a failing disk does. */
  damageSegments(owner: Owner, damaged: (bytes: Uint8Array) => Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export const openMemories = async (): Promise<Memories> => {
  const folder = existsSync(IN_MEMORY) ? temporaryFolder(IN_MEMORY) : temporaryFolder();
  const file = `${folder.path}/memfuse.db`;
  const store = await openSqliteStore({ file, writer: 'here' });
  const db = openWriteConnection(file);
  return {
    store,
    create: (user) => createMemory(store, db, user),
    watch: () => watchCorpus(store.corpus),
    damageSegments: async ({ userKey }, damaged) => {
      const rows = db.prepare('SELECT key, bytes FROM index_segments WHERE user_key = ?').all(userKey);
      const write = db.prepare('UPDATE index_segments SET bytes = ? WHERE key = ?');
      for (const { key, bytes } of rows as { key: number; bytes: Uint8Array }[]) {
        write.run(Buffer.from(damaged(Uint8Array.from(bytes))), key);
      }
      await turn();
    },
    close: async () => {
      db.close();
      await store.close();
      folder.remove();
    },
  };
};
