import { describe, expect, test } from 'bun:test';
import type { Deletion } from '../../src/contract/identities.ts';
import type { Store } from '../../src/contract/store.ts';
import { eventually } from '../support/eventually.ts';
import { handsOf } from './background.ts';
import { catchUp, loadIndex } from './held-index.ts';
import { endOf } from './refusal.ts';
import { documentsAfter, snapshotOf } from './snapshot.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { createVictim, PROBES, type Verb, type Victim } from './verbs.ts';
import { createWorld, mintId, present } from './world.ts';

/** More than is deleted while anybody waits. */
const MANY = 3_000;
const IN_A_ROUND = 500;

/** Verbs that show what there is and change nothing. */
const READS = [
  'users.list',
  'users.get',
  'users.findByName',
  'retention.get',
  'retention.usersWithDays',
  'agents.list',
  'agents.get',
  'agents.findByName',
  'sessions.list',
  'sessions.get',
  'sessions.findByName',
  'messages.list',
  'messages.read',
  'messages.locations',
  'messages.location',
  'messages.storedBefore',
  'knowledge.list',
  'knowledge.read',
  'apiKeys.findByHash',
  'apiKeys.get',
  'apiKeys.list',
  'corpus.generation',
  'corpus.resolve',
  'corpus.changes',
  'corpus.documents',
  'corpus.segments',
  'corpus.readSegment',
  'corpus.sessionsOfAgent',
  'corpus.accountNames',
  'corpus.metadataOf',
  'corpus.replaced',
  'corpus.related',
  'corpus.fetch',
  'work.due',
  'outbox.list',
  'outbox.get',
  'outbox.counts',
  'outbox.outstanding',
  'work.read',
  'work.episodeBefore',
  'work.reportOn',
  'episodes.list',
  'episodes.read',
  'work.nominate',
  'facts.list',
  'facts.read',
  'facts.ofMessages',
  'facts.find',
  'facts.history',
  'facts.entities',
  'copies.facts',
  'copies.episodes',
  'copies.forgotten',
  'copies.pending',
  'chunks.ofSession',
  'chunks.ofRound',
  'chunks.count',
  'vectors.countWithout',
  'vectors.messagesWithout',
  'vectors.chunksWithout',
  'vectors.episodesWithout',
] as const satisfies readonly Verb[];

/** Verbs that write to what the deletion takes with it, whatever was deleted. */
const WRITES = [
  'sessions.update',
  'sessions.delete',
  'messages.append',
  'messages.update',
  'messages.delete',
  'facts.update',
  'facts.undo',
] as const satisfies readonly Verb[];

/** The others, which are not asked for what a deletion leaves: they make what is missing, name nothing that it takes, or are tested below. */
const ELSEWHERE = [
  'outbox.derive',
  'facts.delete',
  'copies.add',
  'tenants.find',
  'tenants.ensure',
  'users.create',
  'users.update',
  'users.delete',
  'retention.set',
  'agents.create',
  'agents.update',
  'agents.delete',
  'sessions.create',
  'messages.appendByName',
  'knowledge.add',
  'knowledge.update',
  'knowledge.delete',
  'apiKeys.create',
  'apiKeys.delete',
  'corpus.saveSegment',
  'work.take',
  'work.rewind',
  'work.beat',
  'work.retry',
  'work.release',
  'work.fail',
  'work.split',
  'outbox.redrive',
  'outbox.redriveAll',
  'work.file',
  'vectors.models',
  'vectors.fileMessages',
  'vectors.fileChunks',
  'vectors.fileEpisodes',
  'vectors.forgetMessages',
] as const satisfies readonly Verb[];

const DELETIONS: Readonly<Record<string, (victim: Victim) => Promise<Deletion>>> = {
  user: ({ world: { store, scope }, user }) => store.users.delete(scope, user.id),
  agent: ({ world: { store, scope }, agent }) => store.agents.delete(scope, agent.id),
  session: ({ world: { store, scope }, session }) => store.sessions.delete(scope, session.id),
};

const nothingPending = (store: Store): Promise<true> =>
  eventually('all rows are removed', async () => (await store.pendingDeletions()) === 0);

