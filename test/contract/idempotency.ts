import { describe, expect, test } from 'bun:test';
import { type Created, ONCE_TTL_MS, type Once } from '../../src/contract/once.ts';
import type { IdentityRecord, SessionRecord } from '../../src/contract/records.ts';
import type { Store } from '../../src/contract/store.ts';
import { endOf, refusal, tallyEnds } from './refusal.ts';
import { snapshotOf } from './snapshot.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { createWorld, mintId, type World } from './world.ts';

/** Of today: stores sweep claims away by their own clock, and those of a day before at any moment. */
const NOON = Date.now();

interface Place {
  readonly world: World;
  readonly user: IdentityRecord;
  readonly agent: IdentityRecord;
  readonly session: SessionRecord;
}

/** A create that takes a claim: every call would make something new, and `fail` is refused for a reason of its own. */
interface Creation {
  make(place: Place, once: Once, store?: Store): Promise<Created>;
  fail(place: Place, once: Once): Promise<Created>;
}

const identity = (facet: 'users' | 'agents'): Creation => ({
  make: ({ world }, once, store = world.store) => {
    const id = mintId();
    return store[facet].create(world.scope, { id, name: id, description: null, at: once.at }, once);
  },
  fail: ({ world, user, agent }, once) => {
    const { name } = facet === 'users' ? user : agent;
    return world.store[facet].create(world.scope, { id: mintId(), name, description: null, at: once.at }, once);
  },
});

const createSession = ({ world, agent }: Place, userId: string, once: Once, store: Store): Promise<Created> => {
  const id = mintId();
  return store.sessions.create(world.scope, { id, userId, agentId: agent.id, name: id, at: once.at }, once);
};

const createKey = ({ world }: Place, userId: string, once: Once, store: Store): Promise<Created> => {
  const id = mintId();
  const input = { id, userId, name: null, hash: id.repeat(2), scopes: ['read'], at: once.at, expiresAt: null } as const;
  return store.apiKeys.create(world.tenantKey, input, once);
};

/** Every verb that takes a claim. */
const CREATIONS: Readonly<Record<string, Creation>> = {
  'users.create': identity('users'),
  'agents.create': identity('agents'),
  'sessions.create': {
    make: (place, once, store = place.world.store) => createSession(place, place.user.id, once, store),
    fail: (place, once) => createSession(place, mintId(), once, place.world.store),
  },
  'messages.append': {
    make: ({ world, session }, once, store = world.store) =>
      store.messages.append(world.scope, session.id, [world.message('a'), world.message('b')], once),
    fail: ({ world }, once) => world.store.messages.append(world.scope, mintId(), [world.message('a')], once),
  },
  'messages.appendByName': {
    make: ({ world, user }, once, store = world.store) => {
      const conversation = world.conversation({ user: user.name });
      return store.messages.appendByName(world.scope, conversation, [world.message('a')], once);
    },
    fail: ({ world, user, session }, once) => {
      const conversation = world.conversation({ user: user.name, agent: mintId(), session: session.name });
      return world.store.messages.appendByName(world.scope, conversation, [world.message('a')], once);
    },
  },
  'knowledge.add': {
    make: ({ world, user }, once, store = world.store) => {
      const items = ['a', 'b'].map((content) => ({ id: mintId(), content }));
      return store.knowledge.add(world.scope, user.id, items, once.at, once);
    },
    fail: ({ world }, once) =>
      world.store.knowledge.add(world.scope, mintId(), [{ id: mintId(), content: 'a' }], once.at, once),
  },
  'apiKeys.create': {
    make: (place, once, store = place.world.store) => createKey(place, place.user.id, once, store),
    fail: (place, once) => createKey(place, mintId(), once, place.world.store),
  },
};

/** What every create answers, whatever else one tells beside it. */
const createdOf = ({ ids, replayed }: Created): Created => ({ ids, replayed });

const countRecords = async ({ world }: Place): Promise<Record<string, number>> => {
  const snapshot = await snapshotOf(world.store, world.tenantKey);
  return Object.fromEntries(Object.entries(snapshot).map(([name, records]) => [name, records.flat().length]));
};

