import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { type Connection, openWriteConnection } from '../../../adapters/sqlite/connection.ts';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { openWrites, type Writes } from '../../../adapters/sqlite/writing/verbs.ts';
import type { Store } from '../../../src/contract/store.ts';
import { systemIds } from '../../../src/platform/ids.ts';
import { createVictim, PROBES, type Probe, type Verb, type Victim } from '../../contract/verbs.ts';
import { createWorld } from '../../contract/world.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { A_YEAR, age } from './aged.ts';
import { canCountPages, type PagesTouched, pagesTouched } from './pages-touched.ts';

setDefaultTimeout(180_000);

/** As many as a client is answered with unless it asks for more. */
const PAGE = { after: null, limit: 100 };
const NEWEST = { firstSequence: A_YEAR.sessionMessages - 1, lastSequence: A_YEAR.sessionMessages + 1_000 };
const NOW = Date.UTC(2027, 0, 1);
const MODEL = 'model';

const firstOf = async <T>(batches: AsyncIterable<T> | readonly T[]): Promise<void> => {
  for await (const _ of batches) return;
};

/** Calls of a verb that a contract test asks for all that there is, as a server makes them. */
const AS_SERVED: Partial<Record<Verb, Probe>> = {
  'users.list': (store, as) => store.users.list(as, PAGE),
  'agents.list': (store, as) => store.agents.list(as, PAGE),
  'sessions.list': (store, as, { user: { id: userId }, agent: { id: agentId } }) =>
    Promise.all(
      [{}, { userId }, { agentId }, { userId, agentId }].map((filter) => store.sessions.list(as, filter, PAGE)),
    ),
  'messages.list': (store, as, { session }) =>
    Promise.all(
      (['timestamp', 'id'] as const).flatMap((sortBy) =>
        (['asc', 'desc'] as const).map((order) => store.messages.list(as, session.id, { sortBy, order }, PAGE)),
      ),
    ),
  'messages.locations': (store, as, { session }) => store.messages.locations(as, session.id, PAGE),
  // The server looks for fifty at a time.
  'messages.storedBefore': (store) => store.messages.storedBefore(NOW, { after: null, limit: 50 }),
  'retention.usersWithDays': (store) => store.retention.usersWithDays({ after: null, limit: 50 }),
  'knowledge.list': (store, as, { user }) => store.knowledge.list(as, user.id, PAGE),
  'apiKeys.list': (store, as, { user }) =>
    Promise.all([null, user.id].map((userId) => store.apiKeys.list(as.tenantKey, userId, PAGE))),
  'corpus.documents': (store, as, { user }) => firstOf(store.corpus.documents(as.tenantKey, user.key, 0)),
  'corpus.changes': async (store, as, { user }) => {
    const changes = await store.corpus.changes(as.tenantKey, user.key, {
      after: 0,
      vectors: { model: MODEL, after: 0 },
    });
    await firstOf(changes?.documents ?? []);
    await firstOf(changes?.vectors ?? []);
  },
  'work.due': (store) => store.work.due('another process', NOW, 500),
  'outbox.list': (store, as) =>
    Promise.all([{}, { state: 'failed' as const }].map((filter) => store.outbox.list(as, filter, PAGE))),
  'outbox.redriveAll': (store, as) => store.outbox.redriveAll(as, { limit: 50 }, NOW),
  'outbox.outstanding': (store, as, { session }) => store.outbox.outstanding(as, session.id, NEWEST),
  'chunks.ofSession': (store, as, { session }) => store.chunks.ofSession(as, session.id, CHUNKS),
  'vectors.messagesWithout': (store) => store.vectors.messagesWithout('another model', { after: null, limit: 100 }),
  'vectors.chunksWithout': (store) => store.vectors.chunksWithout('another model', { after: null, limit: 100 }),
  'vectors.episodesWithout': (store) => store.vectors.episodesWithout('another model', { after: null, limit: 100 }),
  'vectors.fileEpisodes': async (store) => {
    const episodes = await store.vectors.episodesWithout('another model', { after: null, limit: 20 });
    const vector = { scale: 1, components: new Int8Array([1, 2]) };
    return store.vectors.fileEpisodes(
      MODEL,
      episodes.map((episode) => ({ episode, vector })),
    );
  },
  'vectors.fileMessages': async (store) => {
    const messages = await store.vectors.messagesWithout('another model', { after: null, limit: 100 });
    const vector = { scale: 1, components: new Int8Array([1, 2]) };
    return store.vectors.fileMessages(
      MODEL,
      messages.map((message) => ({ message, vector })),
    );
  },
  'vectors.fileChunks': async (store) => {
    const chunks = await store.vectors.chunksWithout('another model', { after: null, limit: 100 });
    const vector = new Float32Array([1]);
    return store.vectors.fileChunks(
      MODEL,
      chunks.map((chunk) => ({ chunk, vector })),
    );
  },
  'vectors.forgetMessages': (store) => store.vectors.forgetMessages(100),
};
const CHUNKS = { limit: 100, sortBy: 'created_at', order: 'asc', embeddedOnly: false } as const;

/** What a verb may touch: a page for each row of a list of a hundred, and the ways to them. */
const MOST_PAGES = 150;

const COUNTS_ALL = 'tells how many there are in all: walks the narrow rows of an index';

