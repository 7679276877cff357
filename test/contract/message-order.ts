import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { MessageOrder, NewMessage } from '../../src/contract/messages.ts';
import { messagesOf, rowsIn, WHOLE } from './lists.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId } from './world.ts';

const OLDEST_FIRST = { limit: 10_000, sortBy: 'timestamp', order: 'asc' } as const;
const SEED = 20_260_101;

/** The order that the contract promises, in memory. `arrived` is in the order of arrival. */
const inOrder = (
  arrived: readonly NewMessage[],
  { sortBy, order, limit }: MessageOrder & { readonly limit: number },
): string[] => {
  const byId = (a: NewMessage, b: NewMessage) => (a.id < b.id ? -1 : 1);
  // Sorting is stable: messages of one moment stay in the order of arrival.
  const sorted = arrived.toSorted(sortBy === 'id' ? byId : (a, b) => a.createdAt - b.createdAt);
  return (order === 'asc' ? sorted : sorted.reverse()).slice(0, limit).map(({ id }) => id);
};

export const describeMessageOrder = (open: OpenStore): void =>
  describe('the order of messages', () => {
    const shared = shareStore(open);
    const createTalk = async () => {
      const world = await shared.createWorld();
      const session = await world.session(await world.user(), await world.agent());
      const list = async (options: MessageOrder & { readonly limit: number }) =>
        (await messagesOf(world.store, world.scope, session.id, options)).map(({ id }) => id);
      const append = (messages: readonly NewMessage[]) =>
        world.store.messages.append(world.scope, session.id, messages);
      return { world, append, list };
    };

    test('messages of one moment are listed as they arrived, whatever their ids, within a round and across rounds', async () => {
      const { world, append, list } = await createTalk();
      const ids = Array.from({ length: 6 }, mintId).reverse();
      const messages = ids.map((id) => world.message('x', { id, createdAt: 1_000 }));
      await append(messages.slice(0, 3));
      await append(messages.slice(3, 4));
      await append(messages.slice(4));
      expect(await list(OLDEST_FIRST)).toEqual(ids);
      expect(await list({ ...OLDEST_FIRST, order: 'desc' })).toEqual(ids.toReversed());
    });

    test('messages that arrive late, as an import brings them, are listed by their own time', async () => {
      const { world, append, list } = await createTalk();
      const [late, early, middle] = [3_000, 1_000, 2_000].map((createdAt) => world.message('x', { createdAt }));
      if (!late || !early || !middle) throw new Error('three were made');
      await append([late]);
      await append([early, middle]);
      expect(await list(OLDEST_FIRST)).toEqual([early.id, middle.id, late.id]);
      expect(await list({ ...OLDEST_FIRST, order: 'desc', limit: 2 })).toEqual([late.id, middle.id]);
    });

    test('a list by id is in the order of the text of the ids', async () => {
      const { world, append, list } = await createTalk();
      const [a, b, c, d] = Array.from({ length: 4 }, mintId) as [string, string, string, string];
      await append([c, a].map((id) => world.message('x', { id })));
      await append([d, b].map((id) => world.message('x', { id })));
      expect(await list({ limit: 10, sortBy: 'id', order: 'asc' })).toEqual([a, b, c, d]);
      expect(await list({ limit: 10, sortBy: 'id', order: 'desc' })).toEqual([d, c, b, a]);
    });

    test('a list shows the messages of its own session only, in every order, whether they arrived in time or late', async () => {
      for (const times of [
        [1_000, 2_000, 3_000, 4_000],
        [4_000, 1_000, 3_000, 2_000],
      ]) {
        const { world, append, list } = await createTalk();
        const other = await world.session(await world.user(), await world.agent());
        const mine = times.map((createdAt) => world.message('mine', { createdAt }));
        for (const message of mine) {
          await append([message]);
          await world.store.messages.append(world.scope, other.id, [
            world.message('theirs', { createdAt: message.createdAt }),
          ]);
        }
        for (const sortBy of ['timestamp', 'id'] as const) {
          for (const order of ['asc', 'desc'] as const) {
            const asked = { limit: 100, sortBy, order };
            expect(await list(asked)).toEqual(inOrder(mine, asked));
          }
        }
      }
    });

    test('a limit takes from the front of the order asked for', async () => {
      const { world, append, list } = await createTalk();
      const messages = Array.from({ length: 5 }, () => world.message('x'));
      await append(messages);
      for (const sortBy of ['timestamp', 'id'] as const) {
        for (const order of ['asc', 'desc'] as const) {
          for (const limit of [1, 3, 5, 100]) {
            expect(await list({ limit, sortBy, order })).toEqual(inOrder(messages, { limit, sortBy, order }));
          }
        }
      }
    });

    test('whatever times and ids arrive in whatever rounds, and whatever is deleted, every list is in its order', async () => {
      const message = fc.record({ createdAt: fc.integer({ min: 1_000, max: 1_005 }), id: fc.nat() });
      const rounds = fc.array(fc.array(message, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 });
      const options = fc.record({
        limit: fc.integer({ min: 1, max: 12 }),
        sortBy: fc.constantFrom('timestamp', 'id'),
        order: fc.constantFrom('asc', 'desc'),
      });
      const property = fc.asyncProperty(
        rounds,
        fc.array(fc.nat(), { maxLength: 3 }),
        options,
        async (made, gone, asked) => {
          const { world, append, list } = await createTalk();
          // Ids in an order of their own, so that it is not the order of arrival.
          const ranks = made.flat().map(({ id }, place) => ({ id, place }));
          ranks.sort((a, b) => a.id - b.id || a.place - b.place);
          const ids: string[] = [];
          for (const { place } of ranks) ids[place] = mintId();
          const arrived: NewMessage[] = [];
          for (const round of made) {
            const messages = round.map(({ createdAt }, i) =>
              world.message('x', { createdAt, id: ids[arrived.length + i] ?? '' }),
            );
            await append(messages);
            arrived.push(...messages);
          }
          const doomed = new Set(gone.map((n) => arrived[n % arrived.length]?.id ?? ''));
          const session = (await rowsIn(world.store.sessions.list(world.scope, {}, WHOLE)))[0]?.id ?? '';
          await world.store.messages.delete(world.scope, session, [...doomed], world.at());
          const left = arrived.filter(({ id }) => !doomed.has(id));
          expect(await list(asked)).toEqual(inOrder(left, asked));
          expect(await list(OLDEST_FIRST)).toEqual(inOrder(left, OLDEST_FIRST));
        },
      );
      await fc.assert(property, { seed: SEED, numRuns: 40 });
    });

    test('appends at once to one session do not mix their rounds', async () => {
      const { world, append, list } = await createTalk();
      const rounds = Array.from({ length: 50 }, () =>
        Array.from({ length: 3 }, () => world.message('x', { createdAt: 1_000 })),
      );
      const answers = await Promise.all(rounds.map(append));
      const listed = await list(OLDEST_FIRST);
      expect(listed).toHaveLength(150);
      const found = Array.from({ length: 50 }, (_, i) => listed.slice(i * 3, i * 3 + 3).join());
      expect(new Set(found)).toEqual(new Set(answers.map(({ ids }) => ids.join())));
    });

    test('a round of a thousand messages keeps its order', async () => {
      const { world, append, list } = await createTalk();
      const round = Array.from({ length: 1_000 }, (_, i) => world.message(`${i}`, { createdAt: 1_000 }));
      await append(round);
      expect(await list(OLDEST_FIRST)).toEqual(round.map(({ id }) => id));
    });
  });
