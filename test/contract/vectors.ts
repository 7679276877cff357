import { describe, expect, test } from 'bun:test';
import type { UnembeddedMessage } from '../../src/contract/vectors.ts';
import type { IndexOutcome } from '../../src/contract/work.ts';
import { ALL, createBackground, newChunk } from './background.ts';
import { vectorsAfter } from './snapshot.ts';
import { type OpenStore, shareStore } from './store-under-test.ts';
import { mintId, present } from './world.ts';

const vectorOf = (...components: readonly number[]) => ({ scale: 0.25, components: Int8Array.from(components) });
const EVERYTHING = { after: null, limit: ALL } as const;

export const describeVectors = (open: OpenStore): void =>
  describe('the vectors of messages', () => {
    const shared = shareStore(open);

    /** Three messages in a task, of which the first two get vectors with the outcome, by a model of their own. */
    const create = async () => {
      const background = await createBackground(await shared.createWorld());
      const { store, scope, tenantKey, owner, talk, append, claim, prepare } = background;
      const model = `model ${mintId()}`;
      const { ids, tasks } = await append(talk, ['one', 'two', 'three']);
      const task = await claim(present(tasks[0]));
      const messages = [
        { sequence: 1, ...vectorOf(1, -2, 127) },
        { sequence: 2, ...vectorOf(4, 5, -128) },
      ];
      const generation = async () => present(await store.corpus.generation(tenantKey, owner.key));
      const held = (after = 0, by = model) => vectorsAfter(store, tenantKey, owner.key, by, after);
      const outcome = (more: Partial<IndexOutcome> = {}) => prepare(task, { vectors: { model, messages }, ...more });
      const lacking = async (by = model) =>
        (await store.vectors.messagesWithout(by, EVERYTHING)).filter((one) => one.userKey === owner.key);
      const file = async () => expect(await store.work.file([await outcome()])).toEqual(['done']);
      const remove = (...places: readonly number[]) =>
        store.messages.delete(
          scope,
          talk.id,
          places.map((place) => present(ids[place])),
          background.at(),
        );
      const change = (place: number, content: string) =>
        store.messages.update(scope, talk.id, [{ id: present(ids[place]), role: 'user', content }], background.at());
      return { ...background, ids, model, messages, task, generation, held, outcome, lacking, file, remove, change };
    };

    test('are filed with the chunks of their range, byte for byte, and increment the generation', async () => {
      const { generation, held, file } = await create();
      const before = await generation();
      await file();
      expect((await held()).map(({ scale, components }) => [scale, ...components])).toEqual([
        [0.25, 1, -2, 127],
        [0.25, 4, 5, -128],
      ]);
      expect(await generation()).toBe(before + 1);
      expect(await held(before)).toHaveLength(2);
      expect(await held(before + 1)).toEqual([]);
      expect(await held(0, 'another model')).toEqual([]);
    });

    test('leave the generation when there are none', async () => {
      const { store, outcome, generation, model } = await create();
      const before = await generation();
      const none = await outcome({ vectors: { model, messages: [] } });
      expect(await store.work.file([none])).toEqual(['done']);
      expect(await generation()).toBe(before);
    });

    test('are not filed of a range that changed, nor by who does not hold its task', async () => {
      const { store, outcome, held, change } = await create();
      const commit = await outcome();
      expect(await store.work.file([{ ...commit, owner: 'nobody' }])).toEqual(['lost']);
      await change(2, 'new');
      expect(await store.work.file([commit])).toEqual(['stale']);
      expect(await held()).toEqual([]);
    });

    test('go with their message when it changes or goes, and no other does', async () => {
      const { file, held, change, remove } = await create();
      await file();
      const [first, second] = await held();
      await change(0, 'another thing');
      expect(await held()).toEqual([present(second)]);
      await remove(1);
      expect(await held()).toEqual([]);
      expect(first).toBeDefined();
    });

    for (const what of ['session', 'agent', 'user'] as const) {
      test(`go when their ${what} goes`, async () => {
        const { store, scope, talk, partner, owner, file, held, model } = await create();
        await file();
        if (what === 'session') await store.sessions.delete(scope, talk.id);
        if (what === 'agent') await store.agents.delete(scope, partner.id);
        if (what === 'user') await store.users.delete(scope, owner.id);
        expect(await held()).toEqual([]);
        expect((await store.vectors.models()).map((one) => one.model)).not.toContain(model);
      });
    }

    test('are told by the models that made them, with those of chunks', async () => {
      const { store, outcome, model } = await create();
      const other = `model ${mintId()}`;
      const chunk = newChunk(1, 3, { vector: new Float32Array([1, 0]), model: other });
      await store.work.file([await outcome({ chunks: [chunk] })]);
      const models = await store.vectors.models();
      expect(models).toContainEqual({ model, dimensions: 3 });
      expect(models).toContainEqual({ model: other, dimensions: 2 });
    });

    test('that are missing are told with what is to be embedded, in pages', async () => {
      const { store, file, lacking, model } = await create();
      await file();
      const [third, ...none] = await lacking();
      expect(none).toEqual([]);
      expect(present(third)).toMatchObject({ content: 'three', name: null });
      const all = await lacking('another model');
      expect(all.map(({ content }) => content)).toEqual(['one', 'two', 'three']);
      const page = { after: present(all[0]), limit: 1 };
      const [second, ...others] = await store.vectors.messagesWithout('another model', page);
      expect(others).toEqual([]);
      expect(second?.content).toBe('two');
      const { messages } = await store.vectors.countWithout(model);
      expect(messages).toBe((await store.vectors.messagesWithout(model, EVERYTHING)).length);
    });

    test('of another model are replaced, and the generation is incremented once for a user', async () => {
      const { store, file, held, lacking, generation, model } = await create();
      await file();
      const other = `model ${mintId()}`;
      const before = await generation();
      const vectors = (await lacking(other)).map((message) => ({ message, vector: vectorOf(9) }));
      expect(await store.vectors.fileMessages(other, vectors)).toBe(3);
      expect((await held(0, other)).map(({ components }) => [...components])).toEqual([[9], [9], [9]]);
      expect(await held(0, model)).toEqual([]);
      expect(await generation()).toBe(before + 1);
      expect(await lacking(other)).toEqual([]);
    });

    test('are not filed of a message that changed or went since it was read, nor of one of another tenant', async () => {
      const { store, lacking, generation, held, change, remove, tenantKey } = await create();
      const [one, two, three] = (await lacking()).map(present) as [
        UnembeddedMessage,
        UnembeddedMessage,
        UnembeddedMessage,
      ];
      await change(0, 'new');
      await remove(1);
      const before = await generation();
      const foreign = { ...three, tenantKey: tenantKey + 1 };
      const vectors = [one, two, foreign].map((message) => ({ message, vector: vectorOf(9) }));
      expect(await store.vectors.fileMessages('any', vectors)).toBe(0);
      expect(await generation()).toBe(before);
      expect(await held(0, 'any')).toEqual([]);
    });

    test('of chunks are filed in place of those of another model', async () => {
      const { store, outcome, owner, talk, chunks, scope } = await create();
      await store.work.file([await outcome({ chunks: [newChunk(1, 3)] })]);
      const [filed] = await chunks(talk);
      const other = `model ${mintId()}`;
      const missing = await store.vectors.chunksWithout(other, EVERYTHING);
      const chunk = present(missing.find(({ id }) => id === filed?.id));
      expect(chunk.content).toBe(present(filed).content);
      const vector = new Float32Array([1, 0]);
      const foreign = { ...chunk, tenantKey: chunk.tenantKey + 1 };
      expect(await store.vectors.fileChunks(other, [{ chunk: foreign, vector }])).toBe(0);
      expect(await store.chunks.count(scope, owner.id)).toEqual({ total: 1, embedded: 0 });
      expect(await store.vectors.fileChunks(other, [{ chunk, vector }])).toBe(1);
      expect(await store.chunks.count(scope, owner.id)).toEqual({ total: 1, embedded: 1 });
      const left = await store.vectors.chunksWithout(other, EVERYTHING);
      expect(left.map(({ id }) => id)).not.toContain(chunk.id);
      expect((await store.vectors.countWithout(other)).chunks).toBe(left.length);
    });

    test('come in batches, each once, in order of generation', async () => {
      const { store, scope, talk, world, owner, tenantKey } = await create();
      for (let i = 0; i < 6; i += 1) {
        const round = Array.from({ length: 200 }, (_, j) => world.message(`text ${i} ${j}`));
        await store.messages.append(scope, talk.id, round);
      }
      const model = `model ${mintId()}`;
      const mine = (await store.vectors.messagesWithout(model, EVERYTHING)).filter((one) => one.userKey === owner.key);
      const filed = mine.slice(0, 1_100).toReversed();
      for (const part of [filed.slice(0, 700), filed.slice(700)]) {
        await store.vectors.fileMessages(
          model,
          part.map((message) => ({ message, vector: vectorOf(1) })),
        );
      }
      const vectors = await vectorsAfter(store, tenantKey, owner.key, model);
      expect(new Set(vectors.map(({ key }) => key)).size).toBe(1_100);
      expect(vectors).toHaveLength(1_100);
      expect(vectors.slice(0, 700).every(({ key }) => filed.slice(0, 700).some((one) => one.key === key))).toBe(true);
    });

    test('are taken away when no model is configured any more, so many at a time', async () => {
      const { store, file, held } = await create();
      await file();
      for (let gone = -1; gone !== 0; ) gone = await store.vectors.forgetMessages(1);
      expect(await held()).toEqual([]);
    });
  });
