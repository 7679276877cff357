import { expect } from 'bun:test';
import fc from 'fast-check';
import { PRIORITY } from '../../../src/contract/outbox.ts';
import type { IdentityRecord, Scope } from '../../../src/contract/records.ts';
import type { IncomingMessage } from '../../../src/memory/memory-layer.ts';
import { EVERY_SEQUENCE } from '../../contract/background.ts';
import { tasksOf } from '../../contract/lists.ts';
import type { StoreHook } from '../hooked-store.ts';
import { MARKS } from './fake-workers.ts';
import type { Conditions, Life, Lives, WrittenSettings } from './lives.ts';
import { COMMON_WORD, type Conversation, expectSame } from './visible-state.ts';

/** What a client, the clock, the disk and bad luck act on. */
export interface Scene {
  readonly lives: Lives;
  life: Life;
  readonly scope: Scope;
  readonly users: readonly IdentityRecord[];
  readonly conversations: readonly Conversation[];
  /** The settings as they were last read from a good file. */
  written: WrittenSettings;
  /** Calls of these verbs fail, so many times each. */
  readonly trouble: Map<string, number>;
  readonly conditions: Conditions;
  /** Messages said so far; makes every text another. */
  said: number;
  /** Tasks that were at work in a process when it was killed. */
  readonly orphans: Set<string>;
}

/** Lets the calls fail that trouble is due to. */
export const troubled =
  (trouble: Map<string, number>): StoreHook =>
  async ({ verb }, run) => {
    const left = trouble.get(verb) ?? 0;
    if (left === 0) return run();
    trouble.set(verb, left - 1);
    throw new Error(`The disk has had enough of ${verb}.`);
  };

const choose = <T>(things: readonly T[], pick: number): T | undefined => things[pick % Math.max(1, things.length)];

/** Some of a list, in order, from a place on and with gaps. */
const some = <T>(things: readonly T[], pick: number): T[] => {
  const [from, stride] = [pick % Math.max(1, things.length), 1 + (pick % 3)];
  return things.filter((_, i) => i >= from && (i - from) % stride === 0).slice(0, 1 + (pick % 4));
};

/** A text that nobody has said before, now and then one that does something to Workers. */
const textOf = (scene: Scene, fate: keyof typeof MARKS | null): string => {
  scene.said += 1;
  return `${COMMON_WORD} word${scene.said} ${fate ? MARKS[fate] : ''}`.trim();
};

const messageOf = (content: string): IncomingMessage => ({
  role: 'user',
  content,
  name: null,
  metadata: null,
  createdAt: null,
});

type Act = (scene: Scene) => Promise<void>;

/** A command does something, lets what follows come to rest, and compares. */
const command = (words: string, act: Act): fc.AsyncCommand<object, Scene> => ({
  check: () => true,
  toString: () => words,
  run: async (_model, scene) => {
    await act(scene);
    await scene.lives.time.rest();
    const { life, scope, users, conversations } = scene;
    await expectSame(life.factory, scope, users, conversations);
    expect(life.factory.processor.queueSize).toBeLessThanOrEqual(life.factory.processor.queueCapacity);
  },
});

/** Seldom something, mostly nothing. */
const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });

const fate = seldom(fc.constantFrom(...(Object.keys(MARKS) as (keyof typeof MARKS)[])));
const pick = fc.nat({ max: 1_000 });

const say = fc
  .tuple(pick, fc.array(fate, { minLength: 1, maxLength: 3 }), seldom(fc.integer({ min: 0, max: 3_000 })))
  .map(([pick, fates, waitMs]) =>
    command(`say(${pick}, [${fates}], wait ${waitMs})`, async (scene) => {
      const { session, model } = choose(scene.conversations, pick) as Conversation;
      const contents = fates.map((fate) => textOf(scene, fate));
      const { factory } = scene.life;
      const wait = waitMs === null ? undefined : ({ stage: 'indexed', timeoutMs: waitMs } as const);
      const adding = factory.addBatch(scene.scope, session.id, contents.map(messageOf), undefined, wait);
      const added = await scene.lives.until(adding);
      model.add(added.ids, contents);
      expect({ replayed: added.replayed, waited: added.reached !== null }).toEqual({
        replayed: false,
        waited: waitMs !== null,
      });
      const { processor, store } = scene.life.factory;
      if (!added.backgroundQueued && waitMs === null) expect(processor.queueSize).toBe(processor.queueCapacity);
      if (!added.reached) return;
      const last = model.messages.at(-1)?.sequence ?? 0;
      const outstanding = await store.outbox.outstanding(scene.scope, session.id, EVERY_SEQUENCE);
      expect(
        outstanding.filter(({ kind, lastSequence }) => kind === 'index' && lastSequence > last - contents.length),
      ).toEqual([]);
    }),
  );

const update = fc.tuple(pick, pick, fate).map(([pick, which, fate]) =>
  command(`update(${pick}, ${which}, ${fate})`, async (scene) => {
    const { session, model } = choose(scene.conversations, pick) as Conversation;
    const message = choose(model.messages, which);
    if (!message) return;
    const content = textOf(scene, fate);
    const { time, until } = scene.lives;
    const change = { id: message.id, role: 'user', content } as const;
    await until(scene.life.factory.store.messages.update(scene.scope, session.id, [change], time.now()));
    model.update([message.id], content);
  }),
);

