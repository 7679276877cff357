import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { FlushManager, type FlushSettings } from '../../src/buffer/flush-manager.ts';
import type { HybridItem } from '../../src/buffer/hybrid-buffer.ts';
import { PRIORITY, type Priority } from '../../src/contract/outbox.ts';
import type { Filed, IndexOutcome } from '../../src/contract/work.ts';
import { messagesOf } from '../contract/lists.ts';
import { hookStore, type StoreHook } from '../support/hooked-store.ts';
import { makeItem } from '../support/pipeline/items.ts';
import { openProcessorWorld, type ProcessorWorld } from '../support/pipeline/processor.ts';
import { recordedLog } from '../support/recorded-log.ts';

let world: ProcessorWorld;
beforeEach(async () => {
  world = await openProcessorWorld();
});
afterEach(() => world.close());

const USUAL: FlushSettings = { max_flush_workers: 3, max_flush_queue_size: 100, flush_timeout: 30, max_retries: 3 };

const createManager = (settings: Partial<FlushSettings> = {}, hook: StoreHook = (_call, run) => run()) => {
  const outcomes: (readonly [HybridItem, Filed])[] = [];
  const log = recordedLog();
  /** The task keys of each commit, in the order in which they were asked for. */
  const commits: number[][] = [];
  const { work } = hookStore(world.store, (call, run) => {
    if (call.verb === 'work.file') commits.push((call.args[0] as IndexOutcome[]).map(({ taskKey }) => taskKey));
    return hook(call, run);
  });
  const manager = new FlushManager({
    work,
    settings: () => ({ ...USUAL, ...settings }),
    clock: world.time,
    scheduler: world.time,
    random: () => 1,
    log,
    onOutcome: (item, outcome) => outcomes.push([item, outcome]),
  });
  return { manager, outcomes, log, commits };
};

/** Commits that wait until they are let go. */
const gate = () => {
  const held: (() => void)[] = [];
  return {
    hook: (async (_call, run) => {
      await new Promise<void>((resolve) => held.push(resolve));
      return run();
    }) as StoreHook,
    held,
    open: (count = held.length) => {
      for (const go of held.splice(0, count)) go();
    },
  };
};

const items = (count: number): Promise<HybridItem[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => makeItem(world, [`text ${i}`])));

const keyOf = ({ life }: HybridItem): number => life.task.key;

/** How a flush ended: `filed`, its error, or null while it has not. */
const watch = (flush: Promise<void> | null) => {
  const end: { how: 'filed' | Error | null } = { how: null };
  flush?.then(
    () => {
      end.how = 'filed';
    },
    (error) => {
      end.how = error;
    },
  );
  return end;
};

describe('a flush', () => {
  test('files what it is given in one commit, with the completion of the tasks', async () => {
    const { manager, outcomes, commits } = createManager();
    const many = await items(3);
    await manager.enqueue(many, PRIORITY.normal);
    expect(outcomes).toEqual(many.map((item) => [item, 'done'] as const));
    expect(commits).toEqual([many.map(keyOf)]);
    expect(await world.store.outbox.counts(world.scope)).toMatchObject({ waiting: 0, running: 0, done: 3 });
    expect(manager.report()).toEqual({ queued: 0, active: 0, succeeded: 1, failed: 0 });
  });

  test('says of each item how it ended, also when others of the same flush ended otherwise', async () => {
    const { manager, outcomes } = createManager();
    const session = await world.newSession();
    const [fresh, changed, lost] = [
      await makeItem(world, ['fresh']),
      await makeItem(world, ['changed'], session),
      await makeItem(world, ['lost']),
    ];
    const [message] = await messagesOf(world.store, world.scope, session.id, {
      limit: 1,
      sortBy: 'timestamp',
      order: 'asc',
    });
    await world.store.messages.delete(world.scope, session.id, [message?.id ?? ''], world.time.now());
    await world.store.work.release([keyOf(lost)], 'this process', world.time.now());
    await manager.enqueue([fresh, changed, lost], PRIORITY.normal);
    expect(outcomes.map(([, outcome]) => outcome)).toEqual(['done', 'stale', 'lost']);
  });
});

