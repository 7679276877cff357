import { describe, expect, test } from 'bun:test';
import type { CorpusEntry } from '../../src/contract/corpus.ts';
import type { ApiKeyRecord, IdentityRecord, SessionRecord } from '../../src/contract/records.ts';
import { ALL, ANN, END_OF_TIME, EVERY_SEQUENCE, handsOf } from './background.ts';
import { prepareEpisodes } from './episode-drafts.ts';
import { catchUp, loadIndex } from './held-index.ts';
import { messagesOf, rowsIn, tasksOf, WHOLE } from './lists.ts';
import { endOf } from './refusal.ts';
import { documentsAfter, memoryOf, type Snapshot, snapshotOf } from './snapshot.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { present, type World } from './world.ts';

const ALL_CHUNKS = { limit: ALL, sortBy: 'created_at', order: 'asc', embeddedOnly: false } as const;
const OLDEST_FIRST = { limit: 100, sortBy: 'timestamp', order: 'asc' } as const;

/** Two users who each talk with two agents, know something and hold a key; of each talk some is indexed and some is not. */
const fill = async (world: World) => {
  const { append, appendTask, claim, finish } = handsOf(world);
  const [ann, bob] = [await world.user('ann'), await world.user('bob')];
  const [one, two] = [await world.agent('one'), await world.agent('two')];
  const people = [ann, bob] as const;
  const talks = [];
  for (const user of people) {
    for (const agent of [one, two]) {
      const session = await world.session(user, agent);
      const rounds = await world.say(session, [`${user.name} to ${agent.name}`, 'and more']);
      await finish(await appendTask(session, 2));
      await claim(await appendTask(session, 1));
      await appendTask(session, 1);
      const told = await append(session, ['told'], { kinds: ['summarise'] });
      const toTell = await claim(present(told.tasks[0]));
      await world.store.work.file([await prepareEpisodes(world.store, toTell, { owner: ANN, at: world.at() })]);
      talks.push({
        user,
        agent,
        session,
        round: present(rounds[0]),
        gone: present((await world.say(session, ['x']))[0]),
      });
    }
  }
  // A retraction each, so that there is one to be removed.
  for (const { session, gone } of talks) await world.store.messages.delete(world.scope, session.id, [gone], world.at());
  const facts = [await world.know(ann, ['ann knows']), await world.know(bob, ['bob knows'])] as const;
  const keys = [await world.apiKey(ann), await world.apiKey(bob), await world.apiKey(null)] as const;
  return { ann, bob, one, two, talks, facts, keys };
};

type Filled = Awaited<ReturnType<typeof fill>>;

/** What a tenant shows of its sessions once only some are left. */
const sessionsLeft = (before: Snapshot, remains: (session: SessionRecord) => boolean) => {
  const sessions = before.sessions.filter(remains);
  const only = <T>(lists: readonly T[]): T[] => lists.filter((_, i) => remains(present(before.sessions[i])));
  const tasks = before.tasks.filter(({ sessionId }) => sessions.some(({ id }) => id === sessionId));
  const inState = (state: string) => tasks.filter((task) => task.state === state);
  const chunks = only(before.chunks);
  return {
    sessions,
    messages: only(before.messages),
    tasks,
    taskCounts: [
      {
        waiting: inState('waiting').length,
        running: inState('running').length,
        failed: inState('failed').length,
        oldestWaitingAt: Math.min(...inState('waiting').map(({ createdAt }) => createdAt)),
      },
    ],
    outstanding: only(before.outstanding),
    chunks,
    episodes: before.episodes.map((theirs) =>
      theirs.filter(({ sessionId }) => sessions.some(({ id }) => id === sessionId)),
    ),
    chunkCounts: before.users.map((user) => {
      const theirs = chunks.filter((_, i) => sessions[i]?.userId === user.id).flat();
      return { total: theirs.length, embedded: theirs.filter(({ embedded }) => embedded).length };
    }),
  };
};

