import { expect, test } from 'bun:test';
import { createTextTurns } from '../../src/embedding/text-turns.ts';

/** Texts that are run as long as the test wants, in the order in which they had their turn. */
const setUp = () => {
  const inTurn = createTextTurns(async () => {});
  const order: string[] = [];
  let running = 0;
  const run = (kind: 'question' | 'batch', name: string): Promise<void> =>
    inTurn(kind, async () => {
      running += 1;
      expect(running).toBe(1);
      order.push(name);
      await Bun.sleep(0);
      running -= 1;
      if (name === 'poison') throw new Error('poison');
    });
  return { run, order };
};

test('questions have their turn before the texts of batches that came before them, one text at a time', async () => {
  const { run, order } = setUp();
  await Promise.all([run('batch', 'b1'), run('batch', 'b2'), run('question', 'q1'), run('question', 'q2')]);
  expect(order).toEqual(['b1', 'q1', 'q2', 'b2']);
});

test('a batch has its turn after sixteen questions, however many wait', async () => {
  const { run, order } = setUp();
  const questions = Array.from({ length: 40 }, (_, i) => `q${i + 1}`);
  await Promise.all([...questions.map((name) => run('question', name)), run('batch', 'b1'), run('batch', 'b2')]);
  // The first went before anybody waited.
  expect([order.indexOf('b1'), order.indexOf('b2')]).toEqual([17, 34]);
  expect(order.filter((name) => name.startsWith('q'))).toEqual(questions);
});

test('a text that fails costs the others nothing', async () => {
  const { run, order } = setUp();
  const failed = run('question', 'poison').catch((error) => error.message);
  await Promise.all([run('batch', 'b1'), run('question', 'q1')]);
  expect([await failed, order]).toEqual(['poison', ['poison', 'q1', 'b1']]);
});
