import { describe, expect, test } from 'bun:test';
import type { KeyRange } from '../../src/contract/corpus.ts';
import { BITS, MOST_NEAREST, type SegmentBits } from '../../src/contract/outlines.ts';
import type { IdentityRecord } from '../../src/contract/records.ts';
import { ADDITIONS, CHANGES_OF_THE_EARLY, RENAMES, WITHDRAWALS_ELSEWHERE } from './happenings.ts';
import { documentsAfter } from './snapshot.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { createTalks, MAKER, middle } from './talks.ts';
import { createWorld, present, type World } from './world.ts';

const BYTES = BITS / 8;
/** More than any test has messages near a question. */
const MANY = 500;

/** Bits of which the first few are set: two of these differ in as many bits as the numbers are apart. */
const bitsOf = (set: number): Uint8Array =>
  Uint8Array.from({ length: BYTES }, (_, byte) => (1 << Math.min(8, Math.max(0, set - 8 * byte))) - 1);

const keysOf = (said: readonly { readonly key: number }[]): number[] => said.map(({ key }) => key);
const inOrder = (keys: readonly number[]): number[] => keys.toSorted((a, b) => a - b);

/** Ada's two talks, whose segments may have bits. */
const createBits = async (world: World) => {
  const talks = await createTalks(world);
  const { store, tenantKey, owner, spanOf, early, late, save, generation } = talks;
  const { outlines } = store;
  /** Saves the bits of messages of a stretch, each given by how many are set. */
  const saveBits = async (
    span: KeyRange,
    keys: readonly number[],
    set: readonly number[],
    more: Partial<SegmentBits> = {},
  ): Promise<boolean> => {
    const bits = Uint8Array.from(set.flatMap((count) => [...bitsOf(count)]));
    const named = { tenantKey, userKey: owner.key, ...span, maker: MAKER, generation: await generation() };
    return outlines.saveBits({ ...named, keys, bits, ...more });
  };
  return {
    ...talks,
    outlines,
    saveBits,
    nearest: (set: number, count = MANY, among: readonly number[] | null = null, user: IdentityRecord = owner) =>
      outlines.nearest(tenantKey, user.key, bitsOf(set), count, among),
    /** Keeps both segments, with the bits of all their messages: 10, 20, 30 of the early ones, 40, 50, 60 of the late. */
    saveAll: async () => {
      for (const span of [spanOf(early), spanOf(late)]) expect(await save(span)).toBe(true);
      expect(await saveBits(spanOf(early), keysOf(early), [10, 20, 30])).toBe(true);
      expect(await saveBits(spanOf(late), keysOf(late), [40, 50, 60])).toBe(true);
    },
  };
};

