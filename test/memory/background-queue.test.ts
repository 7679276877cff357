import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { PRIORITY, type Priority } from '../../src/contract/outbox.ts';
import { BackgroundQueue, type BackgroundTask, queueOf } from '../../src/memory/background-queue.ts';

const SEED = 20_260_511;
const NOW = 1_000;

const nothingBlocked = () => false;

/** A task that is due now, in a session of its own unless told otherwise. */
const newTask = (key: number, more: Partial<BackgroundTask> = {}): BackgroundTask => ({
  queueKey: `session:${more.sessionKey ?? key}`,
  position: more.firstSequence ?? 1,
  key,
  id: `task ${key}`,
  kind: 'index',
  tenantKey: 1,
  userKey: 1,
  sessionKey: key,
  firstSequence: 1,
  lastSequence: 1,
  priority: PRIORITY.normal,
  attempts: 0,
  dueAt: NOW,
  ...more,
});

const filledQueue = (tasks: readonly BackgroundTask[], capacity = 1_000): BackgroundQueue => {
  const queue = new BackgroundQueue(capacity);
  for (const task of tasks) queue.offer(task);
  return queue;
};

const keysOf = (tasks: readonly BackgroundTask[]): number[] => tasks.map(({ key }) => key);

describe('a queue that is full', () => {
  const full = () => filledQueue(Array.from({ length: 1_000 }, (_, i) => newTask(i)));

  test('says so, and keeps everything that it took', () => {
    const queue = full();
    expect([queue.size, queue.capacity]).toEqual([1_000, 1_000]);
    expect(queue.offer(newTask(1_000, { priority: PRIORITY.critical, dueAt: 0 }))).toBe(false);
    expect(queue.size).toBe(1_000);
    expect(keysOf(queue.take(NOW, 2_000, nothingBlocked))).toEqual(Array.from({ length: 1_000 }, (_, i) => i));
  });

  test('still takes news of a task that it holds', () => {
    const queue = full();
    expect(queue.offer(newTask(7, { lastSequence: 9, priority: PRIORITY.high }))).toBe(true);
    expect(queue.take(NOW, 1, nothingBlocked)).toEqual([newTask(7, { lastSequence: 9, priority: PRIORITY.high })]);
  });

  test('has room again when a task was taken', () => {
    const queue = full();
    queue.take(NOW, 1, nothingBlocked);
    expect([queue.offer(newTask(1_000)), queue.offer(newTask(1_001))]).toEqual([true, false]);
  });
});

