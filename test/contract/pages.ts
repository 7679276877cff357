import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { MessageOrder } from '../../src/contract/messages.ts';
import type { Page, PageOf } from '../../src/contract/pages.ts';
import { createBackground } from './background.ts';
import { rowsIn, WHOLE } from './lists.ts';
import { refusal } from './refusal.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present, type World } from './world.ts';

const SEED = 20_260_102;

type Row = { readonly id: string };

/** A list of the contract with seven rows, how one more comes to be, and how one is deleted. */
interface Listed {
  readonly list: (page: Page) => Promise<PageOf<Row>>;
  readonly add: () => Promise<unknown>;
  /** Null where nothing is deleted by itself. */
  readonly remove: ((id: string) => Promise<unknown>) | null;
}

const ROWS = 7;

const ORDERS = (['timestamp', 'id'] as const).flatMap((sortBy) =>
  (['asc', 'desc'] as const).map((order): MessageOrder => ({ sortBy, order })),
);

/** Times of messages that arrive in order, and of an import that is told from the end and goes back once more. */
const ARRIVALS = {
  'in order': (i: number) => 1_000 + i,
  late: (i: number) => (i < 3 ? 5_000 - i : 9_000 - i),
} as const;

const messageLists = Object.entries(ARRIVALS).flatMap(([name, timeOf]) =>
  ORDERS.map((order) => {
    const title = `messages ${name} by ${order.sortBy} ${order.order}`;
    const open = async (world: World): Promise<Listed> => {
      const { store, scope } = world;
      const session = await world.session(await world.user(), await world.agent());
      let made = 0;
      const add = () => {
        made += 1;
        return store.messages.append(scope, session.id, [world.message('x', { createdAt: timeOf(made) })]);
      };
      for (let i = 0; i < ROWS; i += 1) await add();
      return {
        list: (page) => store.messages.list(scope, session.id, order, page),
        add,
        remove: (id) => store.messages.delete(scope, session.id, [id], world.at()),
      };
    };
    return [title, open] as const;
  }),
);

/** Every list of the contract, on a world of its own. */
const LISTS: Readonly<Record<string, (world: World) => Promise<Listed>>> = {
  users: async (world) => {
    for (let i = 0; i < ROWS; i += 1) await world.user();
    const { store, scope } = world;
    return {
      list: (page) => store.users.list(scope, page),
      add: () => world.user(),
      remove: (id) => store.users.delete(scope, id),
    };
  },
  agents: async (world) => {
    for (let i = 0; i < ROWS; i += 1) await world.agent();
    const { store, scope } = world;
    return {
      list: (page) => store.agents.list(scope, page),
      add: () => world.agent(),
      remove: (id) => store.agents.delete(scope, id),
    };
  },
  ...Object.fromEntries(
    (['all', 'of a user', 'of an agent', 'of both'] as const).flatMap((which) =>
      [false, true].map((newestFirst) => [
        `sessions, ${which}${newestFirst ? ', the newest first' : ''}`,
        async (world: World): Promise<Listed> => {
          const { store, scope } = world;
          const [user, agent] = [await world.user(), await world.agent()];
          const [stranger, friend] = [await world.user(), await world.agent()];
          const add = () => world.session(user, agent);
          for (let i = 0; i < ROWS; i += 1) {
            await add();
            if (which === 'of a user' || which === 'of both') await world.session(stranger, agent);
            if (which === 'of an agent' || which === 'of both') await world.session(user, friend);
          }
          const filter = {
            ...((which === 'of a user' || which === 'of both') && { userId: user.id }),
            ...((which === 'of an agent' || which === 'of both') && { agentId: agent.id }),
            newestFirst,
          };
          return {
            list: (page) => store.sessions.list(scope, filter, page),
            add,
            remove: (id) => store.sessions.delete(scope, id),
          };
        },
      ]),
    ),
  ),
  knowledge: async (world) => {
    const { store, scope } = world;
    const user = await world.user();
    for (let i = 0; i < ROWS; i += 1) await world.know(user, ['x']);
    return {
      list: (page) => store.knowledge.list(scope, user.id, page),
      add: () => world.know(user, ['x']),
      remove: (id) => store.knowledge.delete(scope, user.id, [id]),
    };
  },
  ...Object.fromEntries(
    (['of the tenant', 'of a user'] as const).map((which) => [
      `API keys ${which}`,
      async (world: World): Promise<Listed> => {
        const { store, tenantKey } = world;
        const user = which === 'of a user' ? await world.user() : null;
        const add = () => world.apiKey(user);
        for (let i = 0; i < ROWS; i += 1) await add();
        return {
          list: (page) => store.apiKeys.list(tenantKey, user?.id ?? null, page),
          add,
          remove: (id) => store.apiKeys.delete(tenantKey, id),
        };
      },
    ]),
  ),
  ...Object.fromEntries(messageLists),
  locations: async (world) => {
    const { store, scope } = world;
    const session = await world.session(await world.user(), await world.agent());
    for (let i = 0; i < ROWS; i += 1) await world.say(session, ['x']);
    return {
      list: (page) => store.messages.locations(scope, session.id, page),
      add: () => world.say(session, ['x']),
      remove: (id) => store.messages.delete(scope, session.id, [id], world.at()),
    };
  },
  tasks: async (world) => {
    const { store, scope, appendTask, owner, partner } = await createBackground(world);
    const add = async () => appendTask(await world.session(owner, partner), 1);
    for (let i = 0; i < ROWS; i += 1) await add();
    return { list: (page) => store.outbox.list(scope, {}, page), add, remove: null };
  },
};

