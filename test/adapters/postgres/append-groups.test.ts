import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { AppendGroups } from '../../../adapters/postgres/append-groups.ts';
import { type AppendOne, openAppending } from '../../../adapters/postgres/appending.ts';
import { guardFacet } from '../../../adapters/postgres/guard.ts';
import { POSTGRES_KINDS } from '../../../adapters/postgres/kinds.ts';
import { openPostgresStore } from '../../../adapters/postgres/open.ts';
import { Pool } from '../../../adapters/postgres/pool.ts';
import { openTasks } from '../../../adapters/postgres/tasks.ts';
import type { AppendedToSession, NewMessage } from '../../../src/contract/messages.ts';
import type { Once } from '../../../src/contract/once.ts';
import type { Store } from '../../../src/contract/store.ts';
import { systemIds } from '../../../src/platform/ids.ts';
import { messagesOf, tasksOf } from '../../contract/lists.ts';
import { endOf, tallyEnds } from '../../contract/refusal.ts';
import { createWorld, mintId, present } from '../../contract/world.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
let store: Store;
let pool: Pool;
let sentAlone = 0;
let together: AppendOne;
let alone: AppendOne;
beforeAll(async () => {
  database = await createDatabase();
  store = await openPostgresStore({ url: database.url, use: 'server' });
  pool = new Pool(database.url, 4);
  const context = { pool, ids: systemIds, kinds: POSTGRES_KINDS, tasks: openTasks(POSTGRES_KINDS) };
  alone = openAppending(context).append;
  const groups = new AppendGroups(context, (...args) => {
    sentAlone += 1;
    return alone(...args);
  });
  together = guardFacet({ append: groups.append }).append;
});
afterAll(async () => {
  await pool.close();
  await store.close();
  await database.remove();
});

const claimOf = (path: string, key: string, bodyHash = 'body'): Once => ({
  userKey: null,
  method: 'POST',
  path,
  key,
  bodyHash,
  at: 1_000,
});

/** Sessions of two users who talk with an agent, two of each. */
const createTalks = async () => {
  const world = await createWorld(store);
  const [ann, bob, agent] = [await world.user(), await world.user(), await world.agent()];
  const owners = [ann, ann, bob, bob];
  const talks: Awaited<ReturnType<typeof world.session>>[] = [];
  for (const owner of owners) talks.push(await world.session(owner, agent));
  return { world, talks, ann, bob };
};

