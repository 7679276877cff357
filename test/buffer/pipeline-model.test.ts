import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { EVERY_SEQUENCE } from '../contract/background.ts';
import { tasksOf } from '../contract/lists.ts';
import { createWorld } from '../contract/world.ts';
import { COMMANDS, type Scene, troubled } from '../support/pipeline/commands.ts';
import { ConversationModel } from '../support/pipeline/conversation-model.ts';
import { openLives } from '../support/pipeline/lives.ts';
import { expectSame } from '../support/pipeline/visible-state.ts';

/** For a night: `PROPERTY_RUNS=10000 PROPERTY_SEED=7 bun test test/buffer/pipeline-model.test.ts`. */
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 15);
const SEED = Number(process.env['PROPERTY_SEED'] ?? 20_260_601);

/** Small and quick, so that a short history meets every limit. */
const settingsOf = (workers: number, queueSize: number) => ({
  buffer: {
    round_buffer: { max_size: 3, max_tokens: 60, idle: 2 },
    hybrid_buffer: { max_size: 4 },
    performance: { flush_interval: 5, force_flush_timeout: 9, flush_timeout: 2, max_flush_workers: 2 },
  },
  memory: {
    episodes: { enabled: true },
    background: { workers, queue_size: queueSize, max_retries: 3, retry_delay: 0.5, max_retry_delay: 4, lease: 3 },
  },
});

const WORK_MS = 150;

/** Two users and three sessions, which nobody has spoken in yet. */
const openScene = async (workers: number, queueSize: number): Promise<Scene> => {
  const trouble = new Map<string, number>();
  const written = settingsOf(workers, queueSize);
  const conditions = { deliveryMs: 0, isDown: false };
  const lives = await openLives(written, { workMs: WORK_MS, hook: troubled(trouble), conditions });
  const store = await lives.openStore();
  const life = await lives.start(store);
  const world = await createWorld(life.factory.store);
  const users = [await world.user(), await world.user()] as const;
  const agent = await world.agent();
  const sessions = [
    await world.session(users[0], agent),
    await world.session(users[0], agent),
    await world.session(users[1], agent),
  ];
  const conversations = sessions.map((session) => ({ session, model: new ConversationModel() }));
  return {
    lives,
    life,
    scope: world.scope,
    users,
    conversations,
    written,
    trouble,
    conditions,
    said: 0,
    orphans: new Set<string>(),
  };
};

/** Lets time pass until everything that can be done is done; what was given up is tried again once. */
const finishAll = async (scene: Scene): Promise<void> => {
  const { lives, scope, users, conversations } = scene;
  scene.trouble.clear();
  Object.assign(scene.conditions, { deliveryMs: 0, isDown: false });
  for (const worker of scene.life.workers) worker.isHung = false;
  const { store } = scene.life.factory;
  const rest = async (): Promise<void> => {
    for (let seconds = 0; seconds < 300; seconds += 1) {
      await lives.time.advance(1_000);
      const { waiting, running } = await store.outbox.counts(scope);
      if (waiting + running === 0) return;
    }
    throw new Error('The background has not come to rest within five minutes.');
  };
  await rest();
  for (const { id } of await tasksOf(store, scope, { state: 'failed' })) {
    await store.outbox.redrive(scope, id, lives.time.now());
  }
  await rest();
  await expectSame(scene.life.factory, scope, users, conversations);
  for (const { session, model } of conversations) {
    const failed = await store.outbox.outstanding(scope, session.id, EVERY_SEQUENCE);
    const deadEnds = model.messages.filter(({ sequence }) => failed.some((task) => task.firstSequence === sequence));
    expect(deadEnds).toEqual(model.poisonous);
    expect(model.messages.filter(({ id }) => !model.taken.has(id))).toEqual([]);
  }
};

test('whatever is said, changed, asked, broken or restarted, what clients see is what a plain list of the talk says', async () => {
  const history = fc.commands(COMMANDS, { maxCommands: 50, size: 'max' });
  const property = fc.asyncProperty(
    fc.constantFrom(1, 3),
    fc.constantFrom(1, 2, 1_000),
    history,
    async (workers, queueSize, commands) => {
      const scene = await openScene(workers, queueSize);
      try {
        await fc.asyncModelRun(() => ({ model: {}, real: scene }), commands);
        await finishAll(scene);
      } finally {
        await scene.lives.kill(scene.life);
        await scene.lives.remove();
      }
    },
  );
  await fc.assert(property, { seed: SEED, numRuns: RUNS });
}, 3_600_000);