describe('what is taken', () => {
  test('is the critical first, then by priority, then by time, then the oldest', () => {
    const queue = filledQueue([
      newTask(1, { priority: PRIORITY.low, dueAt: 0 }),
      newTask(2, { priority: PRIORITY.normal, dueAt: 500 }),
      newTask(3, { priority: PRIORITY.normal, dueAt: 400 }),
      newTask(5, { priority: PRIORITY.high }),
      newTask(4, { priority: PRIORITY.high }),
      newTask(6, { priority: PRIORITY.critical }),
    ]);
    expect(keysOf(queue.take(NOW, 10, nothingBlocked))).toEqual([6, 4, 5, 3, 2, 1]);
    expect(queue.size).toBe(0);
  });

  test('is no more than asked for, and the rest stays', () => {
    const queue = filledQueue([newTask(1), newTask(2), newTask(3)]);
    expect(keysOf(queue.take(NOW, 2, nothingBlocked))).toEqual([1, 2]);
    expect(queue.take(NOW, 0, nothingBlocked)).toEqual([]);
    expect(queue.take(NOW, -1, nothingBlocked)).toEqual([]);
    expect(keysOf(queue.take(NOW, 2, nothingBlocked))).toEqual([3]);
  });

  test('is due', () => {
    const queue = filledQueue([newTask(1, { dueAt: NOW + 1, priority: PRIORITY.critical }), newTask(2)]);
    expect(keysOf(queue.take(NOW, 10, nothingBlocked))).toEqual([2]);
    expect(queue.nextDueAt(nothingBlocked)).toBe(NOW + 1);
    expect(keysOf(queue.take(NOW + 1, 10, nothingBlocked))).toEqual([1]);
    expect(queue.nextDueAt(nothingBlocked)).toBeNull();
  });

  test('is of one session what was said first, however urgent the rest', () => {
    const session = { sessionKey: 1 };
    const queue = filledQueue([
      newTask(1, { ...session, firstSequence: 9, lastSequence: 9, priority: PRIORITY.critical }),
      newTask(2, { ...session, firstSequence: 5, lastSequence: 8 }),
      newTask(3, { ...session, firstSequence: 1, lastSequence: 4, priority: PRIORITY.low }),
    ]);
    const order = [1, 2, 3].flatMap(() => keysOf(queue.take(NOW, 10, nothingBlocked)));
    expect(order).toEqual([3, 2, 1]);
  });

  test('is nothing of a session whose first task waits for a retry', () => {
    const queue = filledQueue([
      newTask(1, { sessionKey: 1, firstSequence: 1, dueAt: NOW + 4_000, attempts: 2 }),
      newTask(2, { sessionKey: 1, firstSequence: 2, lastSequence: 2 }),
      newTask(3),
    ]);
    expect(keysOf(queue.take(NOW, 10, nothingBlocked))).toEqual([3]);
    expect(queue.nextDueAt(nothingBlocked)).toBe(NOW + 4_000);
    expect(keysOf(queue.take(NOW + 4_000, 10, nothingBlocked))).toEqual([1]);
    expect(keysOf(queue.take(NOW + 4_000, 10, nothingBlocked))).toEqual([2]);
  });

  test('is nothing that is blocked', () => {
    const queue = filledQueue([newTask(1), newTask(2)]);
    const blocked = ({ key }: BackgroundTask) => key === 1;
    expect(keysOf(queue.take(NOW, 10, blocked))).toEqual([2]);
    expect([queue.nextDueAt(blocked), queue.nextDueAt(nothingBlocked)]).toEqual([null, NOW]);
  });
});

describe('a task that is offered again', () => {
  test('is the same task as it is now, at the more urgent of both times and priorities', () => {
    const queue = filledQueue([newTask(1, { priority: PRIORITY.high, dueAt: NOW + 9 })]);
    expect(queue.offer(newTask(1, { lastSequence: 3, dueAt: NOW, attempts: 1 }))).toBe(true);
    expect(queue.size).toBe(1);
    expect(queue.take(NOW, 10, nothingBlocked)).toEqual([
      newTask(1, { lastSequence: 3, priority: PRIORITY.high, attempts: 1 }),
    ]);
  });
});

describe('a session that is hurried', () => {
  test('is due now at that priority, and no other is', () => {
    const later = { dueAt: NOW + 5_000 };
    const queue = filledQueue([
      newTask(1, later),
      newTask(2, later),
      newTask(3, { ...later, priority: PRIORITY.critical }),
    ]);
    queue.expedite(2, PRIORITY.high, NOW);
    queue.expedite(3, PRIORITY.low, NOW);
    expect(queue.take(NOW, 10, nothingBlocked).map(({ key, priority }) => [key, priority])).toEqual([
      [3, PRIORITY.critical],
      [2, PRIORITY.high],
    ]);
    expect(queue.size).toBe(1);
  });
});

const moment = fc.integer({ min: NOW - 5, max: NOW + 5 });
const priority = fc.constantFrom<Priority>(...Object.values(PRIORITY));
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ verb: fc.constant('offer'), key: fc.nat({ max: 14 }), dueAt: moment, priority }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      verb: fc.constant('take'),
      limit: fc.nat({ max: 4 }),
      now: moment,
      blocked: fc.nat({ max: 5 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ verb: fc.constant('expedite'), sessionKey: fc.nat({ max: 4 }), now: moment, priority }),
  },
);

/** Fifteen tasks in five sessions: 0, 5 and 10 are one session in this order, and so on. */
const taskOf = (key: number): BackgroundTask =>
  newTask(key, { sessionKey: key % 5, firstSequence: key + 1, lastSequence: key + 1 });