describe('rounds that are added together', () => {
  /** A round: in which session, when each of its messages was said, and whether the ids of them ascend. */
  const round = fc.record({
    talk: fc.nat(3),
    times: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }),
    isTurned: fc.boolean(),
    priority: fc.constantFrom(1, 2, 3, 4) as fc.Arbitrary<1 | 2 | 3 | 4>,
    dueAt: fc.integer({ min: 1, max: 9 }),
  });

  test('are as if each had been added by itself, one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(round, { minLength: 4, maxLength: 9 }), { minLength: 1, maxLength: 3 }),
        async (bursts) => {
          const run = async (append: AppendOne, isTogether: boolean) => {
            const { world, talks } = await createTalks();
            const { scope, tenantKey } = world;
            let said = 0;
            for (const burst of bursts) {
              const sends = burst.map(({ talk, times, isTurned, priority, dueAt }) => () => {
                const messages: NewMessage[] = times.map((createdAt) => {
                  said += 1;
                  return world.message(`text ${said}`, { createdAt });
                });
                const ids = messages.map(({ id }) => id);
                const turned = messages.map((one, i) => ({ ...one, id: ids[ids.length - 1 - i] as string }));
                const work = world.work({ priority, at: 5, dueAt });
                return append(scope, present(talks[talk]).id, isTurned ? turned : messages, undefined, work);
              });
              if (isTogether) await Promise.all(sends.map((send) => send()));
              else for (const send of sends) await send();
            }
            const listed = await Promise.all(
              talks.flatMap(({ id }) =>
                (['timestamp', 'id'] as const).flatMap((sortBy) =>
                  (['asc', 'desc'] as const).map((order) => messagesOf(store, scope, id, { sortBy, order })),
                ),
              ),
            );
            const place = new Map(talks.map(({ id }, i) => [id, i]));
            const tasks = (await tasksOf(store, scope)).map(({ sessionId, nextAttemptAt }) => [
              place.get(sessionId),
              nextAttemptAt,
            ]);
            const outstanding = await Promise.all(
              talks.map(({ id }) => store.outbox.outstanding(scope, id, { firstSequence: 1, lastSequence: 1_000 })),
            );
            const generations = await Promise.all(
              talks.map(({ userKey }) => store.corpus.generation(tenantKey, userKey)),
            );
            return {
              texts: listed.map((rows) => rows.map(({ content }) => content)),
              tasks: tasks.toSorted(),
              outstanding,
              generations,
            };
          };
          expect(await run(together, true)).toEqual(await run(alone, false));
        },
      ),
      { seed: 20_260_102, numRuns: 25 },
    );
  });

  test('go by one call each when they are few, and none needs the long way', async () => {
    const { world, talks } = await createTalks();
    sentAlone = 0;
    for (const count of [1, 3, 40]) {
      await Promise.all(
        Array.from({ length: count }, (_, i) =>
          together(world.scope, present(talks[i % 4]).id, [world.message('x')], claimOf('p', mintId()), world.work()),
        ),
      );
    }
    expect(sentAlone).toBe(0);
  });

  test('keep the order in which they came, also when a claim is used twice or others are under way', async () => {
    const { world, talks } = await createTalks();
    const { id } = present(talks[0]);
    const key = mintId();
    const sends: Promise<unknown>[] = [];
    for (let i = 0; i < 60; i += 1) {
      const send = (text: string, once?: Once) =>
        sends.push(together(world.scope, id, [world.message(text)], once, world.work()));
      send(`text ${i}`, i === 10 ? claimOf(id, key) : undefined);
      // The second of a claim waits, and what came after it does not overtake what came before.
      if (i === 10) send('again', claimOf(id, key));
      if (i % 7 === 0) await Bun.sleep(1);
    }
    await Promise.all(sends);
    const listed = await messagesOf(store, world.scope, id, { sortBy: 'timestamp', order: 'asc' });
    expect(listed.map(({ content }) => content)).toEqual(Array.from({ length: 60 }, (_, i) => `text ${i}`));
    const session = await database.run(`SELECT late_from FROM sessions WHERE id = '${id}'`);
    expect([...session]).toEqual([{ late_from: null }]);
  });

  test("leave out one whose session is not there or is another user's, and keep no claim of it", async () => {
    const { world, talks, bob } = await createTalks();
    const { scope, tenantKey } = world;
    const gone = present(talks[1]);
    const send = (as: typeof scope, id: string, once?: Once) =>
      together(as, id, [world.message('x')], once, world.work());
    // It was seen before it was deleted, so that its route is known.
    await send(scope, gone.id);
    await store.sessions.delete(scope, gone.id);
    const asBob = { tenantKey, userKey: bob.key };
    const ends = await Promise.all(
      [
        send(scope, present(talks[0]).id),
        send(scope, gone.id, claimOf('gone', 'one')),
        send(scope, mintId()),
        send(asBob, present(talks[0]).id),
        send(asBob, present(talks[2]).id),
      ].map(endOf),
    );
    expect(ends).toEqual(['accepted', 'not_found', 'not_found', 'not_found', 'accepted']);
    expect([...(await database.run("SELECT 1 FROM idempotency WHERE path = 'gone'"))]).toEqual([]);
  });

  test('with one claim are added once: the others hear the same ids, and another body is refused', async () => {
    const { world, talks } = await createTalks();
    const { id } = present(talks[0]);
    const key = mintId();
    const send = (bodyHash: string) =>
      together(world.scope, id, [world.message('once')], claimOf(id, key, bodyHash), world.work());
    const first = Array.from({ length: 8 }, () => send('body'));
    const others = Array.from({ length: 3 }, () => send('other body'));
    expect(await tallyEnds(others)).toEqual({ idempotency_mismatch: 3 });
    const answers: AppendedToSession[] = await Promise.all(first);
    expect(new Set(answers.map(({ ids }) => ids.join())).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    const listed = await messagesOf(store, world.scope, id, { sortBy: 'timestamp', order: 'asc' });
    expect(listed.map(({ content }) => content)).toEqual(['once']);
  });

  test('are not affected by one that cannot be stored', async () => {
    const { world, talks } = await createTalks();
    const { id } = present(talks[0]);
    const double = world.message('twice');
    const send = (...messages: NewMessage[]) => together(world.scope, id, messages, undefined, world.work());
    const calls = [
      send(world.message('a')),
      send(double, double),
      ...['b', 'c', 'd'].map((text) => send(world.message(text))),
    ];
    expect(await Promise.all(calls.map(endOf))).toEqual(['accepted', 'internal', 'accepted', 'accepted', 'accepted']);
    const listed = await messagesOf(store, world.scope, id, { sortBy: 'timestamp', order: 'asc' });
    expect(listed.map(({ content }) => content).toSorted()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('do not wait for one whose user another transaction holds', async () => {
    const { world, talks, ann } = await createTalks();
    const [ofAnn, ofBob] = [present(talks[0]), present(talks[2])];
    const send = (sessionId: string) => together(world.scope, sessionId, [world.message('x')], undefined, world.work());
    let release: () => void = () => {};
    const held = Promise.withResolvers<void>();
    const holding = pool.with(async (client) => {
      await client.command(`BEGIN; SELECT 1 FROM memories WHERE user_key = ${ann.key} FOR UPDATE`);
      held.resolve();
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      await client.command('COMMIT');
    });
    await held.promise;
    const waiting = send(ofAnn.id);
    await Bun.sleep(20);
    await send(ofBob.id);
    release();
    await Promise.all([waiting, holding]);
  });
});