export const describeMessageBits = (open: OpenStore): void =>
  describe('the bits of messages', () => {
    const shared = shareStore(open);
    const createHere = async () => createBits(await shared.createWorld());

    test('find the messages that differ least, the nearest first, as many as are asked for', async () => {
      const { saveAll, nearest, early, late } = await createHere();
      await saveAll();
      const [a, b, c, d, e, f] = keysOf([...early, ...late]).map(present);
      expect(await nearest(0)).toEqual([a, b, c, d, e, f] as number[]);
      expect(await nearest(256)).toEqual([f, e, d, c, b, a] as number[]);
      expect(await nearest(39, 3)).toEqual([d, c, e] as number[]);
      expect(await nearest(20, 1)).toEqual([b] as number[]);
      expect(await nearest(20, 0)).toEqual([]);
    });

    test('that differ by as much come in the order of their keys', async () => {
      const { save, saveBits, spanOf, nearest, early } = await createHere();
      await save(spanOf(early));
      const [a, b, c] = keysOf(early).map(present);
      await saveBits(spanOf(early), keysOf(early).toReversed(), [30, 10, 10]);
      expect(await nearest(10)).toEqual([a, b, c] as number[]);
      expect(await nearest(20)).toEqual([a, b, c] as number[]);
      expect(await nearest(30)).toEqual([c, a, b] as number[]);
    });

    test('are looked at among some messages only, when these are given', async () => {
      const { saveAll, nearest, early, late } = await createHere();
      await saveAll();
      const [a, b, , d] = keysOf([...early, ...late]).map(present);
      expect(await nearest(0, MANY, [d, a, 999_999_999] as number[])).toEqual([a, d] as number[]);
      expect(await nearest(256, 1, [a, b] as number[])).toEqual([b] as number[]);
      expect(await nearest(0, MANY, [])).toEqual([]);
    });

    test('are looked at of the user alone, and of the tenant alone', async () => {
      const { saveAll, nearest, outlines, owner, early, world } = await createHere();
      const [neighbour, stranger] = [await world.user('Bob'), await shared.createWorld()];
      expect(await nearest(10)).toEqual([]);
      await saveAll();
      expect(await nearest(10, MANY, null, neighbour)).toEqual([]);
      expect(await nearest(10, MANY, keysOf(early), neighbour)).toEqual([]);
      for (const among of [null, keysOf(early)]) {
        expect(await outlines.nearest(stranger.tenantKey, owner.key, bitsOf(10), MANY, among)).toEqual([]);
      }
    });

    test('of two users who have as near messages are not mixed, however few are asked for', async () => {
      const { saveAll, nearest, outlines, tenantKey, world, store, early, save } = await createHere();
      const neighbour = await world.user('Bob');
      await world.say(await world.session(neighbour, await world.agent()), ['one', 'two']);
      const theirs = keysOf(await documentsAfter(store, tenantKey, neighbour.key, 0));
      const span = { firstKey: present(theirs[0]), lastKey: present(theirs[1]) };
      const named = { tenantKey, userKey: neighbour.key, ...span, maker: MAKER };
      const generation = present(await store.corpus.generation(tenantKey, neighbour.key));
      expect(await save(span, { userKey: neighbour.key, generation })).toBe(true);
      await saveAll();
      const bits = Uint8Array.from([...bitsOf(10), ...bitsOf(11)]);
      expect(await outlines.saveBits({ ...named, generation, keys: theirs, bits })).toBe(true);
      expect(await nearest(11, 2)).toEqual(keysOf(early.slice(0, 2)));
      expect(await nearest(11, 2, null, neighbour)).toEqual(theirs.toReversed());
    });

    test('are not kept of a message that changed after they were worked out, though its segment is made anew', async () => {
      const { save, saveBits, spanOf, nearest, early, rewrite, talk, generation } = await createHere();
      const worked = await generation();
      await rewrite(talk, present(early[1]));
      expect(await save(spanOf(early))).toBe(true);
      expect(await saveBits(spanOf(early), keysOf(early), [10, 20, 30], { generation: worked })).toBe(false);
      expect(await nearest(20)).toEqual([]);
    });

    test('take the place of others of the same message', async () => {
      const { saveAll, saveBits, spanOf, nearest, early, late } = await createHere();
      await saveAll();
      const [a, b, c, d, e, f] = keysOf([...early, ...late]).map(present);
      expect(await saveBits(spanOf(early), [b, a] as number[], [100, 90])).toBe(true);
      expect(await nearest(0)).toEqual([c, d, e, f, a, b] as number[]);
      // The same once more changes nothing.
      expect(await saveBits(spanOf(early), [b, a] as number[], [100, 90])).toBe(true);
      expect(await nearest(0)).toEqual([c, d, e, f, a, b] as number[]);
    });

    test('are passed over of what is no message of the user within the stretch', async () => {
      const { saveAll, saveBits, spanOf, nearest, early, late, world, remove, talk, say, save } = await createHere();
      const neighbour = await world.user('Bob');
      await world.say(await world.session(neighbour, await world.agent()), ['one']);
      await saveAll();
      const more = await say(talk);
      const span = { firstKey: spanOf(late).lastKey + 1, lastKey: spanOf(more).lastKey };
      await remove(talk, middle(more));
      expect(await save(span)).toBe(true);
      // One of another stretch, the neighbour's, one that is gone, one that never was, and one that is right.
      const [foreign, gone, right] = [span.firstKey, middle(more).key, present(more[2]).key];
      const keys = [present(early[0]).key, foreign, gone, 999_999_999, right];
      expect(await saveBits(span, keys, [200, 201, 202, 203, 204])).toBe(true);
      expect(await nearest(0)).toEqual([...keysOf(early), ...keysOf(late), right]);
      expect(await nearest(0, MANY, null, neighbour)).toEqual([]);
    });

    test('are not kept when there is no such segment of that user by that maker', async () => {
      const { save, saveBits, spanOf, nearest, early, late, world, rewrite, talk } = await createHere();
      const [neighbour, stranger] = [await world.user('Bob'), await shared.createWorld()];
      await save(spanOf(early));
      const { firstKey, lastKey } = spanOf(early);
      const keep = (span: KeyRange, more?: Partial<SegmentBits>) => saveBits(span, keysOf(early), [10, 20, 30], more);
      const attempts = [
        keep(spanOf(late)),
        keep({ firstKey, lastKey: lastKey - 1 }),
        keep(spanOf(early), { maker: 'another' }),
        keep(spanOf(early), { userKey: neighbour.key }),
        keep(spanOf(early), { tenantKey: stranger.tenantKey }),
      ];
      expect(await Promise.all(attempts)).toEqual(attempts.map(() => false));
      await rewrite(talk, middle(early));
      expect(await keep(spanOf(early))).toBe(false);
      expect(await nearest(0)).toEqual([]);
    });

    for (const [order, isFirst] of Object.entries({ 'at once, before': true, 'at once, after': false })) {
      test(`are not kept when they are saved ${order} their message is deleted`, async () => {
        const { save, saveBits, spanOf, nearest, early, remove, talk } = await createHere();
        await save(spanOf(early));
        const keep = () => saveBits(spanOf(early), keysOf(early), [10, 20, 30]);
        const forget = () => remove(talk, middle(early));
        await Promise.all((isFirst ? [keep, forget] : [forget, keep]).map((act) => act()));
        expect(await nearest(0)).not.toContain(middle(early).key);
      });
    }

    for (const [happens, change] of Object.entries(CHANGES_OF_THE_EARLY)) {
      test(`go with their message and no other when ${happens}`, async () => {
        const talks = await createHere();
        const { saveAll, nearest, documents } = talks;
        await saveAll();
        const before = await documents();
        await change(talks);
        // What is as it was.
        const after = new Map((await documents()).map((document) => [document.key, document]));
        const unchanged = before.filter(({ kind, key }) => kind === 'message' && after.has(key));
        const left = unchanged.filter((message) => {
          const { role, name, content } = present(after.get(message.key));
          return role === message.role && name === message.name && content === message.content;
        });
        expect(left.length).toBeLessThan(6);
        expect(inOrder(await nearest(0))).toEqual(inOrder(keysOf(left)));
      });
    }

    for (const [happens, change] of Object.entries({ ...ADDITIONS, ...WITHDRAWALS_ELSEWHERE, ...RENAMES })) {
      test(`stay when ${happens}, if their message does`, async () => {
        const talks = await createHere();
        const { saveAll, nearest, early } = talks;
        await saveAll();
        await change(talks);
        expect((await nearest(0)).slice(0, 3)).toEqual(keysOf(early));
      });
    }

    test('go with their user, and those of another user stay', async () => {
      const ada = await createHere();
      const world = await shared.createWorld();
      const other = await createBits(world);
      await ada.saveAll();
      await other.saveAll();
      await ada.store.users.delete(ada.scope, ada.owner.id);
      expect(await ada.nearest(0)).toEqual([]);
      expect(await other.nearest(0)).toEqual(keysOf([...other.early, ...other.late]));
    });

    test('of thousands of messages are all looked at, and go with their session', async () => {
      const { store, scope, saveAll, say, save, saveBits, spanOf, nearest, talk, late } = await createHere();
      await saveAll();
      const many = await say(talk, 2_500);
      expect(await save(spanOf(many))).toBe(true);
      const [near, far] = [present(many[3]).key, present(many[2_400]).key];
      const set = keysOf(many).map((key) => ({ [near]: 190, [far]: 200 })[key] ?? 70);
      expect(await saveBits(spanOf(many), keysOf(many), set)).toBe(true);
      expect(await nearest(256, 2)).toEqual([far, near]);
      expect(await nearest(0, 3, [far, near, present(late[0]).key])).toEqual([present(late[0]).key, near, far]);
      expect(new Set(await nearest(70, 2 * MOST_NEAREST)).size).toBe(MOST_NEAREST);
      await store.sessions.delete(scope, talk.id);
      expect(await nearest(240)).toEqual(keysOf(late).toReversed());
    });

    test('are seen by another store over the same data, and replaced by it', async () => {
      const place = await open();
      const { saveAll, spanOf, early, late, tenantKey, owner, nearest, generation } = await createBits(
        await createWorld(place.store),
      );
      const another = await place.openAnother();
      await saveAll();
      const all = keysOf([...early, ...late]);
      expect(await another.outlines.nearest(tenantKey, owner.key, bitsOf(0), MANY, null)).toEqual(all);
      const named = { tenantKey, userKey: owner.key, ...spanOf(early), maker: MAKER, generation: await generation() };
      expect(await another.outlines.saveBits({ ...named, keys: all.slice(0, 1), bits: bitsOf(100) })).toBe(true);
      const moved = [...all.slice(1), present(all[0])];
      expect(await nearest(0)).toEqual(moved);
      await Promise.all([another.close(), place.store.close()]);
      const again = await place.openAnother();
      expect(await again.outlines.nearest(tenantKey, owner.key, bitsOf(0), MANY, null)).toEqual(moved);
      await again.close();
      await place.remove();
    });
  });
