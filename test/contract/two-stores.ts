import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { CorpusDocument } from '../../src/contract/corpus.ts';
import { forEachKind } from '../../src/contract/documents.ts';
import type { Once } from '../../src/contract/once.ts';
import type { SessionRecord } from '../../src/contract/records.ts';
import type { Store } from '../../src/contract/store.ts';
import type { Outcome } from '../../src/contract/work.ts';
import { eventually } from '../support/eventually.ts';
import { createBackground, handsOf } from './background.ts';
import { tallyEnds } from './refusal.ts';
import { documentsAfter } from './snapshot.ts';
import type { OpenStore, StoreUnderTest } from './store-under-test.ts';
import { createWorld, mintId, present, type World } from './world.ts';

/** Rounds of what both stores do at once. */
const ROUNDS = 20;
const MODEL = 'model';

const timesOf = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

export const describeTwoStores = (open: OpenStore): void =>
  describe('two stores that are open at once', () => {
    let opened: StoreUnderTest;
    let another: Store;
    beforeAll(async () => {
      opened = await open();
      another = await opened.openAnother();
    });
    afterAll(async () => {
      await another.close();
      await opened.store.close();
      await opened.remove();
    });

    const create = async () => {
      const world = await createWorld(opened.store);
      return { ...(await createBackground(world)), stores: [opened.store, another] as const };
    };
    const append = (store: Store, world: World, session: SessionRecord, count = 1) => {
      const messages = timesOf(count, (i) => world.message(`said ${i}`));
      return store.messages.append(world.scope, session.id, messages, undefined, world.work());
    };

    test('show what both write in the order of the commits: nothing comes later with a lower generation or key', async () => {
      const { world, stores, owner, partner, tenantKey } = await create();
      const talks = await Promise.all(timesOf(4, () => world.session(owner, partner)));
      let [written, isOver] = [0, false];
      const write = async (store: Store, talk: SessionRecord): Promise<void> => {
        for (let i = 0; i < ROUNDS; i += 1) {
          await append(store, world, talk, 1 + (i % 3));
          written += 1 + (i % 3);
          if (i % 4 > 0) continue;
          await store.knowledge.add(world.scope, owner.id, [{ id: mintId(), content: 'a fact' }], world.at());
          written += 1;
        }
      };
      /** Follows the memory as an index does, until it has all. Answers what came below what it had seen before. */
      const follow = async (store: Store) => {
        const seen = new Map<string, CorpusDocument>();
        const late: string[] = [];
        const highest = forEachKind(() => 0);
        for (let held = 0; !isOver || seen.size < written; ) {
          const generation = present(await store.corpus.generation(tenantKey, owner.key));
          const found = await documentsAfter(store, tenantKey, owner.key, held);
          const fresh = found.filter(({ kind, key }) => !seen.has(`${kind} ${key}`));
          late.push(...fresh.filter(({ kind, key }) => key <= highest[kind]).map(({ kind, key }) => `${kind} ${key}`));
          for (const document of fresh) {
            seen.set(`${document.kind} ${document.key}`, document);
            highest[document.kind] = Math.max(highest[document.kind], document.key);
          }
          if (generation < held) late.push(`generation ${generation}`);
          held = generation;
          await new Promise((resolve) => setImmediate(resolve));
        }
        expect(seen.size).toBe(written);
        return late;
      };
      const following = stores.map(follow);
      await Promise.all(talks.map((talk, i) => write(present(stores[i % 2]), talk)));
      isOver = true;
      expect(await Promise.all(following)).toEqual([[], []]);
    });

    test('never give out a key twice, also when what had the highest one is gone', async () => {
      const { world, stores, owner, partner, talk, tenantKey } = await create();
      const { scope } = world;
      const newest = async (store: Store, kind: CorpusDocument['kind']): Promise<number> => {
        const documents = await documentsAfter(store, tenantKey, owner.key, 0);
        return Math.max(...documents.filter((one) => one.kind === kind).map(({ key }) => key));
      };
      /** Makes one thing by a store and takes it away by the other. Answers the key that it had. */
      const MAKERS: Readonly<Record<string, (by: Store, other: Store) => Promise<number>>> = {
        message: async (by, other) => {
          const { ids } = await append(by, world, talk);
          const key = await newest(by, 'message');
          await other.messages.delete(scope, talk.id, ids, world.at());
          return key;
        },
        knowledge: async (by, other) => {
          const { ids } = await by.knowledge.add(scope, owner.id, [{ id: mintId(), content: 'a' }], world.at());
          const key = await newest(by, 'knowledge');
          await other.knowledge.delete(scope, owner.id, ids);
          return key;
        },
        session: async (by, other) => {
          const input = { id: mintId(), userId: owner.id, agentId: partner.id, name: mintId(), at: world.at() };
          await by.sessions.create(scope, input);
          const { key } = present(await by.sessions.get(scope, input.id));
          await other.sessions.delete(scope, input.id);
          return key;
        },
        user: async (by, other) => {
          const input = { id: mintId(), name: mintId(), description: null, at: world.at() };
          await by.users.create(scope, input);
          const { key } = present(await by.users.get(scope, input.id));
          await other.users.delete(scope, input.id);
          return key;
        },
        agent: async (by, other) => {
          const input = { id: mintId(), name: mintId(), description: null, at: world.at() };
          await by.agents.create(scope, input);
          const { key } = present(await by.agents.get(scope, input.id));
          await other.agents.delete(scope, input.id);
          return key;
        },
        task: async (by, other) => {
          const session = await world.session(owner, partner);
          const { key } = present((await append(by, world, session)).tasks[0]);
          await other.sessions.delete(scope, session.id);
          return key;
        },
      };
      for (const [name, make] of Object.entries(MAKERS)) {
        const keys: number[] = [];
        for (let i = 0; i < 6; i += 1) keys.push(await make(present(stores[i % 2]), present(stores[(i + 1) % 2])));
        expect([name, ...keys]).toEqual([name, ...new Set(keys)]);
        expect(keys).toEqual(keys.toSorted((a, b) => a - b));
      }
    });

    test('number the messages of a session that both add to one after the other', async () => {
      const { world, stores, talk } = await create();
      const rounds = await Promise.all(timesOf(ROUNDS, (i) => append(present(stores[i % 2]), world, talk, 3)));
      const spans = rounds.map(({ round }) => present(round)).toSorted((a, b) => a.firstSequence - b.firstSequence);
      expect(spans.map(({ firstSequence, lastSequence }) => [firstSequence, lastSequence])).toEqual(
        timesOf(ROUNDS, (i) => [1 + 3 * i, 3 + 3 * i]),
      );
    });

    test('take the claim first: of requests with one claim for one name all hear the same ids, and none that the name is taken', async () => {
      const { world, stores, owner, partner } = await create();
      const { scope } = world;
      const claim = (path: string): Once => ({
        userKey: null,
        method: 'POST',
        path,
        key: 'one claim',
        bodyHash: 'one body',
        at: world.at(),
      });
      const named = (name: string) => ({ id: mintId(), name, description: null, at: world.at() });
      const CREATES: Readonly<Record<string, (store: Store) => Promise<{ readonly ids: readonly string[] }>>> = {
        users: (store) => store.users.create(scope, named('wanted'), claim('users')),
        agents: (store) => store.agents.create(scope, named('wanted'), claim('agents')),
        sessions: (store) => {
          const of = { userId: owner.id, agentId: partner.id };
          return store.sessions.create(
            scope,
            { ...of, id: mintId(), name: 'wanted', at: world.at() },
            claim('sessions'),
          );
        },
        'messages by name': async (store) => {
          const conversation = world.conversation({ user: 'new', agent: 'new', session: 'new' });
          const made = await store.messages.appendByName(scope, conversation, [world.message('a')], claim('named'));
          return { ids: [made.userId, made.agentId, made.sessionId, ...made.ids] };
        },
      };
      for (const create of Object.values(CREATES)) {
        const answers = await Promise.all(timesOf(ROUNDS, (i) => create(present(stores[i % 2]))));
        expect(new Set(answers.map(({ ids }) => ids.join())).size).toBe(1);
      }
    });

    test('hold nobody up for ever: calls about several users in opposite orders all end, and all take effect', async () => {
      const { world, stores, partner } = await create();
      const { scope, tenantKey } = world;
      const users = await Promise.all(timesOf(6, () => world.user()));
      const talks = await Promise.all(users.map((user) => world.session(user, partner)));
      const { claim, prepare } = handsOf(world);
      const outcomes: Outcome[] = [];
      for (const talk of talks) {
        const task = present((await append(opened.store, world, talk)).tasks[0]);
        outcomes.push(await prepare(await claim(task)));
      }
      const messages = (await opened.store.vectors.messagesWithout(MODEL, { after: null, limit: 1_000 }))
        .filter((one) => one.tenantKey === tenantKey)
        .map((message) => ({ message, vector: { scale: 1, components: new Int8Array([1, 2]) } }));
      expect(messages).toHaveLength(talks.length);
      const calls = stores.flatMap((store, i) => {
        const inOrder = <T>(things: readonly T[]): T[] => (i === 0 ? [...things] : things.toReversed());
        return [
          ...inOrder(talks).flatMap((talk) => timesOf(3, () => append(store, world, talk))),
          store.vectors.fileMessages(MODEL, inOrder(messages)),
          store.work.file(inOrder(outcomes)),
          store.agents.update(scope, partner.id, { name: `renamed ${i}`, at: world.at() }),
          ...inOrder(users).map(({ id }) => store.users.update(scope, id, { name: `${id} ${i}`, at: world.at() })),
        ];
      });
      expect(await tallyEnds(calls)).toEqual({ accepted: calls.length });
      for (const user of users) {
        const all = await eventually('both see all', async () => {
          const seen = await documentsAfter(another, tenantKey, user.key, 0);
          return seen.length >= 7 && seen;
        });
        expect(all).toHaveLength(7);
      }
    });
  });
