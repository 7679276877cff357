import type { CorpusFacet, CorpusReader } from '../../../src/contract/corpus.ts';
import type { Role } from '../../../src/contract/records.ts';
import type { Store } from '../../../src/contract/store.ts';
import type { Owner } from '../../../src/retrieval/owner.ts';
import { createWorld, mintId, present } from '../../contract/world.ts';
import { watchCorpus } from './watched-corpus.ts';

/** What is said, by whom, in which of the sessions. */
export interface Saying {
  readonly session: number;
  readonly content: string;
  readonly role: Role;
  readonly name: string | null;
}

/**
 * One user's memory to be changed. `pick` chooses among what is there; with nothing there nothing
 * happens.
 */
export interface ChangingMemory {
  readonly owner: Owner;
  readonly corpus: CorpusFacet;
  say(round: readonly Saying[]): Promise<unknown>;
  rewrite(pick: number, content: string): Promise<unknown>;
  unsay(pick: number): Promise<unknown>;
  closeSession(session: number): Promise<unknown>;
  learn(content: string): Promise<unknown>;
  unlearn(pick: number): Promise<unknown>;
  rename(): Promise<unknown>;
}

/** In a store. */
export const memoryInStore = async (store: Store): Promise<ChangingMemory> => {
  const world = await createWorld(store);
  const { scope, tenantKey } = world;
  const [user, agent] = [await world.user('Ada'), await world.agent('Rex')];
  const sessions = new Map<number, string>();
  const messages: { readonly id: string; readonly session: string }[] = [];
  const facts: string[] = [];
  const open = async (number: number): Promise<string> => {
    const id = sessions.get(number) ?? (await world.session(user, agent, mintId())).id;
    sessions.set(number, id);
    return id;
  };
  return {
    owner: { tenantKey, userKey: user.key },
    corpus: watchCorpus(store.corpus),
    say: async (round) => {
      for (const { session, content, role, name } of round) {
        const sessionId = await open(session);
        const said = world.message(content, { role, name });
        await store.messages.append(scope, sessionId, [said]);
        messages.push({ id: said.id, session: sessionId });
      }
    },
    rewrite: async (pick, content) => {
      const { id, session } = messages[pick % Math.max(1, messages.length)] ?? {};
      if (id && session) await store.messages.update(scope, session, [{ id, role: 'user', content }], world.at());
    },
    unsay: async (pick) => {
      const [gone] = messages.splice(pick % Math.max(1, messages.length), 1);
      if (gone) await store.messages.delete(scope, gone.session, [gone.id], world.at());
    },
    closeSession: async (number) => {
      const gone = sessions.get(number);
      if (!gone) return;
      sessions.delete(number);
      await store.sessions.delete(scope, gone);
      messages.splice(0, messages.length, ...messages.filter(({ session }) => session !== gone));
    },
    learn: async (content) => facts.push(present((await world.know(user, [content]))[0])),
    unlearn: async (pick) => {
      const [gone] = facts.splice(pick % Math.max(1, facts.length), 1);
      if (gone) await store.knowledge.delete(scope, user.id, [gone]);
    },
    rename: () => store.users.update(scope, user.id, { name: `Ada ${mintId()}`, at: world.at() }),
  };
};

/** The same corpus with other answers to some calls. */
export const corpusWith = (corpus: CorpusReader, calls: Partial<CorpusReader>): CorpusReader =>
  new Proxy(corpus, {
    get: (target, name) => {
      const call = name in calls ? Reflect.get(calls, name) : Reflect.get(target, name);
      return typeof call === 'function' ? call.bind(target) : call;
    },
  });

/** The same corpus, read by someone for whom no segments are kept. */
export const withoutSegments = (corpus: CorpusReader): CorpusReader =>
  corpusWith(corpus, { segments: async () => [], readSegment: async () => null });
