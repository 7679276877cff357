import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { Outstanding } from '../../src/contract/outbox.ts';
import { StageWaiters, stageOf, stagesOf } from '../../src/memory/stages.ts';
import { present } from '../contract/world.ts';
import { manualTime } from '../support/manual-time.ts';

const left = (firstSequence: number, lastSequence: number, more: Partial<Outstanding> = {}): Outstanding => ({
  kind: 'index',
  firstSequence,
  lastSequence,
  state: 'waiting',
  attempts: 0,
  reason: null,
  updatedAt: 1_000,
  ...more,
});

describe('a message', () => {
  test('that no task covers has reached the last stage that there is', () => {
    const last = present(stagesOf().at(-1));
    expect(stageOf(4, [left(1, 3), left(5, 9)])).toMatchObject({ stage: last, [last]: true, reason: null });
  });

  test('has the marks of the kinds that cover it no more, and the stage before the first that still does', () => {
    const untold = { ...left(1, 3), kind: 'summarise' } as const;
    expect(stageOf(2, [untold])).toMatchObject({ stage: 'indexed', indexed: true, summarised: false });
    expect(stageOf(2, [left(1, 3)])).toMatchObject({ stage: 'stored', indexed: false, summarised: true });
    expect(stageOf(4, [untold])).toMatchObject({ indexed: true, summarised: true });
  });

  test('that a task covers is stored, with the tries and the reason of that task', () => {
    const outstanding = [left(1, 3), left(4, 6, { state: 'running', attempts: 2, reason: 'too long', updatedAt: 7 })];
    expect(stageOf(6, outstanding)).toMatchObject({
      stage: 'stored',
      indexed: false,
      attempts: 2,
      reason: 'too long',
      changedAt: 7,
    });
  });

  test('that a task was given up for has failed, whatever else covers it', () => {
    const outstanding = [left(1, 3), left(2, 2, { state: 'failed', attempts: 4, reason: 'poison' })];
    expect(stageOf(2, outstanding)).toMatchObject({ stage: 'failed', indexed: false, attempts: 4, reason: 'poison' });
    expect(stageOf(1, outstanding)).toMatchObject({ stage: 'stored', attempts: 0 });
  });
});

describe('who waits for a stage', () => {
  const waiting = () => {
    const time = manualTime();
    const waiters = new StageWaiters(time);
    let isReached = false;
    let looks = 0;
    const answers: unknown[] = [];
    const look = async (): Promise<boolean> => {
      looks += 1;
      return isReached;
    };
    const wait = (timeoutMs: number, isThere = look): void => {
      waiters.wait(7, timeoutMs, isThere).then(
        (reached) => answers.push(reached),
        (error) => answers.push(error),
      );
    };
    return {
      time,
      waiters,
      answers,
      wait,
      looks: () => looks,
      reach: () => {
        isReached = true;
      },
    };
  };

  test('is answered at once when it is reached already', async () => {
    const { time, answers, wait, waiters, reach } = waiting();
    reach();
    wait(1_000);
    await time.rest();
    expect([answers, waiters.has(7), time.pending]).toEqual([[true], false, 0]);
  });

  test('is answered when somebody tells of the session, and of that session alone', async () => {
    const { time, answers, wait, waiters, reach, looks } = waiting();
    wait(1_000);
    await time.rest();
    reach();
    waiters.notify(8);
    await time.rest();
    expect([answers, looks()]).toEqual([[], 1]);
    waiters.notify(7);
    await time.rest();
    expect([answers, time.pending]).toEqual([[true], 0]);
  });

  test('looks four times a second by itself, since another process may do the work', async () => {
    const { time, answers, wait, reach, looks } = waiting();
    wait(10_000);
    await time.advance(1_000);
    expect(looks()).toBe(5);
    reach();
    await time.advance(250);
    expect(answers).toEqual([true]);
  });

  test('is told no when the time is up, and asks no more', async () => {
    const { time, answers, wait, waiters, looks } = waiting();
    wait(600);
    await time.advance(599);
    expect(answers).toEqual([]);
    await time.advance(1);
    expect([answers, waiters.has(7), time.pending]).toEqual([[false], false, 0]);
    const before = looks();
    waiters.notify(7);
    await time.advance(5_000);
    expect(looks()).toBe(before);
  });

  test('is one of many, each with an end of its own', async () => {
    const { time, answers, wait, waiters, reach } = waiting();
    wait(100);
    wait(5_000);
    await time.advance(100);
    expect([answers, waiters.has(7)]).toEqual([[false], true]);
    reach();
    waiters.notify(7);
    await time.rest();
    expect([answers, waiters.has(7)]).toEqual([[false, true], false]);
  });

  test('and is told twice in a row is answered once, and leaves nothing behind that ends the wait of the next', async () => {
    const time = manualTime();
    const waiters = new StageWaiters(time);
    const looking: ((reached: boolean) => void)[] = [];
    const look = () => new Promise<boolean>((resolve) => looking.push(resolve));
    const answers: [string, boolean][] = [];
    const wait = (who: string) => void waiters.wait(7, 10_000, look).then((reached) => answers.push([who, reached]));
    const answer = async (reached: boolean): Promise<void> => {
      for (const tell of looking.splice(0)) tell(reached);
      await time.rest();
    };
    wait('first');
    waiters.notify(7);
    // Two looks that find nothing: there is one more to come, not two.
    await answer(false);
    await time.advance(100);
    waiters.notify(7);
    await answer(true);
    expect([answers, waiters.has(7), time.pending]).toEqual([[['first', true]], false, 0]);

    wait('second');
    await answer(false);
    await time.advance(200);
    await answer(true);
    expect([answers.length, waiters.has(7)]).toEqual([1, true]);
    await time.advance(100);
    await answer(true);
    expect([answers.at(-1), waiters.has(7), time.pending]).toEqual([['second', true], false, 0]);
  });

  test('comes to the end of its own wait alone, in whatever order looks begin, end and are told of', async () => {
    const step = fc.record({
      what: fc.constantFrom('wait', 'notify', 'answer', 'pass'),
      pick: fc.nat({ max: 9 }),
      is: fc.boolean(),
    });
    const property = fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const time = manualTime();
      const waiters = new StageWaiters(time);
      const looking: ((reached: boolean) => void)[] = [];
      let open = 0;
      for (const { what, pick, is } of steps) {
        if (what === 'notify') waiters.notify(7);
        if (what === 'pass') await time.advance(pick * 100);
        if (what === 'answer') looking.splice(pick % Math.max(1, looking.length), 1)[0]?.(is);
        if (what === 'wait') {
          open += 1;
          const ended = () => {
            open -= 1;
          };
          waiters.wait(7, 700, () => new Promise((resolve) => looking.push(resolve))).then(ended, ended);
        }
        await time.rest();
        expect(waiters.has(7)).toBe(open > 0);
      }
      await time.advance(1_000);
      expect([open, waiters.has(7), time.pending]).toEqual([0, false, 0]);
    });
    await fc.assert(property, { seed: 20_260_801, numRuns: 200 });
  });

  test('hears of a store that cannot be asked', async () => {
    const { time, answers, wait, waiters } = waiting();
    const error = new Error('unreachable');
    wait(1_000, () => Promise.reject(error));
    await time.rest();
    expect([answers, waiters.has(7), time.pending]).toEqual([[error], false, 0]);
  });
});
