import { describe, expect, test } from 'bun:test';
import type { KeyRange } from '../../src/contract/corpus.ts';
import { ADDITIONS, CHANGES_OF_THE_EARLY, WITHDRAWALS_ELSEWHERE } from './happenings.ts';
import { textsOf } from './memory.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { createTalks, MAKER, middle, type Talks } from './talks.ts';
import { createWorld, present } from './world.ts';

const END = Number.MAX_SAFE_INTEGER;

export const describeSegments = (open: OpenStore): void =>
  describe('a segment of an index', () => {
    const shared = shareStore(open);
    const createHere = async () => createTalks(await shared.createWorld());

    test('is read back byte for byte, be it empty, all values, large, or a piece of a larger buffer', async () => {
      const { save, spanOf, read, early, late, say, talk } = await createHere();
      const all = Uint8Array.from({ length: 256 }, (_, i) => i);
      const large = Uint8Array.from({ length: 3_000_001 }, (_, i) => (i * 7) % 251);
      const piece = all.subarray(13, 77);
      const spans = [spanOf(early), spanOf(late), spanOf(await say(talk)), spanOf(await say(talk))];
      const given = [all, large, piece, new Uint8Array()];
      for (const [i, bytes] of given.entries()) expect(await save(present(spans[i]), { bytes })).toBe(true);
      for (const [i, bytes] of given.entries()) {
        expect(Buffer.compare(present(await read(present(spans[i]))), bytes)).toBe(0);
      }
    });

    test('is there when the store is opened again, and for another that has it open', async () => {
      const place = await open();
      const { save, spanOf, early, tenantKey, owner } = await createTalks(await createWorld(place.store));
      const another = await place.openAnother();
      expect(await save(spanOf(early))).toBe(true);
      const bytes = () => another.corpus.readSegment(tenantKey, owner.key, spanOf(early));
      expect([...present(await bytes())]).toEqual([1, 2, 3]);
      await Promise.all([another.close(), place.store.close()]);
      const again = await place.openAnother();
      expect(await again.corpus.segments(tenantKey, owner.key, MAKER)).toEqual([{ ...spanOf(early) }]);
      await again.close();
      await place.remove();
    });

    test('is listed in the order of keys, whatever the order of saving', async () => {
      const { save, spanOf, kept, early, late, say, talk } = await createHere();
      const spans = [spanOf(early), spanOf(late), spanOf(await say(talk))] as const;
      for (const i of [2, 0, 1] as const) expect(await save(spans[i])).toBe(true);
      expect(await kept()).toEqual([...spans]);
    });

    test('is listed to its maker alone, and to its user alone', async () => {
      const talks = await createHere();
      const { save, spanOf, kept, early, late, corpus, tenantKey, world } = talks;
      const neighbour = await world.user('Bob');
      await save(spanOf(early));
      expect(await kept()).toEqual([spanOf(early)]);
      expect(await kept('another')).toEqual([]);
      expect(await corpus.segments(tenantKey, neighbour.key, MAKER)).toEqual([]);
      expect(await corpus.readSegment(tenantKey, neighbour.key, spanOf(early))).toBeNull();
      expect(await talks.read(spanOf(late))).toBeNull();
      expect(await talks.read({ firstKey: 0, lastKey: middle(early).key })).toBeNull();
    });

    for (const [happens, change] of Object.entries(CHANGES_OF_THE_EARLY)) {
      test(`goes when ${happens}, and that of another talk stays`, async () => {
        const talks = await createHere();
        const { save, spanOf, kept, read, early, late } = talks;
        expect([await save(spanOf(early)), await save(spanOf(late))]).toEqual([true, true]);
        await change(talks);
        expect(await kept()).toEqual([spanOf(late)]);
        expect([await read(spanOf(early)), await read(spanOf(late))]).toEqual([null, expect.anything()]);
      });
    }

    test('goes with its user, and that of another user stays', async () => {
      const world = await shared.createWorld();
      const { store, scope, tenantKey, owner, save, spanOf, kept, read, early } = await createTalks(world);
      const neighbour = await world.user('Bob');
      await world.say(await world.session(neighbour, await world.agent()), ['text']);
      const generation = present(await store.corpus.generation(tenantKey, neighbour.key));
      const span = { firstKey: 1, lastKey: END - 1 };
      const theirs = { tenantKey, userKey: neighbour.key, ...span, generation, maker: MAKER, bytes: new Uint8Array(9) };
      expect([await save(spanOf(early)), await store.corpus.saveSegment(theirs)]).toEqual([true, true]);
      await store.users.delete(scope, owner.id);
      expect([await kept(), await read(spanOf(early))]).toEqual([[], null]);
      expect(await store.corpus.segments(tenantKey, neighbour.key, MAKER)).toEqual([{ ...span }]);
    });

    for (const [happens, change] of Object.entries({ ...ADDITIONS, ...WITHDRAWALS_ELSEWHERE })) {
      test(`stays when ${happens}`, async () => {
        const talks = await createHere();
        const { save, spanOf, kept, read, early } = talks;
        await save(spanOf(early));
        await change(talks);
        expect(await kept()).toEqual([spanOf(early)]);
        expect([...present(await read(spanOf(early)))]).toEqual([1, 2, 3]);
      });
    }

    test('takes the place of those that lie within it', async () => {
      const { save, spanOf, kept, read, early, late } = await createHere();
      const [first, second] = [spanOf(early), spanOf(late)].toSorted((a, b) => a.firstKey - b.firstKey);
      if (!first || !second) throw new Error('There are two talks.');
      await save(first);
      await save(second);
      const both = { firstKey: first.firstKey, lastKey: second.lastKey };
      expect(await save(both, { bytes: new Uint8Array([8]) })).toBe(true);
      expect(await kept()).toEqual([both]);
      expect([await read(first), await read(second)]).toEqual([null, null]);
      // The same range once more.
      expect(await save(both, { bytes: new Uint8Array([9]) })).toBe(true);
      expect([...present(await read(both))]).toEqual([9]);
    });

    test('is refused when it overlaps a part of a kept one by as much as a message, which stays as it was', async () => {
      const { save, spanOf, kept, read, early, late } = await createHere();
      const { firstKey, lastKey } = spanOf(late);
      await save({ firstKey, lastKey });
      const overlapping = [
        { firstKey: firstKey + 1, lastKey: lastKey - 1 },
        { firstKey, lastKey: lastKey - 1 },
        { firstKey: 0, lastKey: firstKey },
        { firstKey: lastKey, lastKey: lastKey + 5 },
      ];
      for (const span of overlapping) expect(await save(span, { bytes: new Uint8Array(9) })).toBe(false);
      expect(await kept()).toEqual([{ firstKey, lastKey }]);
      expect([...present(await read({ firstKey, lastKey }))]).toEqual([1, 2, 3]);
      const before = { firstKey: present(early[0]).key, lastKey: firstKey - 1 };
      expect(await save(before)).toBe(true);
      expect(await save({ firstKey: lastKey + 1, lastKey: lastKey + 5 })).toBe(true);
    });

    for (const [happens, change] of Object.entries(CHANGES_OF_THE_EARLY)) {
      test(`is refused when ${happens} after its generation`, async () => {
        const talks = await createHere();
        const { corpus, segment, spanOf, kept, read, early } = talks;
        const late = await segment(spanOf(early));
        await change(talks);
        expect(await corpus.saveSegment(late)).toBe(false);
        expect([await kept(), await read(spanOf(early))]).toEqual([[], null]);
      });
    }

    for (const [happens, change] of Object.entries({ ...ADDITIONS, ...WITHDRAWALS_ELSEWHERE })) {
      test(`is kept when ${happens} after its generation`, async () => {
        const talks = await createHere();
        const { corpus, segment, spanOf, kept, late, early, rewrite, talk } = talks;
        const ready = await segment(spanOf(early));
        await change(talks);
        expect(await corpus.saveSegment(ready)).toBe(true);
        expect(await kept()).toEqual([spanOf(early)]);
        // The same for what lies before it.
        const next = await segment(spanOf(late));
        await rewrite(talk, middle(early));
        expect(await corpus.saveSegment(next)).toBe(true);
      });
    }

    test("is refused for a user who is not there, or is another tenant's", async () => {
      const { save, spanOf, early, kept, read } = await createHere();
      const stranger = await shared.createWorld();
      expect(await save(spanOf(early), { userKey: 999_999_999 })).toBe(false);
      expect(await save(spanOf(early), { tenantKey: stranger.tenantKey })).toBe(false);
      expect([await kept(), await read(spanOf(early))]).toEqual([[], null]);
    });

    for (const [order, isFirst] of Object.entries({ 'at once, before': true, 'at once, after': false })) {
      test(`is not kept when it is saved ${order} its message is deleted`, async () => {
        const { corpus, segment, spanOf, kept, read, early, remove, talk } = await createHere();
        const ready = await segment(spanOf(early));
        const save = () => corpus.saveSegment(ready);
        const forget = () => remove(talk, middle(early));
        await Promise.all((isFirst ? [save, forget] : [forget, save]).map((act) => act()));
        expect([await kept(), await read(spanOf(early))]).toEqual([[], null]);
      });
    }

    test('takes the place of what other makers made of the user, wherever it lies, and of no other user', async () => {
      const { save, spanOf, kept, read, early, late, world, store, tenantKey } = await createHere();
      const neighbour = await world.user('Bob');
      const theirs = { tenantKey, userKey: neighbour.key, generation: 0, maker: MAKER, bytes: new Uint8Array(9) };
      const generation = present(await store.corpus.generation(tenantKey, neighbour.key));
      await store.corpus.saveSegment({ ...theirs, generation, firstKey: 1, lastKey: 9 });
      await save(spanOf(early));
      await save(spanOf(late));
      expect(await save(spanOf(early), { maker: 'new', bytes: new Uint8Array([9]) })).toBe(true);
      expect([await kept(), await kept('new')]).toEqual([[], [spanOf(early)]]);
      expect(await read(spanOf(late))).toBeNull();
      expect([...present(await read(spanOf(early)))]).toEqual([9]);
      expect(await store.corpus.segments(tenantKey, neighbour.key, MAKER)).toEqual([{ firstKey: 1, lastKey: 9 }]);
    });

    describe('the messages between segments', () => {
      const documentsIn = async ({ corpus, tenantKey, owner }: Talks, keys: KeyRange, after = 0) => {
        const found = [];
        for await (const batch of corpus.documents(tenantKey, owner.key, after, keys)) found.push(...batch);
        return found;
      };

      test('are read by keys, both ends included, and without knowledge', async () => {
        const talks = await createHere();
        const { early, late } = talks;
        const span = { firstKey: middle(early).key, lastKey: middle(late).key };
        const found = await documentsIn(talks, span);
        const keys = [...early.slice(1), ...late.slice(0, 2)].map(({ key }) => key);
        expect(found.map(({ kind, key }) => [kind, key])).toEqual(keys.map((key) => ['message', key]));
        expect(await documentsIn(talks, { firstKey: span.lastKey + 2, lastKey: span.lastKey + 9 })).toEqual([]);
      });

      test('come with all knowledge when the range has no end', async () => {
        const talks = await createHere();
        const found = await documentsIn(talks, { firstKey: middle(talks.late).key, lastKey: END });
        expect(textsOf(found)).toEqual(['text 1', 'text 2', 'fact']);
        expect(textsOf(await documentsIn(talks, { firstKey: END, lastKey: END }))).toEqual(['fact']);
      });

      test('are those that changed after a generation, when one is given', async () => {
        const talks = await createHere();
        const { early, late, talk, other, rewrite, generation } = talks;
        const before = await generation();
        await rewrite(talk, middle(early));
        await rewrite(other, middle(late));
        const found = await documentsIn(talks, { firstKey: 0, lastKey: present(early[2]).key }, before);
        expect(found.map(({ key }) => key)).toEqual([middle(early).key]);
      });

      test('come in batches, each once, when there are thousands', async () => {
        const talks = await createHere();
        const [first, ...rest] = await talks.say(talks.talk, 1_300);
        const keys = { firstKey: present(first).key, lastKey: present(rest.at(-2)).key };
        const found = await documentsIn(talks, keys);
        expect(found.map(({ key }) => key)).toEqual([first, ...rest.slice(0, -1)].map((said) => present(said).key));
      });
    });
  });
