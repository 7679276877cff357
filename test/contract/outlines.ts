import { describe, expect, test } from 'bun:test';
import type { KeyRange } from '../../src/contract/corpus.ts';
import type { BlockName, SegmentOutline } from '../../src/contract/outlines.ts';
import { ADDITIONS, CHANGES_OF_THE_EARLY, RENAMES, WITHDRAWALS_ELSEWHERE } from './happenings.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { createTalks, MAKER, middle } from './talks.ts';
import { createWorld, present, type World } from './world.ts';

const bytes = (...values: readonly number[]) => Uint8Array.from(values);

/** Ada's two talks, whose segments may be outlined. */
const createOutlined = async (world: World) => {
  const talks = await createTalks(world);
  const { store, tenantKey, owner, generation } = talks;
  const { outlines } = store;
  const outline = async (span: KeyRange, more: Partial<SegmentOutline> = {}): Promise<SegmentOutline> => ({
    generation: await generation(),
    tenantKey,
    userKey: owner.key,
    ...span,
    maker: MAKER,
    shapes: bytes(4, 5),
    words: [bytes(6), bytes(7, 8)],
    blocks: [bytes(10), bytes(11, 12)],
    ...more,
  });
  const saveOutline = async (span: KeyRange, more?: Partial<SegmentOutline>) =>
    outlines.saveOutline(await outline(span, more));
  return {
    ...talks,
    outlines,
    outline,
    saveOutline,
    /** Keeps a segment, and its outline. */
    saveBoth: async (span: KeyRange, more?: Partial<SegmentOutline>) =>
      (await talks.save(span)) && (await saveOutline(span, more)),
    outlined: (maker = MAKER) => outlines.outlined(tenantKey, owner.key, maker),
    shapes: (span: KeyRange) => outlines.readShapes(tenantKey, owner.key, span),
    /** What some blocks of some stretches are. */
    blocks: async (...names: readonly BlockName[]) => {
      const read = await outlines.readBlocks(tenantKey, owner.key, MAKER, names);
      return read.map((block) => ({ ...block, bytes: [...block.bytes] }));
    },
    /** What the words of some parts are, with the stretch and the part. */
    words: async (parts: readonly number[] = [0, 1, 2], maker = MAKER) => {
      const read = await outlines.readWords(tenantKey, owner.key, maker, parts);
      return read.map((words) => ({ ...words, bytes: [...words.bytes] }));
    },
  };
};

