import { describe, expect, test } from 'bun:test';
import type { Once } from '../../src/contract/once.ts';
import type { Scope } from '../../src/contract/records.ts';
import type { Store } from '../../src/contract/store.ts';
import { endOf } from './refusal.ts';
import { snapshotOf } from './snapshot.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { createVictim, PROBES, type Verb, type Victim } from './verbs.ts';
import { createWorld, mintId } from './world.ts';

type StrangerName = keyof typeof STRANGERS;

/** Those who must see and change nothing of the victim. */
const STRANGERS = {
  'another tenant': async (store: Store): Promise<Scope> => (await createWorld(store)).scope,
  'a user of another tenant': async (store: Store): Promise<Scope> => {
    const { tenantKey, ...world } = await createWorld(store);
    return { tenantKey, userKey: (await world.user()).key };
  },
  "another tenant that names the victim's user": async (store: Store, { user }: Victim): Promise<Scope> => {
    const { tenantKey } = await createWorld(store);
    return { tenantKey, userKey: user.key };
  },
  'another user of the same tenant': async (_: Store, { world }: Victim): Promise<Scope> => {
    const { tenantKey, ...rest } = world;
    return { tenantKey, userKey: (await rest.user()).key };
  },
} as const;

const EVERYBODY = Object.keys(STRANGERS) as StrangerName[];

const BEFORE_A_TENANT_IS_KNOWN = 'it is asked before the tenant is known, and who asks knows the whole name or secret';
const SHARED_AGENTS = 'agents belong to the tenant, and a key bound to a user reads them';
const FOR_ALL_TENANTS = 'the background serves every tenant, and nobody else asks';
const UNDER_A_LEASE = 'whoever holds the lease was given the key by claim, which serves every tenant';
const FOR_A_TENANT = 'the background works for a whole tenant: the verb takes no user';
const NO_SCOPE = 'API keys are made by a whole tenant: the facet takes no scope';

/** What is not hidden, from whom, and why. */
const OPEN: Partial<Record<Verb, { readonly to: readonly StrangerName[]; readonly because: string }>> = {
  'tenants.find': { to: EVERYBODY, because: BEFORE_A_TENANT_IS_KNOWN },
  'tenants.ensure': { to: EVERYBODY, because: BEFORE_A_TENANT_IS_KNOWN },
  'apiKeys.findByHash': { to: EVERYBODY, because: BEFORE_A_TENANT_IS_KNOWN },
  'agents.list': { to: ['another user of the same tenant'], because: SHARED_AGENTS },
  'agents.get': { to: ['another user of the same tenant'], because: SHARED_AGENTS },
  'agents.findByName': { to: ['another user of the same tenant'], because: SHARED_AGENTS },
  'apiKeys.create': { to: ['another user of the same tenant'], because: NO_SCOPE },
  'corpus.saveSegment': {
    to: ['a user of another tenant', 'another user of the same tenant'],
    because: 'a caller with a user of their own keeps it for that user',
  },
  'messages.storedBefore': { to: EVERYBODY, because: FOR_ALL_TENANTS },
  'retention.usersWithDays': { to: EVERYBODY, because: FOR_ALL_TENANTS },
  'outbox.derive': { to: EVERYBODY, because: FOR_ALL_TENANTS },
  'work.due': { to: EVERYBODY, because: FOR_ALL_TENANTS },
  'work.take': { to: EVERYBODY, because: FOR_ALL_TENANTS },
  'work.rewind': { to: EVERYBODY, because: FOR_ALL_TENANTS },
  'work.beat': { to: EVERYBODY, because: UNDER_A_LEASE },
  'work.retry': { to: EVERYBODY, because: UNDER_A_LEASE },
  'work.release': { to: EVERYBODY, because: UNDER_A_LEASE },
  'work.fail': { to: EVERYBODY, because: UNDER_A_LEASE },
  'work.split': { to: EVERYBODY, because: UNDER_A_LEASE },
  'vectors.models': { to: EVERYBODY, because: FOR_ALL_TENANTS },
  'vectors.countWithout': { to: EVERYBODY, because: FOR_ALL_TENANTS },
  'vectors.messagesWithout': { to: EVERYBODY, because: FOR_ALL_TENANTS },
  'vectors.episodesWithout': { to: EVERYBODY, because: FOR_ALL_TENANTS },
  'vectors.fileEpisodes': { to: EVERYBODY, because: FOR_ALL_TENANTS },
  'vectors.chunksWithout': { to: EVERYBODY, because: FOR_ALL_TENANTS },
  'vectors.fileMessages': { to: EVERYBODY, because: FOR_ALL_TENANTS },
  'vectors.fileChunks': { to: EVERYBODY, because: FOR_ALL_TENANTS },
  'vectors.forgetMessages': { to: EVERYBODY, because: FOR_ALL_TENANTS },
  'work.read': { to: ['another user of the same tenant'], because: FOR_A_TENANT },
  'work.episodeBefore': { to: ['another user of the same tenant'], because: FOR_A_TENANT },
  'work.reportOn': { to: ['another user of the same tenant'], because: FOR_A_TENANT },
  'work.file': { to: ['another user of the same tenant'], because: FOR_A_TENANT },
};

