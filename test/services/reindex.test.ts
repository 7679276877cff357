import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import type { Store } from '../../src/contract/store.ts';
import type { Embedder } from '../../src/embedding/embedder.ts';
import { unavailable, unusable } from '../../src/embedding/failures.ts';
import { type ReindexProgress, reindex } from '../../src/services/reindex.ts';
import { ANN, createBackground, newChunk } from '../contract/background.ts';
import { newEpisode, prepareEpisodes } from '../contract/episode-drafts.ts';
import { messagesOf } from '../contract/lists.ts';
import { vectorsAfter } from '../contract/snapshot.ts';
import { createWorld, mintId, present } from '../contract/world.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => folder.remove());

/** A store with so many messages and a chunk over them, embedded by an earlier model. */
const create = async (messages: number) => {
  store = await openSqliteStore({ file: `${folder.path}/${mintId()}.db`, writer: 'here' });
  const background = await createBackground(await createWorld(store));
  const { appendTask, finish, talk, tenantKey, owner, scope } = background;
  const chunk = newChunk(1, messages, { vector: Float32Array.of(1, 0, 0), model: 'earlier' });
  await finish(await appendTask(talk, messages), [chunk]);
  const texts: string[] = [];
  const waits: number[] = [];
  const told: ReindexProgress[] = [];
  const embed = async (given: readonly string[]): Promise<Float32Array[]> => {
    texts.push(...given);
    return given.map((text) => Float32Array.of(text.length, 1));
  };
  const run = (more: Partial<Embedder> = {}, isStatic = false) =>
    reindex({
      vectors: store.vectors,
      embedder: { model: { name: 'new', dimensions: 2, fingerprint: 'new' }, embed, close: async () => {}, ...more },
      isStatic,
      batchSize: 4,
      onProgress: (progress) => told.push(progress),
      wait: async (ms) => {
        waits.push(ms);
      },
    });
  return {
    ...background,
    run,
    embed,
    texts,
    waits,
    told,
    lacking: () => store.vectors.countWithout('new'),
    held: (model = 'new') => vectorsAfter(store, tenantKey, owner.key, model),
    change: async (content: string) => {
      const [first] = await messagesOf(store, scope, talk.id, { limit: 1, sortBy: 'timestamp', order: 'asc' });
      await store.messages.update(scope, talk.id, [{ id: present(first).id, role: 'user', content }], background.at());
    },
  };
};

describe('embedding anew', () => {
  test.each([[false], [true]])('gives every episode a vector of the model, the static one: %j', async (isStatic) => {
    const { run, texts, lacking, append, claim, talk } = await create(2);
    const { tasks } = await append(talk, ['one', 'two'], { kinds: ['summarise'] });
    const task = await claim(present(tasks[0]));
    const episodes = [newEpisode(3, 4, { title: 'Numbers', summary: 'Ada counts.' })];
    await store.work.file([await prepareEpisodes(store, task, { owner: ANN, at: 1, episodes })]);
    expect((await lacking()).episodes).toBe(1);
    await run({}, isStatic);
    expect(texts).toContain('Numbers\nAda counts.');
    expect((await lacking()).episodes).toBe(0);
    await store.close();
  });

  test('gives every message and chunk a vector of the model, as it is spoken, and tells how far it is', async () => {
    const { run, texts, told, lacking, held } = await create(10);
    expect(await run()).toEqual({ filed: 11, refused: 0, total: 11 });
    expect(texts[0]).toBe('message 0');
    expect(texts.at(-1)).toBe('chunk of 1 to 10');
    expect(told.map(({ filed }) => filed)).toEqual([0, 4, 8, 10, 11]);
    expect(await lacking()).toEqual({ messages: 0, chunks: 0, episodes: 0 });
    expect(await held()).toHaveLength(10);
    expect(await store.vectors.models()).toEqual([{ model: 'new', dimensions: 2 }]);
    await store.close();
  });

  test('that was broken off is gone on with, and nothing is embedded twice', async () => {
    const { run, embed, texts } = await create(10);
    let calls = 0;
    const dying = async (given: readonly string[]) => {
      calls += 1;
      if (calls >= 3) throw unusable('gone');
      return embed(given);
    };
    expect(await run({ embed: dying }).catch((error) => error.message)).toBe('gone');
    expect(await store.vectors.countWithout('new')).toEqual({ messages: 2, chunks: 1, episodes: 0 });
    expect(await run()).toEqual({ filed: 3, refused: 0, total: 3 });
    expect(new Set(texts).size).toBe(texts.length);
    expect(await run()).toEqual({ filed: 0, refused: 0, total: 0 });
    await store.close();
  });

  test('waits for a model that is away for a while, and gives up in the end', async () => {
    const { run, embed, waits } = await create(2);
    let calls = 0;
    const slow = async (given: readonly string[]) => {
      calls += 1;
      if (calls <= 3) throw unavailable('busy');
      return embed(given);
    };
    expect((await run({ embed: slow })).filed).toBe(3);
    expect(waits).toEqual([2_000, 4_000, 8_000]);
    await store.close();
    const other = await create(2);
    const away = () => Promise.reject(unavailable('busy'));
    expect(await other.run({ embed: away }).catch((error) => error.message)).toBe('busy');
    expect(other.waits).toEqual([2_000, 4_000, 8_000, 16_000, 30_000]);
    await store.close();
  });

  test('passes over the texts that the model refuses, and stops when it refuses all', async () => {
    const { run, embed, lacking } = await create(6);
    const choosy = async (given: readonly string[]) => {
      if (given.some((text) => text.endsWith('message 1'))) throw unusable('no');
      return embed(given);
    };
    expect(await run({ embed: choosy })).toEqual({ filed: 6, refused: 1, total: 7 });
    expect(await lacking()).toEqual({ messages: 1, chunks: 0, episodes: 0 });
    await store.close();
    const other = await create(6);
    const refusing = () => Promise.reject(unusable('wrong key'));
    expect(await other.run({ embed: refusing }).catch((error) => error.message)).toBe('wrong key');
    await store.close();
  });

  test('leaves a message that changes meanwhile to the background', async () => {
    const { run, embed, change, lacking, held } = await create(3);
    let once = true;
    const slow = async (given: readonly string[]) => {
      if (once) await change('another text');
      once = false;
      return embed(given);
    };
    await run({ embed: slow });
    expect(await held()).toHaveLength(2);
    expect((await lacking()).messages).toBe(1);
    await store.close();
  });

  test('for the static model is of chunks alone, and takes the vectors of messages away', async () => {
    const { run, held, texts } = await create(5);
    await run();
    texts.length = 0;
    const fingerprint = 'static';
    const model = { name: 'static', dimensions: 2, fingerprint };
    expect(await run({ model }, true)).toEqual({ filed: 1, refused: 0, total: 1 });
    expect(texts).toEqual(['chunk of 1 to 5']);
    expect(await held()).toEqual([]);
    expect(await store.vectors.models()).toEqual([{ model: fingerprint, dimensions: 2 }]);
    await store.close();
  });
});