export const describeOutlines = (open: OpenStore): void =>
  describe('the outline of a segment', () => {
    const shared = shareStore(open);
    const createHere = async () => createOutlined(await shared.createWorld());

    test('is read back byte for byte, be it empty, all values, large, or a piece of a larger buffer', async () => {
      const { saveBoth, spanOf, shapes, outlines, tenantKey, owner, early } = await createHere();
      const all = Uint8Array.from({ length: 256 }, (_, i) => i);
      const large = Uint8Array.from({ length: 300_001 }, (_, i) => (i * 7) % 251);
      const given = [all, large, all.subarray(13, 77), new Uint8Array()];
      for (const one of given) {
        expect(await saveBoth(spanOf(early), { shapes: one, words: given, blocks: given })).toBe(true);
        expect(Buffer.compare(present(await shapes(spanOf(early))), one)).toBe(0);
        const words = await outlines.readWords(tenantKey, owner.key, MAKER, [0, 1, 2, 3]);
        const names = given.map((_, block) => ({ ...spanOf(early), block }));
        const blocks = await outlines.readBlocks(tenantKey, owner.key, MAKER, names);
        for (const read of [words, blocks]) {
          expect(read.map((each, i) => Buffer.compare(each.bytes, present(given[i])))).toEqual([0, 0, 0, 0]);
        }
      }
    });

    test('is there when the store is opened again, and for another that has it open', async () => {
      const place = await open();
      const { saveBoth, spanOf, early, tenantKey, owner } = await createOutlined(await createWorld(place.store));
      const another = await place.openAnother();
      expect(await saveBoth(spanOf(early))).toBe(true);
      expect(await another.outlines.outlined(tenantKey, owner.key, MAKER)).toEqual([spanOf(early)]);
      expect([...present(await another.outlines.readShapes(tenantKey, owner.key, spanOf(early)))]).toEqual([4, 5]);
      await Promise.all([another.close(), place.store.close()]);
      const again = await place.openAnother();
      const words = await again.outlines.readWords(tenantKey, owner.key, MAKER, [1]);
      expect(words.map((read) => [...read.bytes])).toEqual([[7, 8]]);
      await again.close();
      await place.remove();
    });

    test('is listed in the order of keys, whatever the order of saving, once it is there', async () => {
      const { save, saveOutline, spanOf, outlined, shapes, early, late, say, talk } = await createHere();
      const spans = [spanOf(early), spanOf(late), spanOf(await say(talk))] as const;
      for (const span of spans) await save(span);
      expect([await outlined(), await shapes(spans[0])]).toEqual([[], null]);
      for (const i of [2, 0] as const) expect(await saveOutline(spans[i])).toBe(true);
      expect(await outlined()).toEqual([spans[0], spans[2]]);
      expect(await shapes(spans[1])).toBeNull();
    });

    test('gives the parts of the words that are asked for and there, by segments, then by parts', async () => {
      const { saveBoth, spanOf, words, early, late } = await createHere();
      await saveBoth(spanOf(late), { words: [bytes(1), bytes(2), bytes(3)] });
      await saveBoth(spanOf(early), { words: [bytes(4), bytes(5)] });
      expect(await words([2, 9, 0])).toEqual([
        { ...spanOf(early), part: 0, bytes: [4] },
        { ...spanOf(late), part: 0, bytes: [1] },
        { ...spanOf(late), part: 2, bytes: [3] },
      ]);
      expect([await words([]), await words([9])]).toEqual([[], []]);
    });

    test('gives the blocks that are asked for and there, whatever else a name holds', async () => {
      const { saveBoth, spanOf, blocks, early, late } = await createHere();
      await saveBoth(spanOf(early));
      await saveBoth(spanOf(late), { blocks: [bytes(1)] });
      const named = [
        { ...spanOf(late), block: 0, name: "'" },
        { ...spanOf(early), block: 1 },
      ];
      const nobody = [
        { ...spanOf(late), block: 1 },
        { firstKey: spanOf(early).firstKey, lastKey: spanOf(late).lastKey, block: 0 },
      ];
      expect(await blocks(...named, ...nobody)).toEqual([
        { ...spanOf(late), block: 0, bytes: [1] },
        { ...spanOf(early), block: 1, bytes: [11, 12] },
      ]);
      expect(await blocks()).toEqual([]);
    });

    test('is shown for its maker alone, and for its user alone', async () => {
      const { saveBoth, spanOf, outlined, words, shapes, early, outlines, tenantKey, owner, world } =
        await createHere();
      const neighbour = await world.user('Bob');
      await saveBoth(spanOf(early));
      expect([await outlined('another'), await words([0], 'another')]).toEqual([[], []]);
      expect(await outlines.outlined(tenantKey, neighbour.key, MAKER)).toEqual([]);
      expect(await outlines.readShapes(tenantKey, neighbour.key, spanOf(early))).toBeNull();
      expect(await outlines.readWords(tenantKey, neighbour.key, MAKER, [0, 1])).toEqual([]);
      const block = [{ ...spanOf(early), block: 0 }];
      expect(await outlines.readBlocks(tenantKey, neighbour.key, MAKER, block)).toEqual([]);
      expect(await outlines.readBlocks(tenantKey, owner.key, 'another', block)).toEqual([]);
      expect(await outlines.readBlocks(tenantKey, owner.key, MAKER, block)).toHaveLength(1);
      expect(await shapes({ firstKey: 0, lastKey: spanOf(early).lastKey })).toBeNull();
    });

    test('takes the place of another of the same segment, with all its parts', async () => {
      const { saveBoth, saveOutline, spanOf, outlined, shapes, words, blocks, early, late } = await createHere();
      await saveBoth(spanOf(early), { words: [bytes(1), bytes(2), bytes(3)] });
      await saveBoth(spanOf(late));
      expect(await saveOutline(spanOf(early), { shapes: bytes(9), words: [bytes(8)], blocks: [] })).toBe(true);
      expect(await blocks({ ...spanOf(early), block: 0 }, { ...spanOf(early), block: 1 })).toEqual([]);
      expect(await outlined()).toEqual([spanOf(early), spanOf(late)]);
      expect([...present(await shapes(spanOf(early)))]).toEqual([9]);
      expect((await words()).map((read) => read.bytes)).toEqual([[8], [6], [7, 8]]);
    });

    for (const [happens, change] of Object.entries(CHANGES_OF_THE_EARLY)) {
      test(`goes when ${happens}, and that of another talk stays`, async () => {
        const talks = await createHere();
        const { saveBoth, spanOf, outlined, shapes, words, blocks, early, late } = talks;
        expect([await saveBoth(spanOf(early)), await saveBoth(spanOf(late))]).toEqual([true, true]);
        await change(talks);
        const first = [spanOf(early), spanOf(late)].map((span) => ({ ...span, block: 0 }));
        expect(await blocks(...first)).toEqual([{ ...spanOf(late), block: 0, bytes: [10] }]);
        expect([await outlined(), await shapes(spanOf(early))]).toEqual([[spanOf(late)], null]);
        expect((await words()).map(({ firstKey }) => firstKey)).toEqual([spanOf(late).firstKey, spanOf(late).firstKey]);
      });
    }

    for (const [happens, rename] of Object.entries(RENAMES)) {
      test(`goes when ${happens}`, async () => {
        const talks = await createHere();
        const { saveBoth, spanOf, shapes, words, blocks, early } = talks;
        await saveBoth(spanOf(early));
        await rename(talks);
        expect([await shapes(spanOf(early)), await words()]).toEqual([null, []]);
        expect(await blocks({ ...spanOf(early), block: 0 })).toEqual([]);
      });
    }

    for (const [happens, change] of Object.entries({ ...ADDITIONS, ...WITHDRAWALS_ELSEWHERE })) {
      test(`stays when ${happens}`, async () => {
        const talks = await createHere();
        const { saveBoth, spanOf, outlined, shapes, words, early } = talks;
        await saveBoth(spanOf(early));
        await change(talks);
        expect(await outlined()).toEqual([spanOf(early)]);
        expect([...present(await shapes(spanOf(early)))]).toEqual([4, 5]);
        expect((await words()).map((read) => read.bytes)).toEqual([[6], [7, 8]]);
      });
    }

    test('goes with its user, and that of another user stays', async () => {
      const { store, scope, tenantKey, owner, world, ...ada } = await createHere();
      const neighbour = await world.user('Bob');
      const span = { firstKey: 1, lastKey: 9 };
      const generation = present(await store.corpus.generation(tenantKey, neighbour.key));
      expect(await ada.save(span, { userKey: neighbour.key, generation })).toBe(true);
      expect(await ada.saveOutline(span, { userKey: neighbour.key, generation })).toBe(true);
      expect(await ada.saveBoth(ada.spanOf(ada.early))).toBe(true);
      await store.users.delete(scope, owner.id);
      expect([await ada.outlined(), await ada.shapes(ada.spanOf(ada.early)), await ada.words()]).toEqual([
        [],
        null,
        [],
      ]);
      expect(await store.outlines.outlined(tenantKey, neighbour.key, MAKER)).toEqual([span]);
    });

    test('goes when another segment takes the place of its own: a larger one, the same anew, or one by another maker', async () => {
      const { save, saveBoth, spanOf, outlined, words, early, late } = await createHere();
      const both = { firstKey: spanOf(early).firstKey, lastKey: spanOf(late).lastKey };
      await saveBoth(spanOf(early));
      await save(both);
      expect([await outlined(), await words()]).toEqual([[], []]);
      await saveBoth(both);
      await save(both);
      expect([await outlined(), await words()]).toEqual([[], []]);
      await saveBoth(both);
      await save(spanOf(early), { maker: 'new' });
      expect([await outlined(), await words(), await outlined('new')]).toEqual([[], [], []]);
    });

    for (const [happens, change] of Object.entries({ ...CHANGES_OF_THE_EARLY, ...WITHDRAWALS_ELSEWHERE })) {
      test(`is not kept when ${happens} after it was read, though its segment is made anew`, async () => {
        const talks = await createHere();
        const { save, saveOutline, spanOf, outlined, early } = talks;
        const read = await talks.outline(spanOf(early));
        await change(talks);
        expect(await save(spanOf(early))).toBe(true);
        expect([await talks.outlines.saveOutline(read), await outlined()]).toEqual([false, []]);
        expect(await saveOutline(spanOf(early))).toBe(true);
      });
    }

    test('and its bytes count, those of outlined segments and of all', async () => {
      const { save, saveBoth, spanOf, outlines, tenantKey, owner, early, late } = await createHere();
      const sizes = (maker = MAKER) => outlines.sizes(tenantKey, owner.key, maker);
      expect(await sizes()).toEqual({ kept: 0, outlined: 0 });
      await saveBoth(spanOf(early));
      await save(spanOf(late));
      expect([await sizes(), await sizes('another')]).toEqual([
        { kept: 6, outlined: 3 },
        { kept: 0, outlined: 0 },
      ]);
    });

    test('is not kept of what is no segment of that user by that maker', async () => {
      const { save, saveOutline, spanOf, outlined, shapes, words, early, late, world } = await createHere();
      const neighbour = await world.user('Bob');
      const stranger = await shared.createWorld();
      await save(spanOf(early));
      const { firstKey, lastKey } = spanOf(early);
      const attempts = [
        saveOutline(spanOf(late)),
        saveOutline({ firstKey, lastKey: lastKey - 1 }),
        saveOutline({ firstKey: firstKey - 1, lastKey }),
        saveOutline(spanOf(early), { maker: 'another' }),
        saveOutline(spanOf(early), { userKey: neighbour.key }),
        saveOutline(spanOf(early), { tenantKey: stranger.tenantKey }),
      ];
      expect(await Promise.all(attempts)).toEqual(attempts.map(() => false));
      expect([await outlined(), await shapes(spanOf(early)), await words()]).toEqual([[], null, []]);
    });

    for (const [order, isFirst] of Object.entries({ 'at once, before': true, 'at once, after': false })) {
      test(`is not kept when it is saved ${order} a message of its segment is deleted`, async () => {
        const { save, saveOutline, spanOf, outlined, words, early, remove, talk } = await createHere();
        await save(spanOf(early));
        const keep = () => saveOutline(spanOf(early));
        const forget = () => remove(talk, middle(early));
        await Promise.all((isFirst ? [keep, forget] : [forget, keep]).map((act) => act()));
        expect([await outlined(), await words()]).toEqual([[], []]);
      });
    }

    describe('the documents by key', () => {
      test('are those that the corpus hands over, in the order asked for', async () => {
        const { outlines, documents, tenantKey, owner, rewrite, talk, early } = await createHere();
        await rewrite(talk, middle(early), { name: 'Bob', role: 'assistant' });
        const known = (await documents()).toReversed();
        expect(known.map(({ kind }) => kind)).toContain('knowledge');
        expect(await outlines.documentsOf(tenantKey, owner.key, known)).toEqual(known);
        const twice = [present(known[1]), present(known[0]), present(known[1])];
        expect(await outlines.documentsOf(tenantKey, owner.key, twice)).toEqual(twice);
        expect(await outlines.documentsOf(tenantKey, owner.key, [])).toEqual([]);
      });

      test("are passed over when they are gone, or another user's or tenant's", async () => {
        const { outlines, documents, tenantKey, owner, remove, talk, early, world } = await createHere();
        const [neighbour, stranger] = [await world.user('Bob'), await shared.createWorld()];
        const known = await documents();
        await remove(talk, middle(early));
        const left = known.filter(({ kind, key }) => kind === 'knowledge' || key !== middle(early).key);
        expect(await outlines.documentsOf(tenantKey, owner.key, known)).toEqual(left);
        expect(await outlines.documentsOf(tenantKey, neighbour.key, known)).toEqual([]);
        expect(await outlines.documentsOf(stranger.tenantKey, owner.key, known)).toEqual([]);
      });
    });
  });
