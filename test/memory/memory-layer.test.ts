import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { PRIORITY, TASK_KINDS, type TaskKind } from '../../src/contract/outbox.ts';
import { kindsSwitchedOn } from '../../src/memory/kinds/switched-on.ts';
import { createMemoryLayer, type MemoryLayer } from '../../src/memory/memory-layer.ts';
import { systemIds } from '../../src/platform/ids.ts';
import { incoming } from '../support/pipeline/people.ts';
import { openProcessorWorld, type ProcessorWorld } from '../support/pipeline/processor.ts';

const IDLE_MS = 5_000;

let world: ProcessorWorld;
let memory: MemoryLayer;
let kinds: readonly TaskKind[];
beforeEach(async () => {
  world = await openProcessorWorld();
  kinds = ['index'];
  memory = createMemoryLayer(world.store, world.time, systemIds, { idleMs: () => IDLE_MS, kinds: () => kinds });
});
afterEach(() => world.close());

describe('the work that messages give', () => {
  const add = (isAwaited?: boolean) =>
    memory.processBatch(world.scope, world.talk.id, [incoming('hello')], undefined, isAwaited);

  test('waits for messages that follow', async () => {
    const now = world.time.now();
    const { tasks } = await add();
    expect(tasks).toMatchObject([{ priority: PRIORITY.normal, dueAt: now + IDLE_MS }]);
    expect(await world.due(now, 'another process')).toEqual([]);
  });

  test('is of the kinds that are switched on at that moment', async () => {
    kinds = ['index', 'summarise'];
    expect((await add()).tasks.map(({ kind }) => kind)).toEqual(['index', 'summarise']);
    const [on, off] = [{ enabled: true }, { enabled: false }];
    kinds = kindsSwitchedOn({ memory: { episodes: off, facts: off }, webhooks: {} }, TASK_KINDS);
    expect((await add()).tasks.map(({ kind }) => kind)).toEqual(['index']);
    const all = { memory: { episodes: on, facts: on }, webhooks: { url: 'http://127.0.0.1:9' } };
    expect(kindsSwitchedOn(all, TASK_KINDS)).toEqual([...TASK_KINDS]);
    expect(kindsSwitchedOn({ ...all, webhooks: {} }, TASK_KINDS)).not.toContain('notify');
    expect(kindsSwitchedOn(all, ['index'])).toEqual(['index']);
  });

  test('is urgent and due at once when somebody waits for it, also for another process and with what was said before', async () => {
    await add();
    const now = world.time.now();
    const { tasks } = await add(true);
    expect(tasks).toMatchObject([{ priority: PRIORITY.high, dueAt: now, firstSequence: 1, lastSequence: 2 }]);
    expect(await world.due(now, 'another process')).toEqual([...tasks]);
  });
});
