import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { OutboxTask } from '../../src/contract/outbox.ts';
import { type LifeState, TaskLife, TaskLives } from '../../src/memory/task-lives.ts';

const SEED = 20_260_901;
const STATES: readonly LifeState[] = ['queued', 'claiming', 'at work', 'delivering', 'made', 'filing', 'ended'];

const task = (key: number, sessionKey = key): OutboxTask => ({
  key,
  id: `task ${key}`,
  kind: 'index',
  tenantKey: 1,
  userKey: 1,
  sessionKey,
  queueKey: `session:${sessionKey}`,
  position: 1,
  firstSequence: 1,
  lastSequence: 1,
  priority: 2,
  attempts: 0,
  dueAt: 0,
});

/** A life that has come as far as a state. */
const lifeAt = (state: LifeState, life = new TaskLife(task(1))): TaskLife => {
  const way = state === 'ended' ? [state] : STATES.slice(1, STATES.indexOf(state) + 1);
  for (const next of way) life.move(next);
  return life;
};

describe('a life', () => {
  test('goes from the queue to its end, may end at any moment, and a flush that fails is a step back; nothing else is', () => {
    const allowed = STATES.map((from) => {
      const followers = STATES.filter((to) => {
        try {
          return lifeAt(from).move(to);
        } catch {
          return false;
        }
      });
      return [from, followers];
    });
    expect(Object.fromEntries(allowed)).toEqual({
      queued: ['claiming', 'ended'],
      claiming: ['at work', 'ended'],
      'at work': ['delivering', 'ended'],
      delivering: ['made', 'ended'],
      made: ['filing', 'ended'],
      filing: ['made', 'ended'],
      ended: [],
    });
  });

  test('that has ended stays so: who comes late is told, and a step that is none is a defect with both names', () => {
    const life = lifeAt('ended');
    expect([life.isOver, ...STATES.map((state) => life.move(state))]).toEqual([true, ...STATES.map(() => false)]);
    expect(() => lifeAt('at work').move('filing')).toThrow('A task that is at work cannot be filing next.');
  });
});

describe('the lives in a process', () => {
  test('block others of their session while one of them is taken, at work or delivered', () => {
    const blocked = STATES.map((state) => {
      const lives = new TaskLives();
      lifeAt(state, lives.open(task(1, 7)));
      return [state, lives.isBlocked(task(2, 7)), lives.isBlocked(task(3, 8))];
    });
    expect(blocked.filter(([, isBlocked]) => isBlocked).map(([state]) => state)).toEqual([
      'claiming',
      'at work',
      'delivering',
    ]);
    expect(blocked.every(([, , other]) => other === false)).toBe(true);
  });

  test('are held from the lease to the end, and gone then, but for the next life of the same task', () => {
    const lives = new TaskLives();
    const first = lifeAt('delivering', lives.open(task(1)));
    expect(lives.held()).toEqual([first]);
    first.move('ended');
    const second = lives.open(task(1));
    expect([first.move('made'), lives.get(1), lives.held()]).toEqual([false, second, []]);
    expect([lives.count('queued'), lives.count('made')]).toEqual([1, 0]);
  });

  test('are counted, held and blocked as each of them stands, whatever they go through', () => {
    const step = fc.record({ key: fc.nat({ max: 5 }), to: fc.constantFrom(...STATES) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const lives = new TaskLives();
        const all: TaskLife[] = [];
        for (const { key, to } of steps) {
          const life = lives.get(key) ?? lives.open(task(key));
          if (!all.includes(life)) all.push(life);
          try {
            life.move(to);
          } catch {
            // A step that is none changes nothing.
          }
          const alive = all.filter(({ isOver }) => !isOver);
          for (const state of STATES.slice(0, -1)) {
            expect(lives.count(state)).toBe(alive.filter((one) => one.state === state).length);
          }
          for (const one of alive) expect(lives.get(one.task.key)).toBe(one);
          const isBlocking = alive.some(
            (one) => one.task.key === key && ['claiming', 'at work', 'delivering'].includes(one.state),
          );
          expect(lives.isBlocked(task(99, key))).toBe(isBlocking);
        }
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});