/**
 * Verbs that may answer a stranger, with nothing or with something of the stranger's own: reading, making what names
 * nobody, and what tells by its answer that it did nothing. All others are refused.
 */
const ANSWERED: ReadonlySet<Verb> = new Set<Verb>([
  'apiKeys.get',
  'users.list',
  'users.get',
  'users.findByName',
  'users.create',
  'agents.list',
  'agents.get',
  'agents.findByName',
  'agents.create',
  'sessions.list',
  'sessions.get',
  'sessions.findByName',
  'messages.appendByName',
  'messages.location',
  'apiKeys.list',
  'apiKeys.delete',
  'corpus.generation',
  'corpus.resolve',
  'corpus.changes',
  'corpus.documents',
  'corpus.segments',
  'corpus.readSegment',
  'corpus.saveSegment',
  'corpus.sessionsOfAgent',
  'corpus.accountNames',
  'corpus.metadataOf',
  'corpus.replaced',
  'corpus.related',
  'corpus.fetch',
  'outbox.list',
  'outbox.get',
  'outbox.redrive',
  'outbox.redriveAll',
  'outbox.counts',
  'facts.list',
  'facts.read',
  'facts.ofMessages',
  'facts.find',
  'facts.delete',
  'facts.entities',
  'work.nominate',
  'work.read',
  'work.episodeBefore',
  'work.reportOn',
  'work.file',
  'chunks.count',
]);

const VERBS = Object.keys(PROBES) as Verb[];

/** What the victim has and the answer to a stranger must not: every id, name and text. */
const secretsOf = (snapshot: object): string[] => {
  const secrets = JSON.stringify(snapshot).match(/[0-9a-f]{8}-[0-9a-f-]{27}/g);
  return [...new Set(secrets)];
};

/** Whether an answer of numbers tells something of the victim, which no text would give away. */
const TELLING: Partial<Record<Verb, (answer: unknown) => boolean>> = {
  'corpus.generation': (answer) => answer !== null && answer !== 0,
  'retention.get': (answer) => /[1-9]/.test(JSON.stringify(answer)),
  'corpus.metadataOf': (answer) => Array.isArray(answer) && answer.length > 0,
  'corpus.related': (answer) => /[1-9]/.test(JSON.stringify(answer)),
  'corpus.replaced': (answer) => Array.isArray(answer) && answer.length > 0,
  'corpus.segments': (answer) => Array.isArray(answer) && answer.length > 0,
  'corpus.readSegment': (answer) => answer !== null,
  'corpus.saveSegment': (answer) => answer === true,
  'corpus.sessionsOfAgent': (answer) => Array.isArray(answer) && answer.length > 0,
  'apiKeys.delete': (answer) => answer === true,
  'outbox.derive': (answer) => typeof answer === 'boolean',
  'work.beat': (answer) => Array.isArray(answer) && answer.length > 0,
  'outbox.redrive': (answer) => answer === true,
  'outbox.redriveAll': (answer) => answer !== 0,
  'outbox.counts': (answer) => /[1-9]/.test(JSON.stringify(answer)),
  'work.nominate': (answer) => /"text"|[1-9]/.test(JSON.stringify(answer)),
  'work.read': (answer) => /[1-9]/.test(JSON.stringify(answer)),
  'work.episodeBefore': (answer) => answer !== null,
  'work.reportOn': (answer) => answer !== null,
  'work.file': (answer) => !(Array.isArray(answer) && answer.every((outcome) => outcome === 'lost')),
  'chunks.count': (answer) => /[1-9]/.test(JSON.stringify(answer)),
  'vectors.models': (answer) => Array.isArray(answer) && answer.length > 0,
  'vectors.countWithout': (answer) => /[1-9]/.test(JSON.stringify(answer)),
  'vectors.fileMessages': (answer) => answer === 1,
  'vectors.fileEpisodes': (answer) => answer === 1,
  'vectors.fileChunks': (answer) => answer === 1,
  'vectors.forgetMessages': (answer) => typeof answer === 'number' && answer > 0,
};

