import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import type { DocumentKind } from '../../src/contract/documents.ts';
import type { Store } from '../../src/contract/store.ts';
import { openLayers } from '../../src/retrieval/layers.ts';
import { WEIGHTS } from '../../src/retrieval/ranking/weights.ts';
import { newEpisode, prepareEpisodes } from '../contract/episode-drafts.ts';
import { factsOf } from '../contract/facts-at-hand.ts';
import { createWorld, present } from '../contract/world.ts';
import { searchRequest } from '../support/search-request.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOMY = 100_000_000;
const OWNER = 'process';

describe('what was made from messages', () => {
  const folder = temporaryFolder();
  let store: Store;
  beforeAll(async () => {
    store = await openSqliteStore({ file: `${folder.path}/memfuse.db`, writer: 'here' });
  });
  afterAll(async () => {
    await store.close();
    folder.remove();
  });

  const createMemory = async () => {
    const world = await createWorld(store);
    const { tenantKey, scope } = world;
    const user = await world.user();
    const talk = await world.session(user, await world.agent());
    const owner = { tenantKey, userKey: user.key };
    /** The kinds that were read, each time that something was. */
    const read: (readonly DocumentKind[] | undefined)[] = [];
    const corpus: typeof store.corpus = {
      ...store.corpus,
      documents: (tenant, userKey, after, keys, kinds) => {
        read.push(kinds);
        return store.corpus.documents(tenant, userKey, after, keys, kinds);
      },
    };
    const layers = openLayers(corpus, { meaning: null, maxBytes: ROOMY, weights: WEIGHTS, modelWeights: WEIGHTS });
    const summarise = async (summary: string) => {
      const { tasks } = await store.messages.append(
        scope,
        talk.id,
        [world.message('The kayak is red.')],
        undefined,
        world.work({ kinds: ['summarise'] }),
      );
      const [task] = await store.work.take([present(tasks[0]).key], OWNER, world.at(), world.at() + 60_000);
      const { firstSequence, lastSequence } = present(task);
      const episodes = [newEpisode(firstSequence, lastSequence, { title: 'A kayak', summary })];
      const outcome = await prepareEpisodes(store, present(task), { owner: OWNER, at: world.at(), episodes });
      expect(await store.work.file([outcome])).toEqual(['done']);
    };
    return {
      world,
      talk,
      read,
      layers,
      owner,
      summarise,
      learn: (text: string) => factsOf(world).learn(talk, { text, object: text, entities: [] }),
      ask: async (question: string, more?: Parameters<typeof searchRequest>[2]) => {
        const { found } = await layers.search(searchRequest(owner, question, more));
        return found.map(({ kind, content }) => `${kind}: ${content}`);
      },
    };
  };

  test('is neither read nor found by a question that does not ask for it', async () => {
    const { ask, read, summarise, learn } = await createMemory();
    await summarise('The kayak was painted.');
    await learn('The kayak is of wood.');
    expect(await ask('kayak')).not.toContain('fact: The kayak is of wood.');
    expect(read.flat().filter((kind) => kind === 'fact' || kind === 'episode')).toEqual([]);
    const before = read.length;
    expect(await ask('kayak', { withMade: true })).toContain('fact: The kayak is of wood.');
    expect(read.slice(before)).toEqual([['fact', 'episode']]);
  });

  test('stands among what was said by its score, within as many results as are asked for', async () => {
    const { ask, layers, owner, summarise, learn } = await createMemory();
    await summarise('The kayak was painted.');
    await learn('The kayak is of wood.');
    const all = await ask('kayak', { withMade: true });
    expect(all.toSorted()).toEqual(
      (
        await Promise.all(
          (['message', 'fact', 'episode'] as const).map((kind) =>
            ask('kayak', { withMade: true, filters: { kinds: [kind] } }),
          ),
        )
      )
        .flat()
        .toSorted(),
    );
    expect(all).toContain('episode: A kayak\nThe kayak was painted.');
    const { found } = await layers.search(searchRequest(owner, 'kayak', { withMade: true, topK: 2 }));
    expect(found).toHaveLength(2);
    expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).toSorted((a, b) => b - a));
    expect(await ask('kayak', { withMade: true, topK: 0 })).toEqual([]);
  });

  test('is gone from the next answer on when its message is, and comes and goes with its session', async () => {
    const { ask, talk, world, summarise } = await createMemory();
    await summarise('The kayak was painted.');
    expect(
      await ask('kayak', { withMade: true, filters: { kinds: ['episode'], sessionKeys: [talk.key] } }),
    ).toHaveLength(1);
    expect(
      await ask('kayak', { withMade: true, filters: { kinds: ['episode'], sessionKeys: [talk.key + 1] } }),
    ).toEqual([]);
    await store.sessions.delete(world.scope, talk.id);
    expect(await ask('kayak', { withMade: true })).toEqual([]);
  });
});
