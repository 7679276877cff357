import type { Connection } from '../../../adapters/sqlite/connection.ts';
import type { CorpusDocument, Retraction } from '../../../src/contract/corpus.ts';
import type { JsonText } from '../../../src/contract/records.ts';
import type { Store } from '../../../src/contract/store.ts';
import type { MessageVector } from '../../../src/contract/vectors.ts';
import type { Owner } from '../../../src/retrieval/owner.ts';
import { createWorld, mintId, present } from '../../contract/world.ts';
import { turn } from '../manual-time.ts';
import { nameOf } from './histories.ts';

/** Names without a word: they stand before the messages of whom they name, and are found by nothing. */
const [NOBODY, NO_AGENT] = ['·', '∙'];

/** A document by the numbers that a test gives it and its session; the store's own are others. */
export type Told = CorpusDocument & {
  readonly metadata?: JsonText;
  /** The number of the agent that its session is with. */
  readonly agent?: number;
};

/** One user's memory in a store. Documents are called by the numbers under which they were put. */
export interface StoredMemory {
  readonly owner: Owner;
  /**
   * Adds documents, or changes those that are there, in the order given: one generation for each run of the same session.
   * Places in a session are those of arrival.
   */
  put(...documents: readonly Told[]): Promise<void>;
  /** Takes out what a retraction names; nothing when it is not there. */
  retract(...retractions: readonly Retraction[]): Promise<void>;
  /** Files a vector of a message by a model. */
  putVector(model: string, vector: MessageVector): Promise<void>;
  /** Makes every index of the user start over, as one does that is behind by more retractions than are kept. */
  startOver(): Promise<void>;
  /** Deletes the user. */
  drop(): Promise<void>;
  /** Everything that is there, in no order. */
  all(): readonly Told[];
  /** The number under which a document was put. */
  numberOf(document: { readonly kind: string; readonly key: number }): number;
  /** The store's key of a session, and of an agent; one that nobody has for what is not there. */
  sessionKey(number: number): number;
  agentKey(number: number): number;
}

type Filed = { told: Told; readonly key: number; readonly id: string; readonly sessionId: string | null };

const NO_KEY = Number.MAX_SAFE_INTEGER;

/** Parts of a list in which neighbours have the same name. */
const runsOf = <T>(items: readonly T[], named: (item: T) => string): T[][] => {
  const runs: { readonly name: string; readonly items: T[] }[] = [];
  for (const item of items) {
    const last = runs.at(-1);
    if (last && last.name === named(item)) last.items.push(item);
    else runs.push({ name: named(item), items: [item] });
  }
  return runs.map(({ items: run }) => run);
};

