import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { BypassService } from '../../src/buffer/bypass-service.ts';
import { stageLookup } from '../../src/buffer/pipeline.ts';
import type { WaitFor } from '../../src/buffer/user-service.ts';
import type { OutboxTask } from '../../src/contract/outbox.ts';
import type { Embedder } from '../../src/embedding/embedder.ts';
import { createMemoryLayer } from '../../src/memory/memory-layer.ts';
import { WEIGHTS } from '../../src/retrieval/ranking/weights.ts';
import { mintId, present } from '../contract/world.ts';
import { hookStore, type StoreCall, type StoreHook } from '../support/hooked-store.ts';
import { fakeCounter } from '../support/pipeline/fake-counter.ts';
import { fakeEmbedder } from '../support/pipeline/fake-workers.ts';
import { incoming } from '../support/pipeline/people.ts';
import { openProcessorWorld, type ProcessorWorld } from '../support/pipeline/processor.ts';
import { searchRequest } from '../support/search-request.ts';

let world: ProcessorWorld;
beforeEach(async () => {
  world = await openProcessorWorld();
});
afterEach(() => world.close());

const ids = { uuid: mintId, hex: () => '', secret: () => '' };

/** A service as it is built for one request, and the calls of the store that it makes. */
const build = (
  embedder: () => Promise<Embedder> = async () => fakeEmbedder(),
  hook: StoreHook = (_call, run) => run(),
) => {
  const calls: StoreCall[] = [];
  let pings = 0;
  const hooked = hookStore(world.store, (call, run) => {
    calls.push(call);
    return hook(call, run);
  });
  const store = {
    ...hooked,
    ping: async () => {
      pings += 1;
      await hooked.ping();
    },
  };
  const { time } = world;
  const owner = `request ${mintId()}`;
  const isAtStage = stageLookup(store);
  const offered: OutboxTask[] = [];
  const left: number[] = [];
  const failures: unknown[] = [];
  const memory = createMemoryLayer(store, time, ids, { idleMs: () => 5_000, kinds: () => ['index'] });
  const service = new BypassService({
    store,
    embedder,
    embedsMessages: false,
    delivery: { counter: fakeCounter(), clock: time, ids, owner },
    requestOf: (task) => ({ task, maxTokens: 800, isOn: true }),
    clock: time,
    owner,
    leaseMs: 30_000,
    indexMaxBytes: 1_000_000,
    meaning: async () => null,
    tagger: null,
    weights: WEIGHTS,
    modelWeights: WEIGHTS,
    askModel: async () => ({ byModel: null, degraded: [] }),
    processor: {
      offer: (task) => {
        offered.push(task);
        return true;
      },
      leave: (key) => left.push(key),
    },
    onFailure: (error) => failures.push(error),
    waitForStage: (scope, sessionId, round, { stage }) => isAtStage(scope, sessionId, round, stage),
  });
  const addAndWait = async (texts: readonly string[], wait?: WaitFor) => {
    const messages = texts.map(incoming);
    const { scope, talk } = world;
    const appended = await memory.processBatch(scope, talk.id, messages);
    return service.follow(scope, talk.id, appended, messages, undefined, wait);
  };
  const add = (...texts: string[]) => addAndWait(texts);
  return { service, add, addAndWait, calls, pings: () => pings, offered, left, failures };
};

describe('an add without buffers', () => {
  test('is answered when everything is done: its messages are indexed, with vectors and exact counts', async () => {
    const { add, pings } = build();
    expect(await add('one', 'two')).toMatchObject({
      replayed: false,
      transferTriggered: true,
      backgroundQueued: false,
      reached: null,
    });
    expect(await world.state(world.talk)).toEqual({ chunks: ['[user]: one\n[user]: two'], left: [] });
    expect((await world.chunks(world.talk)).map(({ embedded }) => embedded)).toEqual([true]);
    expect(pings()).toBe(1);
  });

  test('of nothing does nothing', async () => {
    const { add } = build();
    expect(await add()).toMatchObject({ ids: [], transferTriggered: false });
    expect(await world.state(world.talk)).toEqual({ chunks: [], left: [] });
  });

  test('that comes with a wait says whether the stage was reached', async () => {
    const { addAndWait } = build();
    const wait = { stage: 'indexed', timeoutMs: 1_000 } as const;
    expect(await addAndWait(['one'], wait)).toMatchObject({ reached: true });
  });

  test('beside others of the same session is done like them, each message in one chunk', async () => {
    const adds = ['one', 'two', 'three', 'four'].map((text) => build().add(text));
    await Promise.all(adds);
    const { chunks, left } = await world.state(world.talk);
    expect(left).toEqual([]);
    expect(chunks.flatMap((chunk) => chunk.split('\n')).toSorted()).toEqual([
      '[user]: four',
      '[user]: one',
      '[user]: three',
      '[user]: two',
    ]);
  });

  test('that cannot be embedded is stored all the same, and the rest is left to the background at once', async () => {
    const broken = async (): Promise<never> => {
      throw new Error('The model is gone.');
    };
    const { add, offered, failures } = build(broken);
    expect(await add('kept')).toMatchObject({ ids: [expect.any(String)], backgroundQueued: true, reached: null });
    expect(failures).toEqual([new Error('The model is gone.')]);
    expect(await world.state(world.talk)).toEqual({
      chunks: [],
      left: [{ span: [1, 1], state: 'waiting', attempts: 0, reason: null }],
    });
    expect(await world.due(world.time.now())).toMatchObject([{ key: present(offered[0]).key }]);
  });

  test.each(['work.take', 'work.read', 'work.file', 'work.release'])(
    'behind which %s fails is stored all the same',
    async (failing) => {
      const { add, offered, left, failures } = build(
        // A release is for what failed before.
        failing === 'work.release' ? async () => Promise.reject(new Error('The model is gone.')) : undefined,
        ({ verb }, run) => (verb === failing ? Promise.reject(new Error('The disk is gone.')) : run()),
      );
      expect(await add('kept')).toMatchObject({ backgroundQueued: true });
      expect(failures).toContainEqual(new Error('The disk is gone.'));
      expect(offered).toHaveLength(1);
      // Whether it was taken, and that nobody is at work on it, the processor is told when the store could not be.
      expect(left).toEqual(/take|release/.test(failing) ? [present(offered[0]).key] : []);
      expect((await world.state(world.talk)).left).toHaveLength(1);
    },
  );
});

describe('a question without buffers', () => {
  test('is searched for anew each time, over a memory that is read anew', async () => {
    const { service, add, calls, pings } = build();
    await add('the harbour');
    const { tenantKey, owner } = world;
    const request = searchRequest({ tenantKey, userKey: owner.key }, 'harbour');
    const ask = async () => (await service.query(request)).found;
    const [first, second] = [await ask(), await ask()];
    expect([first, second].map((found) => found.map(({ content }) => content))).toEqual([
      ['the harbour'],
      ['the harbour'],
    ]);
    expect(calls.filter(({ verb }) => verb === 'corpus.fetch')).toHaveLength(2);
    expect(pings()).toBe(3);
  });

  test('never shows what was deleted', async () => {
    const { service, add } = build();
    const { ids: added } = await add('the harbour');
    const { store, scope, talk, tenantKey, owner, time } = world;
    await store.messages.delete(scope, talk.id, [present(added[0])], time.now());
    const request = searchRequest({ tenantKey, userKey: owner.key }, 'harbour');
    expect((await service.query(request)).found).toEqual([]);
  });
});