export const describeCascades = (open: OpenStore): void =>
  describe('removal', () => {
    const shared = shareStore(open);
    const createFilled = async (): Promise<{ world: World } & Filled> => {
      const world = await shared.createWorld();
      return { world, ...(await fill(world)) };
    };

    const expectWorkGone = async ({ store, scope, tenantKey }: World, session: SessionRecord, round: string) => {
      const ends = [
        store.outbox.outstanding(scope, session.id, EVERY_SEQUENCE),
        store.chunks.ofSession(scope, session.id, ALL_CHUNKS),
        store.chunks.ofRound(scope, round, ALL_CHUNKS),
      ].map(endOf);
      expect(await Promise.all(ends)).toEqual(['not_found', 'not_found', 'not_found']);
      const tasks = await tasksOf(store, scope);
      expect(tasks.filter(({ sessionId }) => sessionId === session.id)).toEqual([]);
      const due = await store.work.due(ANN, END_OF_TIME, ALL);
      expect(due.filter(({ sessionKey }) => sessionKey === session.key)).toEqual([]);
      const { userKey, key: sessionKey } = session;
      const whole = { tenantKey, userKey, sessionKey, firstSequence: 0, lastSequence: END_OF_TIME };
      expect(await store.work.read(whole)).toEqual({ messages: [], version: { messages: 0, generation: 0 } });
    };

    const expectSessionGone = async (world: World, session: SessionRecord, round: string) => {
      const { store, scope, tenantKey } = world;
      expect(await store.sessions.get(scope, session.id)).toBeNull();
      expect(await store.sessions.findByName(scope, session.name)).toBeNull();
      expect(await endOf(messagesOf(store, scope, session.id, OLDEST_FIRST))).toBe('not_found');
      expect(await endOf(store.messages.read(scope, session.id, [round]))).toBe('not_found');
      const documents = await documentsAfter(store, tenantKey, session.userKey, 0);
      expect(documents.filter(({ sessionKey }) => sessionKey === session.key)).toEqual([]);
      expect(await store.corpus.sessionsOfAgent(tenantKey, session.userKey, session.agentKey, 0)).not.toContain(
        session.key,
      );
      await expectWorkGone(world, session, round);
    };

    const expectUserGone = async (world: World, user: IdentityRecord, fact: string, key: ApiKeyRecord) => {
      const { store, scope, tenantKey } = world;
      expect(await store.users.get(scope, user.id)).toBeNull();
      expect(await store.users.findByName(scope, user.name)).toBeNull();
      expect(await rowsIn(store.sessions.list(scope, { userId: user.id }, WHOLE))).toEqual([]);
      expect(await endOf(rowsIn(store.knowledge.list(scope, user.id, WHOLE)))).toBe('not_found');
      expect(await endOf(store.knowledge.read(scope, user.id, [fact]))).toBe('not_found');
      expect(await store.apiKeys.findByHash(key.hash)).toBeNull();
      expect(await rowsIn(store.apiKeys.list(tenantKey, user.id, WHOLE))).toEqual([]);
      expect(await store.corpus.generation(tenantKey, user.key)).toBeNull();
      expect(await store.corpus.changes(tenantKey, user.key, { after: 0 })).toBeNull();
      expect(await documentsAfter(store, tenantKey, user.key, 0)).toEqual([]);
    };

    test('of a user nothing is left, and nothing else is touched', async () => {
      const { world, ann, bob, talks, facts, keys } = await createFilled();
      const { store, scope, tenantKey } = world;
      const kept = await snapshotOf(store, tenantKey);
      const references = await documentsAfter(store, tenantKey, ann.key, 0);
      await store.users.delete(scope, ann.id);
      await expectUserGone(world, ann, present(facts[0][0]), keys[0]);
      for (const { user, session, round } of talks) {
        if (user === ann) await expectSessionGone(world, session, round);
      }
      expect(await store.corpus.fetch(tenantKey, ann.key, references)).toEqual([]);
      // The other user may have documents with the same keys.
      const ofBob = (await memoryOf(store, tenantKey, bob.key)).entries.map(({ id }) => id);
      const fetched = await store.corpus.fetch(tenantKey, bob.key, references);
      expect(fetched.filter(({ id }) => !ofBob.includes(id))).toEqual([]);
      const left = await snapshotOf(store, tenantKey);
      const others = <T>(lists: readonly T[]): T[] => lists.filter((_, i) => kept.users[i]?.id !== ann.id);
      const { chunkCounts, episodes, ...remaining } = sessionsLeft(kept, ({ userId }) => userId !== ann.id);
      expect(left).toEqual({
        users: [bob],
        agents: kept.agents,
        ...remaining,
        knowledge: others(kept.knowledge),
        facts: others(kept.facts),
        entities: others(kept.entities),
        apiKeys: kept.apiKeys.filter(({ userId }) => userId !== ann.id),
        chunkCounts: others(chunkCounts),
        episodes: others(episodes),
        corpus: others(kept.corpus),
      });
      expect(left.sessions.map(({ userId }) => userId)).toEqual([bob.id, bob.id]);
      expect(JSON.stringify(left)).not.toContain(ann.id);
    });

    test('of an agent its sessions go with every user, and those with other agents stay', async () => {
      const { world, ann, bob, one, two, talks } = await createFilled();
      const { store, scope, tenantKey } = world;
      const kept = await snapshotOf(store, tenantKey);
      const load = async (user: IdentityRecord) => ({ user, index: await loadIndex(store, tenantKey, user.key) });
      const held = [await load(ann), await load(bob)];
      await store.agents.delete(scope, one.id);
      for (const { agent, session, round } of talks) {
        if (agent === one) await expectSessionGone(world, session, round);
      }
      const left = await snapshotOf(store, tenantKey);
      expect(left).toEqual({
        ...kept,
        ...sessionsLeft(kept, ({ agentId }) => agentId === two.id),
        agents: [two],
        corpus: left.corpus,
      });
      expect(left.sessions.map(({ agentId }) => agentId)).toEqual([two.id, two.id]);
      for (const { user, index } of held) {
        expect(await catchUp(store, tenantKey, user.key, index)).toEqual(await loadIndex(store, tenantKey, user.key));
      }
      expect(JSON.stringify(left)).not.toContain(one.id);
    });

    test('of a session its messages go, and nothing else is touched', async () => {
      const { world, talks } = await createFilled();
      const { store, scope, tenantKey } = world;
      const { session, round } = present(talks[0]);
      const kept = await snapshotOf(store, tenantKey);
      await store.sessions.delete(scope, session.id);
      await expectSessionGone(world, session, round);
      const left = await snapshotOf(store, tenantKey);
      const [touched, ...untouched] = kept.corpus;
      const removed = (kept.messages[0] ?? []).map(({ id }) => id);
      expect(left).toEqual({
        ...kept,
        ...sessionsLeft(kept, ({ id }) => id !== session.id),
        corpus: [left.corpus[0], ...untouched] as never,
      });
      const isLeft = ({ id, kind, session: of }: CorpusEntry): boolean =>
        !removed.includes(id) && (kind !== 'episode' || of?.id !== session.id);
      expect(left.corpus[0]?.entries).toEqual(touched?.entries.filter(isLeft) as never);
      expect(JSON.stringify(left)).not.toContain(session.id);
    });

    test('what is made again under the old name starts empty', async () => {
      const { world, ann, one } = await createFilled();
      const { store, scope, tenantKey } = world;
      await store.users.delete(scope, ann.id);
      const again = await world.user('ann');
      expect(again.key).not.toBe(ann.key);
      expect(await rowsIn(store.sessions.list(scope, { userId: again.id }, WHOLE))).toEqual([]);
      expect(await rowsIn(store.knowledge.list(scope, again.id, WHOLE))).toEqual([]);
      expect(await rowsIn(store.apiKeys.list(tenantKey, again.id, WHOLE))).toEqual([]);
      expect(await documentsAfter(store, tenantKey, again.key, 0)).toEqual([]);
      expect(await store.corpus.sessionsOfAgent(tenantKey, again.key, one.key, 0)).toEqual([]);
    });
  });