test('whatever is offered, hurried and taken in any order, each task is handed out once for each time it went in, in order', () => {
  const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const queue = new BackgroundQueue(8);
    const model = new Map<number, BackgroundTask>();
    for (const step of steps) {
      if ('key' in step) {
        const { key, dueAt, priority } = step;
        const held = model.get(key);
        const hasRoom = held !== undefined || model.size < 8;
        expect(queue.offer({ ...taskOf(key), dueAt, priority })).toBe(hasRoom);
        if (!hasRoom) continue;
        const urgent = {
          dueAt: Math.min(dueAt, held?.dueAt ?? dueAt),
          priority: Math.max(priority, held?.priority ?? 0),
        };
        model.set(key, { ...taskOf(key), dueAt: urgent.dueAt, priority: urgent.priority as Priority });
      } else if ('limit' in step) {
        const { limit, now, blocked } = step;
        const isBlocked = ({ sessionKey }: BackgroundTask) => sessionKey === blocked;
        const open = [...model.values()].filter((task) => !isBlocked(task));
        const heads = open.filter(
          (task) => !open.some((other) => queueOf(other) === queueOf(task) && other.firstSequence < task.firstSequence),
        );
        const ready = heads
          .filter(({ dueAt }) => dueAt <= now)
          .sort((a, b) => b.priority - a.priority || a.dueAt - b.dueAt || a.key - b.key);
        const expected = ready.slice(0, limit);
        expect(queue.nextDueAt(isBlocked)).toBe(
          heads.length === 0 ? null : Math.min(...heads.map(({ dueAt }) => dueAt)),
        );
        expect(queue.take(now, limit, isBlocked)).toEqual(expected);
        for (const { key } of expected) model.delete(key);
      } else {
        const { sessionKey, now, priority } = step;
        queue.expedite(sessionKey, priority, now);
        for (const task of [...model.values()].filter((it) => it.sessionKey === sessionKey)) {
          const urgent = Math.max(task.priority, priority) as Priority;
          model.set(task.key, { ...task, priority: urgent, dueAt: Math.min(task.dueAt, now) });
        }
      }
      expect(queue.size).toBe(model.size);
    }
  });
  fc.assert(property, { seed: SEED, numRuns: 300 });
});

describe('users', () => {
  const importOf = (count: number) => Array.from({ length: count }, (_, i) => newTask(i, { dueAt: NOW - 500 }));

  test('take turns, so that one with many tasks that were due earlier delays another by none of them', () => {
    const queue = filledQueue([...importOf(100), newTask(500, { userKey: 2 }), newTask(501, { userKey: 2 })]);
    const order = Array.from({ length: 6 }, () => queue.take(NOW, 1, nothingBlocked)[0]?.userKey);
    expect(order).toEqual([1, 2, 1, 2, 1, 1]);
  });

  test('do not come before more urgent tasks, whoever had the last turn', () => {
    const queue = filledQueue([newTask(1, { userKey: 2 }), newTask(2, { priority: PRIORITY.high }), newTask(3)]);
    expect(keysOf(queue.take(NOW, 1, nothingBlocked))).toEqual([2]);
    queue.offer(newTask(4, { priority: PRIORITY.high }));
    expect(keysOf(queue.take(NOW, 3, nothingBlocked))).toEqual([4, 1, 3]);
  });

  test('with fewer tasks are taken into a full queue, and the last of the one with the most gives way', () => {
    const gone: number[] = [];
    const queue = new BackgroundQueue(10, ({ key }) => gone.push(key));
    for (const task of importOf(10)) queue.offer(task);
    expect(queue.offer(newTask(500, { userKey: 2 }))).toBe(true);
    expect([gone, queue.size]).toEqual([[9], 10]);
    expect(queue.offer(newTask(11))).toBe(false);
    for (let key = 501; key < 504; key += 1) queue.offer(newTask(key, { userKey: 2 }));
    expect(queue.offer(newTask(504, { userKey: 2 }))).toBe(true);
    expect(queue.offer(newTask(505, { userKey: 2 }))).toBe(false);
    expect(queue.size).toBe(10);
  });

  test('take no place of tasks that are more urgent', () => {
    const urgent = Array.from({ length: 10 }, (_, i) => newTask(i, { priority: PRIORITY.high }));
    expect(filledQueue(urgent, 10).offer(newTask(500, { userKey: 2 }))).toBe(false);
  });
});