/** A user and their memory. `db` is for what nothing but a long time does. */
export const createMemory = async (store: Store, db: Connection, user = NOBODY): Promise<StoredMemory> => {
  const world = await createWorld(store);
  const { scope, tenantKey } = world;
  const ada = await world.user(user);
  const owner = { tenantKey, userKey: ada.key };
  const agents = new Map<number, Awaited<ReturnType<typeof world.agent>>>();
  const sessions = new Map<number, Awaited<ReturnType<typeof world.session>>>();
  const filed = new Map<string, Filed>();
  /** By the store's keys, also of what has gone. */
  const numbers = new Map<string, number>();

  const agentOf = async (number: number) => {
    const agent = agents.get(number) ?? (await world.agent(NO_AGENT.repeat(number)));
    agents.set(number, agent);
    return agent;
  };
  const sessionOf = async ({ sessionKey, agent = 1 }: Told) => {
    const number = sessionKey ?? 0;
    const session = sessions.get(number) ?? (await world.session(ada, await agentOf(agent), mintId()));
    sessions.set(number, session);
    return session;
  };
  /** Keys of documents come with the generation that they were filed in, in the order of their ids. */
  const note = async (run: readonly Told[], ids: readonly string[], sessionId: string | null): Promise<void> => {
    const generation = present(await store.corpus.generation(tenantKey, owner.userKey));
    const keys: number[] = [];
    const { kind } = present(run[0]);
    for await (const batch of store.corpus.documents(tenantKey, owner.userKey, generation - 1)) {
      keys.push(...batch.filter((document) => document.kind === kind).map(({ key }) => key));
    }
    keys.sort((a, b) => a - b);
    for (const [i, told] of run.entries()) {
      const key = present(keys[i]);
      filed.set(nameOf(told), { told, key, id: present(ids[i]), sessionId });
      numbers.set(`${kind}:${key}`, told.key);
    }
  };

  const say = async (run: readonly Told[]): Promise<void> => {
    const session = await sessionOf(present(run[0]));
    const said = run.map((told) => {
      const { content, role, createdAt, metadata = null } = told;
      return world.message(content, { role: present(role), name: told.name, createdAt, metadata });
    });
    await store.messages.append(scope, session.id, said);
    await note(
      run,
      said.map(({ id }) => id),
      session.id,
    );
  };
  const learn = async (run: readonly Told[]): Promise<void> => {
    const items = run.map(({ content }) => ({ id: mintId(), content }));
    await store.knowledge.add(scope, ada.id, items, present(run[0]).createdAt);
    await note(
      run,
      items.map(({ id }) => id),
      null,
    );
  };
  const change = async (run: readonly Told[]): Promise<void> => {
    const changed = run.map((told) => present(filed.get(nameOf(told))));
    const { sessionId } = present(changed[0]);
    const changes = run.map((told, i) => {
      const { role, content, metadata = null } = told;
      return { id: present(changed[i]).id, role: role ?? 'user', content, name: told.name, metadata };
    });
    if (sessionId !== null) await store.messages.update(scope, sessionId, changes, world.at());
    else await store.knowledge.update(scope, ada.id, changes, world.at());
    for (const told of run) present(filed.get(nameOf(told))).told = told;
  };
  const takeOut = async (run: readonly Filed[]): Promise<void> => {
    const ids = run.map(({ id }) => id);
    const { sessionId } = present(run[0]);
    if (sessionId !== null) await store.messages.delete(scope, sessionId, ids, world.at());
    else await store.knowledge.delete(scope, ada.id, ids);
    for (const { told } of run) filed.delete(nameOf(told));
  };
  const closeSession = async (number: number): Promise<void> => {
    const session = sessions.get(number);
    if (!session) return;
    sessions.delete(number);
    await store.sessions.delete(scope, session.id);
    for (const [name, { sessionId }] of filed) if (sessionId === session.id) filed.delete(name);
  };

  return {
    owner,
    put: async (...documents) => {
      const isMoved = (told: Told): boolean => {
        const known = filed.get(nameOf(told));
        return known !== undefined && known.told.sessionKey !== told.sessionKey;
      };
      for (const told of documents.filter(isMoved)) await takeOut([present(filed.get(nameOf(told)))]);
      const doing = (told: Told): string => `${told.kind} ${told.sessionKey} ${filed.has(nameOf(told))}`;
      for (const run of runsOf(documents, doing)) {
        const { kind } = present(run[0]);
        if (filed.has(nameOf(present(run[0])))) await change(run);
        else await (kind === 'message' ? say : learn)(run);
      }
    },
    retract: async (...retractions) => {
      const named = retractions.flatMap((retraction) => filed.get(nameOf(retraction)) ?? []);
      for (const run of runsOf(named, ({ sessionId }) => `${sessionId}`)) await takeOut(run);
      for (const { kind, key } of retractions) if (kind === 'session') await closeSession(key);
    },
    putVector: async (model, { key, ...vector }) => {
      const own = present(filed.get(`message:${key}`)).key;
      const [unembedded] = await store.vectors.messagesWithout(model, {
        after: { userKey: owner.userKey, key: own - 1 },
        limit: 1,
      });
      if (unembedded?.key !== own) throw new Error(`The message ${key} has a vector of ${model} already.`);
      await store.vectors.fileMessages(model, [{ message: unembedded, vector }]);
    },
    startOver: async () => {
      const sql = 'UPDATE users SET generation = generation + 1, retracted_from = generation + 1 WHERE key = ?';
      db.prepare(sql).run(ada.key);
      // Reads of this turn share a snapshot from before.
      await turn();
    },
    drop: async () => {
      await store.users.delete(scope, ada.id);
    },
    all: () => [...filed.values()].map(({ told }) => told),
    numberOf: ({ kind, key }) => numbers.get(`${kind}:${key}`) ?? -1,
    sessionKey: (number) => sessions.get(number)?.key ?? NO_KEY,
    agentKey: (number) => agents.get(number)?.key ?? NO_KEY,
  };
};