export const describeIdempotency = (open: OpenStore): void =>
  describe('idempotency', () => {
    const shared = shareStore(open);
    const createPlace = async (): Promise<Place> => {
      const world = await shared.createWorld();
      const [user, agent] = [await world.user(), await world.agent()];
      return { world, user, agent, session: await world.session(user, agent) };
    };
    const claim = (more: Partial<Once> = {}): Once => ({
      userKey: null,
      method: 'POST',
      path: '/api/v1/things',
      key: 'claim',
      bodyHash: 'body',
      at: NOON,
      ...more,
    });

    for (const [verb, { make, fail }] of Object.entries(CREATIONS)) {
      describe(verb, () => {
        test('a repeat answers the ids of the first time, says that it is a repeat, and makes nothing', async () => {
          const place = await createPlace();
          const first = await make(place, claim());
          expect(first.replayed).toBe(false);
          const before = await snapshotOf(place.world.store, place.world.tenantKey);
          for (const at of [NOON, NOON + 1, NOON + ONCE_TTL_MS - 1]) {
            expect(createdOf(await make(place, claim({ at })))).toEqual({ ids: first.ids, replayed: true });
          }
          expect(await snapshotOf(place.world.store, place.world.tenantKey)).toEqual(before);
        });

        test('the same key with another body is refused and makes nothing', async () => {
          const place = await createPlace();
          await make(place, claim());
          const before = await snapshotOf(place.world.store, place.world.tenantKey);
          const error = await refusal(make(place, claim({ bodyHash: 'another body', at: NOON + 1 })));
          expect(error.code).toBe('idempotency_mismatch');
          expect(await snapshotOf(place.world.store, place.world.tenantKey)).toEqual(before);
        });

        test('without a claim, or with one of another method, path, key or bound user, it takes effect each time', async () => {
          const place = await createPlace();
          const made = [
            await make(place, claim()),
            await make(place, claim({ method: 'PUT' })),
            await make(place, claim({ path: '/api/v1/others' })),
            await make(place, claim({ key: 'another' })),
            await make(place, claim({ key: 'another', path: '/api/v1/others' })),
            await make(place, claim({ userKey: 1 })),
            await make(place, claim({ userKey: 2 })),
          ];
          expect(made.filter(({ replayed }) => replayed)).toEqual([]);
          expect(new Set(made.flatMap(({ ids }) => ids)).size).toBe(made.flatMap(({ ids }) => ids).length);
        });

        test('the claims of two tenants have nothing to do with each other', async () => {
          const [here, there] = [await createPlace(), await createPlace()];
          const first = await make(here, claim());
          const second = await make(there, claim({ bodyHash: 'another body' }));
          expect(second.replayed).toBe(false);
          expect(second.ids).not.toEqual(first.ids);
          expect(createdOf(await make(here, claim()))).toEqual({ ids: first.ids, replayed: true });
          const again = createdOf(await make(there, claim({ bodyHash: 'another body' })));
          expect(again).toEqual({ ids: second.ids, replayed: true });
        });

        test('a claim is forgotten after a day, however often it was repeated, and can be made again', async () => {
          const place = await createPlace();
          const first = await make(place, claim());
          await make(place, claim({ at: NOON + ONCE_TTL_MS - 1 }));
          const late = NOON + ONCE_TTL_MS + 1;
          const second = await make(place, claim({ at: late, bodyHash: 'another body' }));
          expect(second.replayed).toBe(false);
          expect(second.ids).not.toEqual(first.ids);
          const repeat = await make(place, claim({ at: late + 1, bodyHash: 'another body' }));
          expect(createdOf(repeat)).toEqual({ ids: second.ids, replayed: true });
        });

        test('twenty requests with one claim at once take effect once, and all hear the same ids', async () => {
          const place = await createPlace();
          const answers = await Promise.all(Array.from({ length: 20 }, () => make(place, claim())));
          expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
          expect(new Set(answers.map(({ ids }) => ids.join())).size).toBe(1);
          const alone = await createPlace();
          await make(alone, claim());
          expect(await countRecords(place)).toEqual(await countRecords(alone));
        });

        test('of requests with one key and two bodies at once, those of the body that came first are answered', async () => {
          const place = await createPlace();
          const calls = Array.from({ length: 20 }, (_, i) => make(place, claim({ bodyHash: `body ${i % 2}` })));
          expect(await tallyEnds(calls)).toEqual({ accepted: 10, idempotency_mismatch: 10 });
        });

        test('a create that failed leaves no claim behind', async () => {
          const place = await createPlace();
          const before = await snapshotOf(place.world.store, place.world.tenantKey);
          expect(await endOf(fail(place, claim()))).toMatch(/^(not_found|name_taken|invalid)$/);
          expect(await snapshotOf(place.world.store, place.world.tenantKey)).toEqual(before);
          const made = await make(place, claim({ bodyHash: 'corrected' }));
          expect(made.replayed).toBe(false);
        });
      });
    }

    test('a claim made in one process is honoured by another, also at the same moment', async () => {
      const opened = await open();
      const another = await opened.openAnother();
      try {
        const world = await createWorld(opened.store);
        const [user, agent] = [await world.user(), await world.agent()];
        const place = { world, user, agent, session: await world.session(user, agent) };
        for (const [verb, { make }] of Object.entries(CREATIONS)) {
          const once = claim({ path: verb });
          const answers = await Promise.all(
            Array.from({ length: 10 }, (_, i) => make(place, once, i % 2 === 0 ? opened.store : another)),
          );
          expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
          expect(new Set(answers.map(({ ids }) => ids.join())).size).toBe(1);
        }
      } finally {
        await another.close();
        await opened.store.close();
        await opened.remove();
      }
    });

    test('a repeat answers the ids even when what they named has been deleted since', async () => {
      const place = await createPlace();
      const first = await CREATIONS['users.create']?.make(place, claim());
      await place.world.store.users.delete(place.world.scope, first?.ids[0] ?? '');
      const again = await CREATIONS['users.create']?.make(place, claim());
      expect(again).toEqual({ ids: first?.ids ?? [], replayed: true });
    });

    test('a claim is not looked at when what the path names is gone: that is not_found', async () => {
      for (const verb of ['messages.append', 'knowledge.add'] as const) {
        const place = await createPlace();
        await CREATIONS[verb]?.make(place, claim());
        await place.world.store.users.delete(place.world.scope, place.user.id);
        expect(await endOf(CREATIONS[verb]?.make(place, claim()) ?? Promise.resolve())).toBe('not_found');
      }
    });

    test('an empty batch can be claimed like any other', async () => {
      const { world, session, user } = await createPlace();
      const { store, scope } = world;
      const nothing = { ids: [], round: null, tasks: [], userKey: user.key };
      const append = () => store.messages.append(scope, session.id, [], claim());
      expect(await append()).toEqual({ ...nothing, replayed: false });
      expect(await append()).toEqual({ ...nothing, replayed: true });
      const other = claim({ path: '/knowledge' });
      expect(await store.knowledge.add(scope, user.id, [], NOON, other)).toEqual({ ids: [], replayed: false });
      expect(await store.knowledge.add(scope, user.id, [], NOON, other)).toEqual({ ids: [], replayed: true });
    });
  });
