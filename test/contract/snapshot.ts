import type { CorpusDocument } from '../../src/contract/corpus.ts';
import type { Store } from '../../src/contract/store.ts';
import type { MessageVector } from '../../src/contract/vectors.ts';
import { EVERY_SEQUENCE } from './background.ts';
import { messagesOf, rowsIn, tasksOf, WHOLE } from './lists.ts';

const EVERYTHING = { limit: 100_000, sortBy: 'timestamp', order: 'asc' } as const;
const ALL_CHUNKS = { limit: 100_000, sortBy: 'created_at', order: 'asc', embeddedOnly: false } as const;

/** The documents of a user changed after a generation, in the order they are read, and nothing beside them. */
export const documentsAfter = async (
  { corpus }: Store,
  tenantKey: number,
  userKey: number,
  after: number,
): Promise<CorpusDocument[]> => {
  const documents: CorpusDocument[] = [];
  for await (const batch of corpus.documents(tenantKey, userKey, after)) {
    for (const { kind, key, sessionKey, sequence, role, name, content, createdAt } of batch) {
      documents.push({ kind, key, sessionKey, sequence, role, name, content, createdAt });
    }
  }
  return documents;
};

/** The vectors of a user's messages by a model, filed after a generation, in the order they are read. */
export const vectorsAfter = async (
  { corpus }: Store,
  tenantKey: number,
  userKey: number,
  model: string,
  after = 0,
): Promise<MessageVector[]> => {
  const vectors: MessageVector[] = [];
  const changes = await corpus.changes(tenantKey, userKey, { vectors: { model, after } });
  for await (const batch of changes?.vectors ?? []) {
    for (const { key, scale, components } of batch) vectors.push({ key, scale, components });
  }
  return vectors;
};

/** All that search can show of a user: the documents, and the entries that results are made of. */
export const memoryOf = async (store: Store, tenantKey: number, userKey: number) => {
  const documents = await documentsAfter(store, tenantKey, userKey, 0);
  return { documents, entries: await store.corpus.fetch(tenantKey, userKey, documents) };
};

/** Everything of a tenant that the contract shows, to be compared with what it shows later. */
export const snapshotOf = async (store: Store, tenantKey: number) => {
  const scope = { tenantKey, userKey: null };
  const users = await rowsIn(store.users.list(scope, WHOLE));
  const sessions = await rowsIn(store.sessions.list(scope, {}, WHOLE));
  // What was done is counted by each store since it was opened, and is nothing that is kept.
  const { done: _done, ...taskCounts } = await store.outbox.counts(scope);
  return {
    users,
    agents: await rowsIn(store.agents.list(scope, WHOLE)),
    sessions,
    messages: await Promise.all(sessions.map(({ id }) => messagesOf(store, scope, id, EVERYTHING))),
    knowledge: await Promise.all(users.map(({ id }) => rowsIn(store.knowledge.list(scope, id, WHOLE)))),
    facts: await Promise.all(users.map(({ id }) => rowsIn(store.facts.list(scope, id, {}, WHOLE)))),
    entities: await Promise.all(users.map(({ id }) => rowsIn(store.facts.entities(scope, id, WHOLE)))),
    apiKeys: await rowsIn(store.apiKeys.list(tenantKey, null, WHOLE)),
    tasks: await tasksOf(store, scope),
    taskCounts: [taskCounts],
    outstanding: await Promise.all(sessions.map(({ id }) => store.outbox.outstanding(scope, id, EVERY_SEQUENCE))),
    chunks: await Promise.all(
      sessions.map(async ({ id }) => (await store.chunks.ofSession(scope, id, ALL_CHUNKS)).chunks),
    ),
    episodes: await Promise.all(users.map(({ id }) => rowsIn(store.episodes.list(scope, id, {}, WHOLE)))),
    chunkCounts: await Promise.all(users.map(({ id }) => store.chunks.count(scope, id))),
    corpus: await Promise.all(
      users.map(async ({ key }) => ({
        generation: await store.corpus.generation(tenantKey, key),
        retractions: (await store.corpus.changes(tenantKey, key, { after: 0 }))?.retractions,
        ...(await memoryOf(store, tenantKey, key)),
      })),
    ),
  };
};

export type Snapshot = Awaited<ReturnType<typeof snapshotOf>>;