export const describeDeletions = (open: OpenStore): void =>
  describe('a large deletion', () => {
    const shared = shareStore(open);

    /** A victim with a long session, most of which is outside their segment. */
    const createLarge = async () => {
      const world = await shared.createWorld();
      const victim = await createVictim(world);
      for (let i = 0; i < MANY; i += IN_A_ROUND) {
        const texts = Array.from({ length: IN_A_ROUND }, (_, j) => `text ${mintId()} ${i + j}`);
        await handsOf(world).append(victim.session, texts);
      }
      return victim;
    };

    /** What each verb answers, or how it is refused. */
    const lookWith = async (victim: Victim) => {
      const looks = READS.map(async (verb) => {
        const answer = PROBES[verb](shared.store, victim.world.scope, victim);
        return [verb, (await endOf(answer)) === 'accepted' ? await answer : await endOf(answer)] as const;
      });
      return Object.fromEntries(await Promise.all(looks));
    };

    test('is put to every verb that there is', () => {
      expect([...READS, ...WRITES, ...ELSEWHERE].toSorted() as string[]).toEqual(Object.keys(PROBES).toSorted());
    });

    for (const [name, deleteOf] of Object.entries(DELETIONS)) {
      test(`of a ${name} shows at its answer, to every verb, what is left when all rows are removed`, async () => {
        const victim = await createLarge();
        expect(await deleteOf(victim)).toEqual({ isPending: true });
        const during = await lookWith(victim);
        await nothingPending(shared.store);
        const after = await lookWith(victim);
        for (const verb of READS) expect([verb, during[verb]]).toEqual([verb, after[verb]]);
        expect(JSON.stringify(during)).not.toContain(victim.session.id);
      });

      test(`of a ${name} takes no write to it from its answer on, and none leaves anything behind`, async () => {
        const victim = await createLarge();
        expect(await deleteOf(victim)).toEqual({ isPending: true });
        const { store, scope } = victim.world;
        const ends = await Promise.all(WRITES.map((verb) => endOf(PROBES[verb](store, scope, victim))));
        expect(ends).toEqual(WRITES.map(() => 'not_found'));
        expect(await PROBES['work.file'](store, scope, victim)).toEqual(['lost']);
        expect(await PROBES['work.take'](store, scope, victim)).toEqual([]);
        expect(await PROBES['corpus.saveSegment'](store, scope, victim)).toBe(false);
        await nothingPending(store);
        const again = await endOf(PROBES['messages.append'](store, scope, victim));
        expect(again).toBe('not_found');
      });

      test(`of a ${name} that is sent among adds leaves nothing of those that were accepted`, async () => {
        const victim = await createLarge();
        const { store, scope } = victim.world;
        const messages = Array.from({ length: 60 }, (_, i) => victim.world.message(`raced ${i}`));
        const append = (from: number) =>
          messages
            .slice(from, from + 20)
            .map((message) => endOf(store.messages.append(scope, victim.session.id, [message])));
        const early = append(0);
        const deletion = deleteOf(victim);
        const late = append(20);
        await deletion;
        const after = append(40);
        // Which come first is the engine's to say: an add that was sent behind the deletion may be committed before it.
        for (const end of await Promise.all([...early, ...late])) expect(['accepted', 'not_found']).toContain(end);
        expect(await Promise.all(after)).toEqual(after.map(() => 'not_found'));
        const find = () => Promise.all(messages.map(({ id }) => store.messages.location(scope, id)));
        expect(await find()).toEqual(messages.map(() => null));
        await nothingPending(store);
        expect(await find()).toEqual(messages.map(() => null));
      });
    }

    test('gives the name back at once, and takes nothing of what is made under it while rows are removed', async () => {
      const victim = await createLarge();
      const { world, user, agent } = victim;
      const { store, scope, tenantKey } = world;
      const pending = [await store.users.delete(scope, user.id), await store.agents.delete(scope, agent.id)];
      expect(pending[0]).toEqual({ isPending: true });
      const [sameUser, sameAgent] = [await world.user(user.name), await world.agent(agent.name)];
      const session = await world.session(sameUser, sameAgent, victim.session.name);
      await world.say(session, ['said anew']);
      await world.know(sameUser, ['known anew']);
      const key = await world.apiKey(sameUser);
      const before = await snapshotOf(store, tenantKey);
      expect(before.users).toEqual([sameUser]);
      await nothingPending(store);
      expect(await snapshotOf(store, tenantKey)).toEqual(before);
      expect(await store.apiKeys.findByHash(key.hash)).toEqual(key);
    });

    test('gives the name of a session back at once', async () => {
      const victim = await createLarge();
      const { world, user, agent } = victim;
      await world.store.sessions.delete(world.scope, victim.session.id);
      const session = await world.session(user, agent, victim.session.name);
      await world.say(session, ['said anew']);
      await nothingPending(world.store);
      const documents = await documentsAfter(world.store, world.tenantKey, user.key, 0);
      expect(documents.filter(({ kind }) => kind === 'message').map(({ content }) => content)).toEqual(['said anew']);
    });

    test('of an agent reaches the index of every user it talked with, before it is answered', async () => {
      const world = await shared.createWorld();
      const { store, scope, tenantKey } = world;
      const [doomed, other] = [await world.agent(), await world.agent()];
      const users = await Promise.all(Array.from({ length: 150 }, () => world.user()));
      await Promise.all(
        users.map(async (user) => {
          await world.say(await world.session(user, doomed), ['to the doomed']);
          await world.say(await world.session(user, other), ['to the other']);
        }),
      );
      const held = await Promise.all(users.map(({ key }) => loadIndex(store, tenantKey, key)));
      await store.agents.delete(scope, doomed.id);
      for (const [i, { key }] of users.entries()) {
        const index = await catchUp(store, tenantKey, key, present(held[i]));
        expect(index.generation).toBeGreaterThan(present(held[i]).generation);
        expect([...index.documents.values()].map(({ content }) => content)).toEqual(['to the other']);
      }
      await nothingPending(store);
      const left = await Promise.all(users.map(({ key }) => loadIndex(store, tenantKey, key)));
      expect(left.map(({ documents }) => documents.size)).toEqual(users.map(() => 1));
    });

    test('of a user whose agent and session are being deleted as well ends with all of them', async () => {
      const victim = await createLarge();
      const { store, tenantKey } = victim.world;
      const ends = ['session', 'agent', 'user'].map((name) => endOf(present(DELETIONS[name])(victim)));
      const [ofSession, ...others] = await Promise.all(ends);
      // The deletion of the agent or the user may have taken the session along first.
      expect(['accepted', 'not_found']).toContain(present(ofSession));
      expect(others).toEqual(['accepted', 'accepted']);
      await nothingPending(store);
      const { users, agents, sessions, apiKeys } = await snapshotOf(store, tenantKey);
      expect({ users, agents, sessions, apiKeys }).toEqual({ users: [], agents: [], sessions: [], apiKeys: [] });
    });

    test('is seen by every process at its answer, and whoever is left goes on with it', async () => {
      const under = await open();
      const [one, two] = [under.store, await under.openAnother()];
      const world = await createWorld(one);
      const [user, agent] = [await world.user(), await world.agent()];
      const session = await world.session(user, agent);
      const ids: string[] = [];
      for (let i = 0; i < MANY; i += IN_A_ROUND) {
        ids.push(
          ...(await world.say(
            session,
            Array.from({ length: IN_A_ROUND }, () => mintId()),
          )),
        );
      }
      const first = present(ids[0]);
      expect(await two.messages.location(world.scope, first)).not.toBeNull();
      await one.users.delete(world.scope, user.id);
      expect(await two.users.get(world.scope, user.id)).toBeNull();
      expect(await two.messages.location(world.scope, first)).toBeNull();
      expect(await two.corpus.generation(world.tenantKey, user.key)).toBeNull();
      await one.close();
      await two.close();
      const three = await under.openAnother();
      await nothingPending(three);
      expect(await three.messages.location(world.scope, first)).toBeNull();
      await three.close();
      await under.remove();
    });
  });