describe('flushes that wait', () => {
  test('are three at a time under way, and the rest follows', async () => {
    const { hook, held, open } = gate();
    const { manager, outcomes } = createManager({}, hook);
    for (const item of await items(5)) manager.enqueue([item], PRIORITY.normal);
    await world.time.rest();
    expect([held.length, manager.report()]).toEqual([3, { queued: 2, active: 3, succeeded: 0, failed: 0 }]);
    open(1);
    await world.time.rest();
    expect([held.length, outcomes.length]).toEqual([3, 1]);
    open();
    await world.time.rest();
    open();
    await world.time.rest();
    expect(manager.report()).toEqual({ queued: 0, active: 0, succeeded: 5, failed: 0 });
  });

  test('go critical first, then by priority, and in the order in which they came', async () => {
    const { hook, held, open } = gate();
    const { manager, commits } = createManager({ max_flush_workers: 1 }, hook);
    const order: Priority[] = [
      PRIORITY.normal,
      PRIORITY.low,
      PRIORITY.normal,
      PRIORITY.critical,
      PRIORITY.high,
      PRIORITY.normal,
      PRIORITY.critical,
    ];
    const many = await items(order.length);
    many.forEach((item, i) => {
      manager.enqueue([item], order[i] ?? PRIORITY.low);
    });
    for (let i = 0; i < order.length; i += 1) {
      await world.time.rest();
      expect(held).toHaveLength(1);
      open();
    }
    await world.time.rest();
    const expected = [0, 3, 6, 4, 2, 5, 1].map((i) => many[i]).flatMap((item) => (item ? [[keyOf(item)]] : []));
    expect(commits).toEqual(expected);
  });

  test('are a hundred at the most, and one more is turned away', async () => {
    const { hook } = gate();
    const { manager } = createManager({}, hook);
    const [item] = await items(1);
    const flushes = Array.from({ length: 104 }, () => manager.enqueue(item ? [item] : [], PRIORITY.normal));
    expect(flushes.indexOf(null)).toBe(103);
    expect(manager.report()).toMatchObject({ queued: 100, active: 3 });
  });

  test('keep out nobody who is more urgent than they are', async () => {
    const { hook } = gate();
    const { manager } = createManager({ max_flush_queue_size: 2, max_flush_workers: 1 }, hook);
    const [item] = await items(1);
    const enqueue = (priority: Priority): boolean => manager.enqueue(item ? [item] : [], priority) !== null;
    expect([1, 2, 3, 4].map(() => enqueue(PRIORITY.normal))).toEqual([true, true, true, false]);
    expect([1, 2, 3].map(() => enqueue(PRIORITY.high))).toEqual([true, true, false]);
    expect([1, 2, 3].map(() => enqueue(PRIORITY.critical))).toEqual([true, true, false]);
    expect(enqueue(PRIORITY.low)).toBe(false);
  });
});

describe('a flush that fails', () => {
  const failing =
    (times: number): StoreHook =>
    async (_call, run) => {
      times -= 1;
      if (times >= 0) throw new Error('The disk is full.');
      return run();
    };

  test('is tried again with growing pauses, and then is done', async () => {
    const { manager, outcomes, commits, log } = createManager({}, failing(3));
    const [item] = await items(1);
    const end = watch(manager.enqueue(item ? [item] : [], PRIORITY.normal));
    const tries: number[] = [];
    for (const pauseMs of [0, 100, 200, 400]) {
      await world.time.advance(pauseMs - 1);
      const before = commits.length;
      await world.time.advance(1);
      tries.push(commits.length - before);
    }
    expect([tries.slice(1), end.how, outcomes.length]).toEqual([[1, 1, 1], 'filed', 1]);
    expect(log.lines.map(({ facts }) => facts['attempts'])).toEqual([1, 2, 3]);
  });

  test('four times gives its items back untouched, and another takes its place', async () => {
    const { manager, outcomes } = createManager({ max_flush_workers: 1 }, failing(4));
    const [first, second] = await items(2);
    const ends = [first, second].map((item) => watch(manager.enqueue(item ? [item] : [], PRIORITY.normal)));
    await world.time.advance(700);
    expect(ends.map(({ how }) => how)).toEqual([new Error('The disk is full.'), 'filed']);
    expect(outcomes.map(([item]) => item)).toEqual(second ? [second] : []);
    expect(manager.report()).toEqual({ queued: 0, active: 0, succeeded: 1, failed: 1 });
    expect(await world.store.outbox.counts(world.scope)).toMatchObject({ running: 1, done: 1 });
  });

  test('is one that takes longer than thirty seconds', async () => {
    const { hook, open } = gate();
    const { manager, outcomes, log } = createManager({}, hook);
    const [item] = await items(1);
    const end = watch(manager.enqueue(item ? [item] : [], PRIORITY.normal));
    await world.time.advance(29_999);
    expect(log.lines).toEqual([]);
    await world.time.advance(1);
    expect(log.lines).toMatchObject([{ facts: { err: new Error('A flush took longer than 30000 ms.') } }]);
    await world.time.advance(100);
    // The first try and the second come through after all: what the first filed, the second finds done.
    open();
    await world.time.rest();
    expect([end.how, outcomes.map(([, outcome]) => outcome)]).toEqual(['filed', ['lost']]);
    expect(await world.store.outbox.counts(world.scope)).toMatchObject({ running: 0, done: 1 });
  });
});

describe('a drain', () => {
  test('ends at once when there is nothing to wait for', async () => {
    const { manager } = createManager();
    await manager.drain(1_000);
    expect(world.time.pending).toBe(0);
  });

  test('ends when the last flush has ended, those that wait included', async () => {
    const { hook, open } = gate();
    const { manager } = createManager({ max_flush_workers: 1 }, hook);
    for (const item of await items(2)) manager.enqueue([item], PRIORITY.normal);
    const end = watch(manager.drain(4_000));
    await world.time.rest();
    open();
    await world.time.rest();
    expect(end.how).toBeNull();
    open();
    await world.time.rest();
    expect(end.how).toBe('filed');
  });

  test('ends when its time is up', async () => {
    const { hook } = gate();
    const { manager } = createManager({}, hook);
    for (const item of await items(1)) manager.enqueue([item], PRIORITY.normal);
    const end = watch(manager.drain(4_000));
    await world.time.advance(3_999);
    expect(end.how).toBeNull();
    await world.time.advance(1);
    expect([end.how, manager.report().active]).toEqual(['filed', 1]);
  });
});
