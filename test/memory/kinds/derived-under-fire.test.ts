import { beforeAll, describe, expect, test } from 'bun:test';
import type { TaskKind } from '../../../src/contract/kinds.ts';
import { openReading } from '../../../src/memory/kinds/extract/open-reading.ts';
import { HANDLERS, type Handlers } from '../../../src/memory/kinds/handlers.ts';
import { EVERY_SEQUENCE } from '../../contract/background.ts';
import { messagesOf, rowsIn, WHOLE } from '../../contract/lists.ts';
import { present } from '../../contract/world.ts';
import { type Life, type Lives, openLives } from '../../support/pipeline/lives.ts';
import { createPeople, post } from '../../support/pipeline/people.ts';
import { seededRandom } from '../../support/random.ts';

const SEED = Number(process.env['PROPERTY_SEED'] ?? 20_260_714);
const KILLS = 12;
/** More time than all tasks take, with all of their tries. */
const PATIENCE_MS = 10 * 60_000;

const SETTINGS = {
  buffer: { round_buffer: { max_size: 2, idle: 0.05 }, performance: { flush_interval: 1 } },
  memory: {
    episodes: { enabled: true },
    facts: { enabled: true },
    background: { workers: 2, queue_size: 8, retry_delay: 0.1, lease: 5, max_retries: 1 },
  },
};

const POISON = 'xyzzy';
const SAID = [
  'I live in Porto with my sister Clara.',
  'My sister Clara works at Siemens.',
  'I have a dog, and my dog is called Rex.',
  'My favourite colour is green.',
  `I keep the ${POISON} in a jar.`,
  'I moved to Lisbon in May, so I live in Lisbon now.',
  'I play the cello in an orchestra.',
  'My doctor is Dr. Brown.',
];

// The first task would load what reads statements, which takes real time that the clock of the test does not wait for.
beforeAll(() => openReading(null));

/** What was made of a session, with messages by their places in it, so that two runs compare. */
const madeOf = async ({ factory }: Life, { scope, people }: Awaited<ReturnType<typeof createPeople>>) => {
  const { store } = factory;
  const { session, user } = present(people[0]);
  const messages = await messagesOf(store, scope, session.id, { limit: 100, sortBy: 'timestamp', order: 'asc' });
  const placesOf = (ids: readonly string[]) => ids.map((id) => messages.findIndex((message) => message.id === id));
  const episodes = await rowsIn(store.episodes.list(scope, user.id, { sessionId: session.id }, WHOLE));
  const facts = await rowsIn(store.facts.list(scope, user.id, {}, WHOLE));
  return {
    episodes: episodes.map(({ title, summary, messageIds }) => ({ title, summary, places: placesOf(messageIds) })),
    facts: facts
      .map(({ text, state, messageIds }) => ({
        text: text.replace(/^Users [0-9a-f-]+/, 'Ada'),
        state,
        places: placesOf(messageIds),
      }))
      .toSorted((a, b) => (a.text < b.text ? -1 : 1)),
    left: await store.outbox.outstanding(scope, session.id, EVERY_SEQUENCE),
  };
};

const sayAll = async (lives: Lives, { factory }: Life) => {
  const group = await createPeople(factory, 1);
  for (const text of SAID) await post(lives, factory, group.scope, present(group.people[0]), text);
  return group;
};

describe('episodes and facts', () => {
  test(`are the same, each once, whenever the process is killed while they are made: ${KILLS} kills`, async () => {
    const random = seededRandom(SEED);
    const calm = await openLives(SETTINGS, { workMs: 20 });
    const stormy = await openLives(SETTINGS, { workMs: 20 });
    try {
      const undisturbed = await calm.start();
      const one = await sayAll(calm, undisturbed);
      await calm.time.advance(PATIENCE_MS);
      const expected = await madeOf(undisturbed, one);
      expect(expected.left).toEqual([]);
      expect(expected.episodes.flatMap(({ places }) => places)).toEqual([...SAID.keys()]);
      expect(expected.facts.length).toBeGreaterThan(4);
      await calm.stop(undisturbed);

      let life = await stormy.start();
      const other = await createPeople(life.factory, 1);
      let hits = 0;
      for (let kill = 0; kill < KILLS; kill += 1) {
        const text = SAID[kill];
        if (text !== undefined) await post(stormy, life.factory, other.scope, present(other.people[0]), text);
        await stormy.time.advance(random.between(1, 100));
        if ((await madeOf(life, other)).left.length > 0) hits += 1;
        await stormy.kill(life);
        life = await stormy.start();
      }
      // Kills that find nothing to do prove nothing.
      expect(hits).toBeGreaterThan(KILLS / 3);
      await stormy.time.advance(PATIENCE_MS);
      const { left, episodes, facts } = await madeOf(life, other);
      expect(left).toEqual([]);
      expect(facts).toEqual(expected.facts);
      // Where a task ended by chance another episode may begin, but each message is in one.
      expect(episodes.flatMap(({ places }) => places)).toEqual([...SAID.keys()]);
      await stormy.stop(life);
    } finally {
      await calm.remove();
      await stormy.remove();
    }
  }, 60_000);

  test.each(['summarise', 'extract'] as const)(
    '%s gives up the one sentence that it fails for, and the session goes on',
    async (poisoned) => {
      const kinds = HANDLERS as Handlers;
      const fails = (kind: TaskKind): Handlers[string] => {
        const handler = present(kinds[kind]);
        return {
          ...handler,
          make: async (request, context) => {
            const { messages } = await context.work.read(request.task);
            if (messages.some(({ content }) => content.includes(POISON))) throw new Error('This cannot be read.');
            return handler.make(request, context);
          },
        };
      };
      const lives = await openLives(SETTINGS, { handlers: { ...kinds, [poisoned]: fails(poisoned) } });
      try {
        const life = await lives.start();
        const group = await sayAll(lives, life);
        await lives.time.advance(PATIENCE_MS);
        const { left, episodes, facts } = await madeOf(life, group);
        const place = SAID.findIndex((text) => text.includes(POISON));
        expect(
          left.map(({ kind, state, firstSequence, lastSequence }) => [kind, state, firstSequence, lastSequence]),
        ).toEqual([[poisoned, 'failed', place + 1, place + 1]]);
        const all = [...SAID.keys()];
        const without = all.filter((one) => one !== place);
        expect(episodes.flatMap(({ places }) => places)).toEqual(poisoned === 'summarise' ? without : all);
        expect(JSON.stringify(facts).includes(POISON)).toBe(poisoned !== 'extract');
        expect(facts.map(({ text }) => text).join()).toContain('Lisbon');
        const tasks = await rowsIn(life.factory.store.outbox.list(group.scope, { state: 'failed' }, WHOLE));
        expect(tasks.map(({ kind, reason }) => [kind, reason])).toEqual([[poisoned, 'This cannot be read.']]);
        await lives.stop(life);
      } finally {
        await lives.remove();
      }
    },
    60_000,
  );
});