/** Verbs that may touch more, and why. */
const MORE: Partial<Record<Verb, { readonly pages: number; readonly because: string }>> = {
  'outbox.counts': { pages: 1_000, because: COUNTS_ALL },
  'chunks.ofSession': { pages: 800, because: COUNTS_ALL },
  'chunks.ofRound': { pages: 400, because: COUNTS_ALL },
  'chunks.count': { pages: 400, because: COUNTS_ALL },
  'messages.update': { pages: 500, because: 'looks for what was given up of an old message among 50,000 dead letters' },
  'messages.delete': { pages: 500, because: 'looks for what was given up of an old message among 50,000 dead letters' },
  'work.reportOn': { pages: 500, because: 'looks for what is not done of an old range among 50,000 dead letters' },
  'users.update': { pages: 1_500, because: 'has the facts of a hundred sessions extracted again in each transaction' },
  'outbox.derive': {
    pages: 300,
    because: 'writes a task for each of some sessions, of which each lies on pages of its own',
  },
  'vectors.countWithout': { pages: 50_000, because: 'counts once for a run of the reindex over everything' },
};

/** Verbs of several transactions, between which others write: each of these has the bound. */
const IN_SLICES = [
  'work.rewind',
  'sessions.delete',
  'agents.delete',
  'users.delete',
] as const satisfies readonly Verb[];

/**
 * What a transaction may write and read, which others wait for: six megabytes at the most. A slice of a removal takes 256
 * messages, each of which lies on pages of its own here, with its vector and its entries in the indexes.
 */
const MOST_WRITTEN = 1_500;
const MOST_READ = 1_500;
/** Slices that are looked at of a removal, which takes some thousands. */
const SWEEPS = 150;

describe.skipIf(!canCountPages)('in a database that is a year old', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let file: string;
  let victim: Victim;
  beforeAll(async () => {
    folder = temporaryFolder();
    file = `${folder.path}/memfuse.db`;
    const store = await openSqliteStore({ file, writer: 'here' });
    victim = await createVictim(await createWorld(store));
    await store.close();
    age(file, victim);
  });
  afterAll(() => folder.remove());

  /** Opens the store, with nothing but the schema in memory. */
  const openFresh = async (): Promise<Store> => {
    const store = await openSqliteStore({ file, writer: 'here' });
    await store.tenants.find('nobody');
    await store.ping();
    await store.pendingDeletions();
    await new Promise((resolve) => setImmediate(resolve));
    return store;
  };

  const visit = async (verb: Verb): Promise<number> => {
    const store = await openFresh();
    const { world } = victim;
    const probe = AS_SERVED[verb] ?? PROBES[verb];
    const { read, written } = await pagesTouched(() =>
      probe(store, world.scope, { ...victim, world: { ...world, store } }),
    );
    await store.close();
    return read + written;
  };

  const verbs = (Object.keys(PROBES) as Verb[])
    .filter((verb) => !(IN_SLICES as readonly Verb[]).includes(verb))
    // What others look at is taken away at the end.
    .sort((a, b) => Number(a.endsWith('.delete')) - Number(b.endsWith('.delete')));
  for (const verb of verbs) {
    test(`${verb} touches a bounded number of pages`, async () => {
      const pages = await visit(verb);
      expect(pages).toBeLessThanOrEqual(MORE[verb]?.pages ?? MOST_PAGES);
      // A reason that is not needed is none, and a count that counts nothing is no bound.
      if (MORE[verb]) expect(pages).toBeGreaterThan(MOST_PAGES);
    });
  }

  describe('a transaction that others wait for touches a bounded number of pages:', () => {
    let db: Connection;
    let writes: Writes;
    beforeAll(() => {
      db = openWriteConnection(file);
      db.pragma('synchronous = OFF');
      // Or it would count for the transaction at which it happens.
      db.pragma('wal_autocheckpoint = 0');
      writes = openWrites(db, systemIds);
    });
    afterAll(() => db.close());

    let most: PagesTouched;
    let transactions: number;
    /** Runs a transaction, with nothing in the log before it. */
    const inOne = async <T>(run: () => T): Promise<T> => {
      let result: T | undefined;
      const { read, written } = await pagesTouched(() => {
        result = db.transaction(run).immediate();
      });
      db.pragma('wal_checkpoint(TRUNCATE)');
      most = { read: Math.max(most.read, read), written: Math.max(most.written, written) };
      transactions += 1;
      return result as T;
    };

    const remove = async (kind: 'user' | 'agent' | 'session'): Promise<void> => {
      const { scope } = victim.world;
      let state = await inOne(() => writes[`${kind}s`].delete(scope, victim[kind].id));
      const { key } = state;
      while (!state.isHidden) state = await inOne(() => writes.removals.hide(key));
      for (let i = 0; i < SWEEPS; i += 1) await inOne(() => writes.upkeep.sweep());
    };

    const ACTS: Readonly<Record<(typeof IN_SLICES)[number], () => Promise<void>>> = {
      'work.rewind': async () => {
        for (let after: number | null = 0; after !== null; ) {
          const from: number = after;
          ({ last: after } = await inOne(() => writes.work.rewindSome('another process', 0, from)));
        }
      },
      'sessions.delete': () => remove('session'),
      'agents.delete': () => remove('agent'),
      'users.delete': () => remove('user'),
    };

    for (const verb of IN_SLICES) {
      test(verb, async () => {
        [most, transactions] = [{ read: 0, written: 0 }, 0];
        await ACTS[verb]();
        expect(most.written).toBeLessThanOrEqual(MOST_WRITTEN);
        expect(most.read).toBeLessThanOrEqual(MOST_READ);
        expect(most.read).toBeGreaterThan(1);
        expect(transactions).toBeGreaterThan(100);
      });
    }
  });
});
