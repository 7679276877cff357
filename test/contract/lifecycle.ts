import { describe, expect, test } from 'bun:test';
import type { Store } from '../../src/contract/store.ts';
import { messagesOf } from './lists.ts';
import { endOf, tallyEnds } from './refusal.ts';
import { snapshotOf } from './snapshot.ts';
import type { OpenStore, StoreUnderTest } from './store-under-test.ts';
import { createVictim, PROBES, type Verb } from './verbs.ts';
import { createWorld, mintId } from './world.ts';

const OLDEST_FIRST = { limit: 1_000, sortBy: 'timestamp', order: 'asc' } as const;

export const describeLifecycle = (open: OpenStore): void =>
  describe('a store', () => {
    const withStore = async (use: (opened: StoreUnderTest) => Promise<void>): Promise<void> => {
      const opened = await open();
      try {
        await use(opened);
      } finally {
        await opened.remove();
      }
    };
    const createTalk = async (store: Store) => {
      const world = await createWorld(store);
      return { world, session: await world.session(await world.user(), await world.agent()) };
    };

    test('that is open answers a ping', () =>
      withStore(async ({ store }) => {
        await store.ping();
        await store.close();
      }));

    test('shows a write to every read that starts once it is acknowledged, also to that of another process', () =>
      withStore(async ({ store, openAnother }) => {
        const another = await openAnother();
        const { world, session } = await createTalk(store);
        const ids: string[] = [];
        for (let i = 0; i < 50; i += 1) {
          const writer = i % 2 === 0 ? store : another;
          const message = world.message(`text ${i}`);
          await writer.messages.append(world.scope, session.id, [message]);
          ids.push(message.id);
          for (const reader of [store, another]) {
            const listed = await messagesOf(reader, world.scope, session.id, OLDEST_FIRST);
            expect(listed.map(({ id }) => id)).toEqual(ids);
          }
        }
        await another.close();
        await store.close();
      }));

    test('gives a name to one of twenty creates at once in two processes', () =>
      withStore(async ({ store, openAnother }) => {
        const another = await openAnother();
        const { scope } = await createWorld(store);
        const creates = Array.from({ length: 20 }, (_, i) => {
          const input = { id: mintId(), name: 'wanted', description: null, at: 1_000 };
          return (i % 2 === 0 ? store : another).users.create(scope, input);
        });
        expect(await tallyEnds(creates)).toEqual({ accepted: 1, name_taken: 19 });
        await another.close();
        await store.close();
      }));

    test('still has everything when it is opened again', () =>
      withStore(async ({ store, openAnother }) => {
        const { world } = await createVictim(await createWorld(store));
        const before = await snapshotOf(store, world.tenantKey);
        await store.close();
        const again = await openAnother();
        expect(await snapshotOf(again, world.tenantKey)).toEqual(before);
        await again.close();
      }));

    test('that is closed finishes what it had accepted', () =>
      withStore(async ({ store, openAnother }) => {
        const { world, session } = await createTalk(store);
        const messages = Array.from({ length: 1_000 }, (_, i) => world.message(`text ${i}`, { createdAt: 1_000 }));
        const calls = messages.map((message) => store.messages.append(world.scope, session.id, [message]));
        const closing = store.close();
        expect(await tallyEnds(calls)).toEqual({ accepted: 1_000 });
        await closing;
        const again = await openAnother();
        const listed = await messagesOf(again, world.scope, session.id, OLDEST_FIRST);
        expect(new Set(listed.map(({ id }) => id))).toEqual(new Set(messages.map(({ id }) => id)));
        await again.close();
      }));

    test('that is closed answers storage_unavailable to every verb', () =>
      withStore(async ({ store }) => {
        const victim = await createVictim(await createWorld(store));
        await store.close();
        const ends: Record<string, string> = {};
        for (const [verb, probe] of Object.entries(PROBES)) {
          ends[verb as Verb] = await endOf(probe(store, victim.world.scope, victim));
        }
        const expected = Object.fromEntries(Object.keys(PROBES).map((verb) => [verb, 'storage_unavailable']));
        expect(ends).toEqual(expected);
      }));

    test('that is closed answers storage_unavailable to a ping', () =>
      withStore(async ({ store }) => {
        await store.close();
        expect(await endOf(store.ping())).toBe('storage_unavailable');
      }));
  });