export const describeIsolation = (open: OpenStore): void =>
  describe('isolation', () => {
    const shared = shareStore(open);
    const createOne = async () => {
      const victim = await createVictim(await shared.createWorld());
      return { victim, look: () => snapshotOf(shared.store, victim.world.tenantKey) };
    };

    test('the matrix has every verb that the store has', () => {
      const { store } = shared;
      const facets = Object.entries(store).filter(([name, facet]) => typeof facet === 'object' && name !== 'kinds') as [
        string,
        object,
      ][];
      const verbs = facets.flatMap(([name, facet]) => Object.keys(facet).map((verb) => `${name}.${verb}`));
      expect(verbs.toSorted()).toEqual((Object.keys(PROBES) as Verb[]).toSorted());
    });

    describe('each verb works for the one whose data it is', () => {
      for (const verb of VERBS) {
        test(verb, async () => {
          const { victim, look } = await createOne();
          const before = await look();
          const answer = await PROBES[verb](shared.store, victim.world.scope, victim);
          const shown = JSON.stringify(answer ?? null);
          const changed = JSON.stringify(await look()) !== JSON.stringify(before);
          const told = secretsOf(before).some((secret) => shown.includes(secret)) || TELLING[verb]?.(answer) === true;
          expect(changed || told || verb.startsWith('tenants.')).toBe(true);
        });
      }
    });

    for (const [name, createStranger] of Object.entries(STRANGERS) as [
      StrangerName,
      (typeof STRANGERS)[StrangerName],
    ][]) {
      describe(`${name} sees and changes nothing`, () => {
        // A stranger leaves the victim as they found them, so these two serve for every verb, until one test fails.
        const meet = async () => {
          const { victim, look } = await createOne();
          const secrets = secretsOf(await look());
          return { victim, look, secrets, stranger: await createStranger(shared.store, victim) };
        };
        let current: ReturnType<typeof meet> | null = null;
        for (const verb of VERBS) {
          if (OPEN[verb]?.to.includes(name)) continue;
          test(verb, async () => {
            const meeting = current ?? meet();
            current = null;
            const { victim, look, secrets, stranger } = await meeting;
            const before = await look();
            const calling = PROBES[verb](shared.store, stranger, victim);
            const end = await endOf(calling);
            const after = await look();
            expect(ANSWERED.has(verb) ? ['accepted', 'not_found', 'forbidden'] : ['not_found', 'forbidden']).toContain(
              end,
            );
            if (end === 'accepted') {
              const answer = await calling;
              const shown = JSON.stringify(answer ?? null);
              expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
              expect(TELLING[verb]?.(answer) ?? false).toBe(false);
            }
            expect(after).toEqual(before);
            current = meeting;
          });
        }
      });
    }

    describe('a key bound to another user', () => {
      test('cannot make users, nor make or change agents: that is forbidden', async () => {
        const { victim, look } = await createOne();
        const stranger = await STRANGERS['another user of the same tenant'](shared.store, victim);
        const before = await look();
        for (const verb of ['users.create', 'agents.create', 'agents.update', 'agents.delete'] as const) {
          expect(await endOf(PROBES[verb](shared.store, stranger, victim))).toBe('forbidden');
        }
        expect(await look()).toEqual(before);
      });

      const once: Once = {
        userKey: null,
        method: 'POST',
        path: '/api/v1/things',
        key: 'claim',
        bodyHash: 'body',
        at: Date.UTC(2027, 0, 1),
      };
      type Create = (store: Store, as: Scope, victim: Victim) => Promise<unknown>;
      const CREATES: Readonly<Record<string, Create>> = {
        'sessions.create': (store, as, { user, agent }) => {
          const input = { id: mintId(), userId: user.id, agentId: agent.id, name: mintId(), at: once.at };
          return store.sessions.create(as, input, once);
        },
        'messages.append': (store, as, { world, session }) =>
          store.messages.append(as, session.id, [world.message('mine')], once),
        'knowledge.add': (store, as, { user }) =>
          store.knowledge.add(as, user.id, [{ id: mintId(), content: 'mine' }], once.at, once),
      };
      for (const [verb, create] of Object.entries(CREATES)) {
        test(`is not answered from the victim's claim when it repeats their ${verb} word for word`, async () => {
          const { victim } = await createOne();
          const { tenantKey } = victim.world;
          await create(shared.store, { tenantKey, userKey: victim.user.key }, victim);
          const stranger = await STRANGERS['another user of the same tenant'](shared.store, victim);
          expect(await endOf(create(shared.store, stranger, victim))).toBe('not_found');
        });
      }
    });

    test('a key bound to a user works on what is theirs as a key of the tenant does', async () => {
      for (const verb of VERBS) {
        if (['users.create', 'agents.create', 'agents.update', 'agents.delete'].includes(verb)) continue;
        const { victim } = await createOne();
        const bound = { tenantKey: victim.world.tenantKey, userKey: victim.user.key };
        expect([verb, await endOf(PROBES[verb](shared.store, bound, victim))]).toEqual([verb, 'accepted']);
      }
    });
  });
