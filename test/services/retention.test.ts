import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import type { MessageFacet } from '../../src/contract/messages.ts';
import type { Store } from '../../src/contract/store.ts';
import { Retention } from '../../src/services/retention.ts';
import { messagesOf } from '../contract/lists.ts';
import { createWorld, mintId, present } from '../contract/world.ts';
import { manualTime, turn } from '../support/manual-time.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 5, 1);
const WHOLE = { sortBy: 'timestamp', order: 'asc', limit: 1_000 } as const;

describe('messages that are older than they are kept', () => {
  const folder = temporaryFolder();
  let store: Store;
  beforeAll(async () => {
    store = await openSqliteStore({ file: `${folder.path}/memfuse.db`, writer: 'here' });
  });
  afterAll(async () => {
    await store.close();
    folder.remove();
  });

  const idAt = (ms: number): string =>
    `${ms.toString(16).padStart(12, '0').replace(/^.{8}/, '$&-')}${mintId().slice(13)}`;

  const create = async () => {
    const world = await createWorld(store);
    const talk = await world.session(await world.user(), await world.agent());
    const time = manualTime({
      start: NOW,
      rest: async () => {
        for (let i = 0; i < 8; i += 1) await turn();
      },
    });
    const deleted: number[] = [];
    const errors: unknown[] = [];
    const policy = { days: 30 };
    const open = (changed: Partial<Pick<MessageFacet, 'delete'>> = {}) =>
      new Retention({
        messages: { ...store.messages, ...changed },
        ...{ sessions: store.sessions, retention: store.retention },
        days: () => policy.days,
        scheduler: time,
        now: () => time.now(),
        onDeleted: (count) => deleted.push(count),
        onError: (error) => errors.push(error),
      });
    return {
      ...{ world, talk, time, deleted, errors, policy, open },
      say: (...ages: readonly number[]) =>
        store.messages.append(
          world.scope,
          talk.id,
          ages.map((age) => world.message(`${age} days old`, { id: idAt(NOW - age * DAY_MS) })),
        ),
      set: (messagesDays: number | null) =>
        store.retention.set(world.scope, talk.userId, { messagesDays, halfLifeDays: null }, NOW),
      left: async () => (await messagesOf(store, world.scope, talk.id, WHOLE)).map(({ content }) => content),
    };
  };

  test('are deleted, and the others stay, also when many are', async () => {
    const { say, left, time, open, deleted, errors } = await create();
    await say(...Array.from({ length: 120 }, (_, i) => 40 + i), 29, 1);
    const retention = open();
    retention.start();
    expect(await left()).toHaveLength(122);
    await time.advance(3 * 60_000);
    expect(await left()).toEqual(['29 days old', '1 days old']);
    expect([deleted, errors]).toEqual([[120], []]);
    // A day later the next is too old.
    await time.advance(2 * DAY_MS);
    expect(await left()).toEqual(['1 days old']);
    retention.stop();
    expect(time.pending).toBe(0);
  });

  test('are kept when there is no policy, until there is one', async () => {
    const { say, left, time, open, policy } = await create();
    await say(1_000);
    policy.days = 0;
    const retention = open();
    retention.start();
    await time.advance(DAY_MS);
    expect(await left()).toEqual(['1000 days old']);
    policy.days = 999;
    await time.advance(3_700_000);
    expect(await left()).toEqual([]);
    retention.stop();
  });

  test('are deleted by the next process when one dies between two slices, and by one of two at once', async () => {
    const { say, left, time, open, errors } = await create();
    await say(...Array.from({ length: 120 }, (_, i) => 40 + i));
    let slices = 0;
    const dying = open({
      delete: async (...given) => {
        slices += 1;
        await store.messages.delete(...given);
        dying.stop();
      },
    });
    dying.start();
    await time.advance(120_000);
    expect([slices, (await left()).length]).toEqual([1, 70]);
    const [one, two] = [open(), open()];
    one.start();
    two.start();
    await time.advance(120_000);
    expect(await left()).toEqual([]);
    expect(errors).toEqual([]);
    one.stop();
    two.stop();
  });

  test('are tried again an hour later when the store fails, which is told', async () => {
    const { say, left, time, open, errors } = await create();
    await say(40);
    let fails = true;
    const retention = open({
      delete: async (...given) => {
        if (fails) throw new Error('The disk is full.');
        await store.messages.delete(...given);
      },
    });
    retention.start();
    await time.advance(120_000);
    expect([(await left()).length, errors.length]).toEqual([1, 1]);
    fails = false;
    await time.advance(3_700_000);
    expect(await left()).toEqual([]);
    retention.stop();
  });

  describe('of a user with an own policy', () => {
    /** A server that looks through the messages, which keeps them for so many days. */
    const createOwn = async (serverDays: number) => {
      const made = await create();
      made.policy.days = serverDays;
      const { time, open } = made;
      const retention = open();
      retention.start();
      const later = () => time.advance(3_700_000);
      return { ...made, later, retention };
    };

    test('are deleted by it when the server keeps all, in every session, and those of others stay', async () => {
      const { world, talk, say, left, later, set, deleted, errors, retention } = await createOwn(0);
      const others = await world.session(await world.user(), await world.agent());
      const stranger = [world.message('theirs', { id: idAt(NOW - 900 * DAY_MS) })];
      await store.messages.append(world.scope, others.id, stranger);
      const second = await world.session(present(await store.users.get(world.scope, talk.userId)), await world.agent());
      const said = [60, 2].map((age) => world.message(`${age} days old`, { id: idAt(NOW - age * DAY_MS) }));
      await store.messages.append(world.scope, second.id, said);
      // The one that is told of late stands last in its session, and is the oldest.
      await say(...Array.from({ length: 120 }, (_, i) => 160 - i), 1, 500);
      await set(30);
      await later();
      expect(await left()).toEqual(['1 days old']);
      const rest = await messagesOf(store, world.scope, second.id, WHOLE);
      expect(rest.map(({ content }) => content)).toEqual(['2 days old']);
      expect(await messagesOf(store, world.scope, others.id, WHOLE)).toHaveLength(1);
      expect([deleted, errors]).toEqual([[122], []]);
      retention.stop();
    });

    test('go by the shorter of both, also when one is lowered or taken back', async () => {
      const { say, left, later, set, policy, retention } = await createOwn(50);
      await say(60, 45, 35, 20, 5);
      await set(90);
      await later();
      expect(await left()).toEqual(['45 days old', '35 days old', '20 days old', '5 days old']);
      await set(40);
      await later();
      expect(await left()).toEqual(['35 days old', '20 days old', '5 days old']);
      await set(null);
      await later();
      expect(await left()).toHaveLength(3);
      policy.days = 10;
      await later();
      expect(await left()).toEqual(['5 days old']);
      retention.stop();
    });

    test('stay when the policy is taken back between two slices', async () => {
      const { say, left, set, time, open, policy } = await create();
      policy.days = 0;
      await say(...Array.from({ length: 200 }, (_, i) => 240 - i));
      await set(30);
      let slices = 0;
      const retention = open({
        delete: async (...given) => {
          await store.messages.delete(...given);
          slices += 1;
          if (slices === 3) await set(null);
        },
      });
      retention.start();
      await time.advance(3_700_000);
      expect([slices, (await left()).length]).toEqual([3, 200 - 1 - 50 - 50]);
      retention.stop();
    });

    test('are no failure when the user or a session is deleted meanwhile', async () => {
      const { world, talk, say, set, time, errors, open, policy } = await create();
      policy.days = 0;
      await say(90, 80);
      await set(30);
      const retention = open({
        delete: async (scope, ...given) => {
          await store.users.delete(world.scope, talk.userId);
          await store.messages.delete(scope, ...given);
        },
      });
      retention.start();
      await time.advance(2 * 3_700_000);
      expect(errors).toEqual([]);
      retention.stop();
    });
  });
});
