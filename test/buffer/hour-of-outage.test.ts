import { expect, test } from 'bun:test';
import { EVERY_SEQUENCE } from '../contract/background.ts';
import { OUTAGE, openLives } from '../support/pipeline/lives.ts';
import { createPeople, post } from '../support/pipeline/people.ts';

const MINUTE_MS = 60_000;

test('an hour without what deliveries need, with a process killed every ten minutes, costs no message its index and makes no dead letter', async () => {
  const conditions = { deliveryMs: 200, isDown: false };
  const lives = await openLives({ buffer: { performance: { flush_interval: 1 } } }, { workMs: 20, conditions });
  try {
    let life = await lives.start();
    const { scope, people } = await createPeople(life.factory, 12);
    const left = async () => {
      const all = people.map(({ session }) => life.factory.store.outbox.outstanding(scope, session.id, EVERY_SEQUENCE));
      return (await Promise.all(all)).flat();
    };
    conditions.isDown = true;
    for (let sixth = 0; sixth < 6; sixth += 1) {
      for (const person of people) await post(lives, life.factory, scope, person, `message ${sixth}`);
      await lives.time.advance(10 * MINUTE_MS);
      await lives.kill(life);
      life = await lives.start();
    }
    const waiting = await left();
    expect(waiting.map(({ state }) => state).filter((state) => state === 'failed')).toEqual([]);
    expect(new Set(waiting.map(({ attempts }) => attempts))).toEqual(new Set([0]));
    expect(new Set(waiting.flatMap(({ reason }) => reason ?? []))).toEqual(new Set([OUTAGE]));
    conditions.isDown = false;
    await lives.time.advance(3 * MINUTE_MS);
    expect(await left()).toEqual([]);
    for (const { session } of people) {
      const options = { limit: 100, sortBy: 'created_at', order: 'asc', embeddedOnly: false } as const;
      const { chunks } = await life.factory.store.chunks.ofSession(scope, session.id, options);
      expect(new Set(chunks.flatMap(({ messageIds }) => messageIds)).size).toBe(6);
      expect(chunks.flatMap(({ messageIds }) => messageIds)).toHaveLength(6);
    }
    await lives.stop(life);
  } finally {
    await lives.remove();
  }
});