const idsIn = (rows: readonly Row[]): string[] => rows.map(({ id }) => id);

/** All pages of a list, one after the other, with something done before each but the first. */
const walk = async (
  list: Listed['list'],
  limit: number,
  {
    between = async () => {},
    untilNow = false,
  }: { between?: (page: number) => Promise<unknown>; untilNow?: boolean } = {},
): Promise<string[][]> => {
  const pages: string[][] = [];
  for (let after: string | null = null; ; ) {
    const { rows, next }: PageOf<Row> = await list({ after, limit, untilNow });
    pages.push(idsIn(rows));
    if (next === null) return pages;
    after = next;
    await between(pages.length);
  }
};

export const describePages = (open: OpenStore): void =>
  describe('the pages of a list', () => {
    const shared = shareStore(open);

    for (const [name, openList] of Object.entries(LISTS)) {
      describe(`of ${name}`, () => {
        const create = async () => openList(await shared.createWorld());

        test('are the list, in its order, whatever their size, and the last one says that it is', async () => {
          const { list } = await create();
          const all = idsIn(await rowsIn(list(WHOLE)));
          expect(new Set(all).size).toBe(ROWS);
          for (const limit of [1, 2, 3, ROWS - 1, ROWS, ROWS + 1]) {
            const pages = await walk(list, limit);
            expect(pages.flat()).toEqual(all);
            expect(pages).toHaveLength(Math.ceil(ROWS / limit));
          }
        });

        test('hold each row that stays once, while rows are added and deleted, also those that pages end at', async () => {
          const { list, add, remove } = await create();
          const before = idsIn(await rowsIn(list(WHOLE)));
          const gone = new Set<string>();
          const drop = async (id: string | undefined): Promise<void> => {
            if (id === undefined || !remove) return;
            await remove(id);
            gone.add(id);
          };
          const between = async (page: number): Promise<void> => {
            // One that was shown last and one that is still to come.
            if (page === 1) await drop(before[1]);
            if (page === 2) await drop(before[5]);
            await add();
          };
          const seen = (await walk(list, 2, { between, untilNow: true })).flat();
          expect(new Set(seen).size).toBe(seen.length);
          const stayed = before.filter((id) => !gone.has(id));
          expect(seen.filter((id) => stayed.includes(id))).toEqual(stayed);
        });

        test('are refused a cursor that is none, or that another list gave out', async () => {
          const { list } = await create();
          const other = await create();
          const strange = present((await other.list({ after: null, limit: 1 })).next);
          const own = present((await list({ after: null, limit: 1 })).next);
          const mangled = Buffer.from(Buffer.from(own, 'base64url').toString().replace(/,.*/, ',{},null]')).toString(
            'base64url',
          );
          const cursors = [
            strange,
            mangled,
            'nonsense',
            'W10',
            'bnVsbA',
            'MQ',
            `${own}AA`,
            own.slice(0, -4),
            'x'.repeat(2_000),
          ];
          for (const after of cursors) {
            const error = await refusal(list({ after, limit: 1 }));
            expect([after, error.code, error.details.field]).toEqual([after, 'invalid', 'cursor']);
          }
        });

        test('end, when asked for until now, however much is added while they are read', async () => {
          const { list, add } = await create();
          const before = idsIn(await rowsIn(list(WHOLE)));
          const between = async () => {
            for (let i = 0; i < 3; i += 1) await add();
          };
          expect((await walk(list, 2, { between, untilNow: true })).flat()).toEqual(before);
        });
      });
    }

    test('of messages keep to their order: a cursor of one is none of another', async () => {
      const world = await shared.createWorld();
      const { store, scope } = world;
      const session = await world.session(await world.user(), await world.agent());
      await world.say(session, ['a', 'b', 'c']);
      const orders = ORDERS.flatMap((order) => [order, { ...order, buffered: true }, { ...order, buffered: false }]);
      const cursors: [string, MessageOrder][] = [];
      for (const order of orders) {
        const { next } = await store.messages.list(scope, session.id, order, { after: null, limit: 1 });
        if (next !== null) cursors.push([next, order]);
      }
      expect(cursors).toHaveLength(8);
      for (const [after, of] of cursors) {
        for (const order of orders) {
          const page = store.messages.list(scope, session.id, order, { after, limit: 1 });
          if (order === of) expect((await page).rows).toHaveLength(1);
          else expect((await refusal(page)).code).toBe('invalid');
        }
      }
    });

    test('of buffered messages hold what was buffered when they began, though it is taken to work on meanwhile', async () => {
      const { store, scope, append, claim, talk } = await createBackground(await shared.createWorld());
      const { ids: old, tasks } = await append(talk, ['a', 'b', 'c']);
      await claim(present(tasks[0]));
      const { ids: young, tasks: open } = await append(talk, ['d', 'e', 'f']);
      for (const order of ['asc', 'desc'] as const) {
        for (const buffered of [true, false]) {
          const list = (page: Page) =>
            store.messages.list(scope, talk.id, { sortBy: 'timestamp', order, buffered }, page);
          const between = async (page: number) => (page === 1 ? append(talk, ['more']) : undefined);
          const pages = await walk(list, 1, { between });
          const expected = buffered ? young : old;
          const seen = new Set(pages.flat());
          expect([order, buffered, expected.filter((id) => !seen.has(id))]).toEqual([order, buffered, []]);
        }
      }
      const list = (page: Page) =>
        store.messages.list(scope, talk.id, { sortBy: 'timestamp', order: 'asc', buffered: true }, page);
      const first = await list({ after: null, limit: 2 });
      await claim(present(open[0]));
      const { rows } = await list({ after: first.next, limit: 1 });
      expect(idsIn([...first.rows, ...rows])).toEqual([...young]);
      expect(await rowsIn(list(WHOLE))).toEqual([]);
    });

    test('of messages are the list whatever times and ids arrive, and while late ones come in', async () => {
      const round = fc.array(fc.integer({ min: 1_000, max: 1_012 }), { minLength: 1, maxLength: 4 });
      const rounds = fc.array(fc.record({ times: round, swap: fc.boolean() }), { minLength: 1, maxLength: 8 });
      const property = fc.asyncProperty(rounds, rounds, fc.integer({ min: 1, max: 4 }), async (first, later, limit) => {
        const world = await shared.createWorld();
        const { store, scope } = world;
        const session = await world.session(await world.user(), await world.agent());
        const arrive = async ({ times, swap }: { times: number[]; swap: boolean }): Promise<void> => {
          const ids = times.map(mintId);
          if (swap) ids.reverse();
          const messages = times.map((createdAt, i) => world.message('x', { createdAt, id: ids[i] ?? '' }));
          await store.messages.append(scope, session.id, messages);
        };
        for (const one of first) await arrive(one);
        for (const order of ORDERS) {
          const list = (page: Page) => store.messages.list(scope, session.id, order, page);
          const all = await rowsIn(list(WHOLE));
          expect((await walk(list, limit)).flat()).toEqual(idsIn(all));
          const coming = [...later];
          const between = async () => {
            const next = coming.pop();
            if (next) await arrive(next);
          };
          expect((await walk(list, limit, { between, untilNow: true })).flat()).toEqual(idsIn(all));
        }
      });
      await fc.assert(property, { seed: SEED, numRuns: 25 });
    });
  });
