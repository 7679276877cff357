import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { PRIORITY } from '../../src/contract/outbox.ts';
import { EVERY_SEQUENCE } from '../contract/background.ts';
import { locationsOf, messagesOf } from '../contract/lists.ts';
import { present } from '../contract/world.ts';
import type { StoreHook } from '../support/hooked-store.ts';
import { ConversationModel } from '../support/pipeline/conversation-model.ts';
import { openLives } from '../support/pipeline/lives.ts';
import { createPeople, incoming } from '../support/pipeline/people.ts';
import { COMMON_WORD, expectSame } from '../support/pipeline/visible-state.ts';
import { searchRequest } from '../support/search-request.ts';

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 25);
const SEED = Number(process.env['PROPERTY_SEED'] ?? 20_260_602);

const SETTINGS = {
  buffer: {
    round_buffer: { max_size: 2, idle: 0.05 },
    hybrid_buffer: { max_size: 2 },
    performance: { flush_interval: 1, force_flush_timeout: 2 },
  },
  memory: { episodes: { enabled: true }, background: { workers: 2, queue_size: 2, retry_delay: 0.1, lease: 30 } },
};

/** So that what is listed is in the order of arrival, which is the store's and not that of the clients. */
const SAME_TIME = Date.parse('2026-05-01T09:30:00Z');

/** What a client does next: one thing after the answer to the other. */
type Deed = 'say' | 'update' | 'remove' | 'ask' | 'flush';
const deeds = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<Deed>('say') },
    { weight: 4, arbitrary: fc.constantFrom<Deed>('update', 'remove', 'ask', 'flush') },
  ),
  { minLength: 1, maxLength: 6 },
);

/** Answers of the store and calls to it wait for the scheduler, which lets them go in any order. */
const shuffled = () => {
  const state: { scheduler: fc.Scheduler | null } = { scheduler: null };
  const hook: StoreHook = async ({ verb }, run) => {
    await state.scheduler?.schedule(Promise.resolve(), `call ${verb}`);
    const outcome = run().then(
      (value) => () => value,
      (error) => () => {
        throw error;
      },
    );
    const answer = await outcome;
    await state.scheduler?.schedule(Promise.resolve(), `answer ${verb}`);
    return answer();
  };
  return { state, hook };
};

test('in whatever order the store is reached and answers, every client sees its own writes, and each message ends in one chunk', async () => {
  const property = fc.asyncProperty(
    fc.scheduler(),
    fc.array(deeds, { minLength: 2, maxLength: 3 }),
    async (s, clients) => {
      const { state, hook } = shuffled();
      const lives = await openLives(SETTINGS, { hook });
      const life = await lives.start();
      const { factory } = life;
      const { scope, people } = await createPeople(factory, 1);
      const { owner, session, user } = present(people[0]);
      const service = factory.getBufferService(owner);
      const { store } = factory;
      state.scheduler = s;

      const ask = async (): Promise<string[]> => {
        const request = searchRequest(owner, COMMON_WORD, { topK: 1_000 });
        return (await service.query(request)).found.map(({ content }) => content);
      };
      const client = async (name: number, doing: readonly Deed[]) => {
        const mine: { id: string; content: string }[] = [];
        const gone: string[] = [];
        for (const [i, deed] of doing.entries()) {
          const content = `${COMMON_WORD} of ${name}, ${i}`;
          const [first] = mine;
          if (deed === 'say') {
            const { ids } = await factory.addBatch(scope, session.id, [{ ...incoming(content), createdAt: SAME_TIME }]);
            mine.push({ id: present(ids[0]), content });
          } else if (deed === 'update' && first) {
            const change = { id: first.id, role: 'user', content } as const;
            await store.messages.update(scope, session.id, [change], lives.time.now());
            gone.push(first.content);
            first.content = content;
          } else if (deed === 'remove' && first) {
            await store.messages.delete(scope, session.id, [first.id], lives.time.now());
            gone.push(first.content);
            mine.shift();
          } else if (deed === 'flush') {
            await factory.filing.flushAll(PRIORITY.high);
          } else {
            const found = await ask();
            expect(mine.filter((said) => !found.includes(said.content))).toEqual([]);
            expect(found.filter((one) => gone.includes(one))).toEqual([]);
          }
        }
        return mine;
      };

      try {
        let isOver = false;
        const all = Promise.all(clients.map((doing, name) => client(name, doing))).finally(() => {
          isOver = true;
        });
        all.catch(() => {});
        for (let steps = 0; !isOver; steps += 1) {
          if (steps > 5_000) throw new Error('The clients do not come to an end.');
          if (s.count() > 0) await s.waitOne();
          // Time passes beside the answers, so that tasks fall due in the middle of things.
          if (s.count() === 0 || steps % 4 === 0) await lives.time.advance(5);
          await lives.time.rest();
        }
        const said = await all;
        state.scheduler = null;
        while (s.count() > 0) await s.waitOne();
        await lives.time.advance(5_000);
        const model = new ConversationModel();
        const stored = await messagesOf(store, scope, session.id, { limit: 100, sortBy: 'timestamp', order: 'asc' });
        for (const mine of said) {
          const ids = mine.map(({ id }) => id);
          expect(stored.filter(({ id }) => ids.includes(id)).map(({ id, content }) => ({ id, content }))).toEqual(mine);
        }
        expect(stored).toHaveLength(said.flat().length);
        const locations = await locationsOf(store, scope, session.id);
        model.messages = locations.map(({ id, sequence }) => {
          const { content } = present(stored.find((one) => one.id === id));
          return { id, sequence, content };
        });
        expect(await store.outbox.outstanding(scope, session.id, EVERY_SEQUENCE)).toEqual([]);
        await expectSame(factory, scope, [user], [{ session, model }]);
      } finally {
        state.scheduler = null;
        await lives.kill(life);
        await lives.remove();
      }
    },
  );
  await fc.assert(property, { seed: SEED, numRuns: RUNS });
}, 3_600_000);