const remove = fc.tuple(pick, pick).map(([pick, which]) =>
  command(`remove(${pick}, ${which})`, async (scene) => {
    const { session, model } = choose(scene.conversations, pick) as Conversation;
    const ids = some(model.messages, which).map(({ id }) => id);
    const { time, until } = scene.lives;
    await until(scene.life.factory.store.messages.delete(scene.scope, session.id, ids, time.now()));
    model.remove(ids);
  }),
);

const flush = fc.constantFrom(...Object.values(PRIORITY)).map((priority) =>
  command(`flush(${priority})`, async ({ life }) => {
    void life.factory.filing.flushAll(priority);
  }),
);

const pass = fc
  .oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 601, max: 12_000 }))
  .map((ms) => command(`pass(${ms} ms)`, ({ lives }) => lives.time.advance(ms)));

const kill = pick.map((pick) =>
  command(`kill Worker(${pick})`, async ({ life }) => {
    choose(life.workers, pick)?.die();
  }),
);

const hang = pick.map((pick) =>
  command(`hang Worker(${pick})`, async ({ life }) => {
    const worker = choose(life.workers, pick);
    if (worker) worker.isHung = worker.atWork > 0;
  }),
);

const trouble = fc
  .tuple(
    fc.constantFrom('work.file', 'work.take', 'work.beat', 'work.due', 'work.retry', 'work.release'),
    fc.integer({ min: 1, max: 5 }),
  )
  .map(([verb, times]) =>
    command(`trouble(${verb}, ${times} times)`, async ({ trouble }) => {
      trouble.set(verb, times);
    }),
  );

/** Some of the settings that may change while the server runs. */
const reloadable = fc.record({
  buffer: fc.record({
    round_buffer: fc.record({
      max_size: fc.integer({ min: 1, max: 5 }),
      max_tokens: fc.constantFrom(20, 60, 800),
      idle: fc.constantFrom(0.5, 2),
    }),
    hybrid_buffer: fc.record({ max_size: fc.integer({ min: 1, max: 5 }) }),
    performance: fc.record({ flush_interval: fc.constantFrom(1, 5), force_flush_timeout: fc.constantFrom(5, 9) }),
  }),
  memory: fc.record({ background: fc.record({ max_retries: fc.integer({ min: 0, max: 3 }) }) }),
});

const merge = (a: WrittenSettings, b: WrittenSettings): WrittenSettings => {
  const isTable = (value: unknown): value is WrittenSettings => typeof value === 'object' && value !== null;
  const merged = Object.entries(b).map(([key, value]) => {
    const old = a[key];
    return [key, isTable(value) && isTable(old) ? merge(old, value) : value] as const;
  });
  return { ...a, ...Object.fromEntries(merged) };
};

const reload = reloadable.map((changes) =>
  command(`reload(${JSON.stringify(changes)})`, async (scene) => {
    const { lives, life } = scene;
    scene.written = merge(scene.written, changes);
    lives.writeSettings(scene.written);
    expect(await life.factory.config.reload()).toMatchObject({ applied: true });
    expect(life.factory.config.current).toMatchObject(changes);
  }),
);

const badReload = fc
  .constantFrom({ buffer: { hybrid_buffer: { max_size: 0 } } }, { memory: { hot_users: 7 } }, { bufer: {} }, { a: 1 })
  .map((changes: WrittenSettings) =>
    command(`bad reload(${JSON.stringify(changes)})`, async ({ lives, life, written }) => {
      const before = life.factory.config.current;
      lives.writeSettings(merge(written, changes));
      expect(await life.factory.config.reload()).toMatchObject({ applied: Object.keys(changes)[0] === 'bufer' });
      expect(life.factory.config.current).toEqual(before);
      lives.writeSettings(written);
    }),
  );

const restart = fc.constant(
  command('restart', async (scene) => {
    scene.trouble.clear();
    await scene.lives.stop(scene.life);
    const store = await scene.lives.openStore();
    const running = await tasksOf(store, scene.scope, { state: 'running' });
    expect(running.filter(({ id }) => !scene.orphans.has(id))).toEqual([]);
    scene.life = await scene.lives.start(store);
  }),
);

const crash = fc.constant(
  command('crash', async (scene) => {
    const running = await tasksOf(scene.life.factory.store, scene.scope, { state: 'running' });
    for (const { id } of running) scene.orphans.add(id);
    await scene.lives.kill(scene.life);
    scene.life = await scene.lives.start();
  }),
);

const conditions = fc
  .record({ deliveryMs: fc.constantFrom(0, 0, 100, 700, 3_500), isDown: fc.boolean() })
  .map(({ deliveryMs, isDown }) =>
    command(`deliveries(${deliveryMs} ms${isDown ? ', outage' : ''})`, async (scene) => {
      Object.assign(scene.conditions, { deliveryMs, isDown });
    }),
  );

/** All that can happen, each as often as it stands here. */
export const COMMANDS = [say, say, say, say, update, remove, flush, pass, pass, kill, hang, trouble, reload, badReload]
  .concat([say, pass, update, conditions])
  .concat([restart, crash]);
