import { afterAll, beforeAll, expect, test } from 'bun:test';
import fc from 'fast-check';
import { formatInstant } from '../../src/api/scalars.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';

const SEED = 20_261_123;
const START = Date.parse('2026-05-01T09:30:00Z');

/** A clock that may also go back, as clocks of machines do. */
let now = START;
let server: TestServer;
let owner: Awaited<ReturnType<typeof startConversation>>;
beforeAll(async () => {
  server = await startServer({ clock: { now: () => now } });
  owner = await startConversation(server);
});
afterAll(() => server.stop());

interface Row {
  readonly id: string;
  readonly session_id: string;
  readonly role: string;
  readonly content: string;
  readonly created_at: string;
  readonly updated_at: string;
}

type Step =
  | { readonly wait: number }
  | { readonly add: readonly (number | null)[] }
  | { readonly change: readonly number[] }
  | { readonly remove: readonly number[] };

/** What a client says of the time of a message: nothing, mostly, or minutes before or after the start. */
const createdAt = fc.option(fc.integer({ min: -3, max: 3 }), { freq: 2 });
const places = fc.uniqueArray(fc.nat(40), { minLength: 1, maxLength: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.integer({ min: -90, max: 120 }).map((wait) => ({ wait })),
  { weight: 4, arbitrary: fc.array(createdAt, { minLength: 1, maxLength: 2 }).map((add) => ({ add })) },
  fc.array(createdAt, { minLength: 3, maxLength: 12 }).map((add) => ({ add })),
  places.map((change) => ({ change })),
  places.map((remove) => ({ remove })),
);
const page = fc.record({
  limit: fc.constantFrom(1, 2, 7, 20, 100, 500),
  sortBy: fc.constantFrom('timestamp', 'id'),
  order: fc.constantFrom('asc', 'desc'),
});

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What a list of these rows, which stand in the order of their arrival, should be. */
const modelOf = (rows: readonly Row[], { limit, sortBy, order }: { limit: number; sortBy: string; order: string }) => {
  const ascending = rows
    .map((row, arrival) => ({ row, arrival }))
    .sort((a, b) => {
      if (sortBy === 'id') return compare(a.row.id, b.row.id);
      return compare(a.row.created_at, b.row.created_at) || a.arrival - b.arrival;
    })
    .map(({ row }) => row);
  return (order === 'asc' ? ascending : ascending.reverse()).slice(0, Math.min(limit, 100));
};

const minutes = (count: number): number => START + count * 60_000;

test('lists of messages are those of a plain model, whatever was added, changed and deleted, in whatever order of time', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 12, size: 'max' }),
      fc.array(page, { minLength: 4, maxLength: 4 }),
      async (steps, pages) => {
        now = START;
        const { userId: user_id, agentId: agent_id } = owner;
        const session = (await server.call('POST', '/sessions', { user_id, agent_id })).body.data.session.id;
        const path = `/sessions/${session}/messages`;
        let rows: Row[] = [];
        let said = 0;
        const chosen = (at: readonly number[]): Row[] =>
          rows.length === 0 ? [] : [...new Set(at.map((place) => rows[place % rows.length] as Row))];

        for (const taken of steps) {
          if ('wait' in taken) now += taken.wait * 1_000;
          else if ('add' in taken) {
            const messages = taken.add.map((minute) => {
              said += 1;
              const created_at = minute === null ? null : formatInstant(minutes(minute));
              return { role: said % 2 === 0 ? 'assistant' : 'user', content: `saying ${said}`, created_at };
            });
            const ids: string[] = (await server.call('POST', path, { messages })).body.data.message_ids;
            const added = messages.map(({ role, content, created_at }, i): Row => {
              const at = created_at ?? formatInstant(now);
              return { id: ids[i] ?? '', session_id: session, role, content, created_at: at, updated_at: at };
            });
            rows = [...rows, ...added];
          } else if ('change' in taken) {
            const ids = chosen(taken.change).map(({ id }) => id);
            said += 1;
            const new_messages = ids.map(() => ({ role: 'system', content: `correction ${said}` }));
            await server.call('PUT', path, { message_ids: ids, new_messages });
            const changed = { role: 'system', content: `correction ${said}`, updated_at: formatInstant(now) };
            rows = rows.map((row) => (ids.includes(row.id) ? { ...row, ...changed } : row));
          } else {
            const ids = chosen(taken.remove).map(({ id }) => id);
            await server.call('DELETE', path, { message_ids: ids });
            rows = rows.filter(({ id }) => !ids.includes(id));
          }
        }

        for (const wanted of pages) {
          const query = `limit=${wanted.limit}&sort_by=${wanted.sortBy}&order=${wanted.order}`;
          const answer = await server.call('GET', `${path}?${query}`);
          expect(answer.body.data.messages).toEqual(modelOf(rows, wanted));
        }
      },
    ),
    { seed: SEED, numRuns: 150 },
  );
});

test('ids are given in the order of arrival, so that sorting by id is sorting by arrival', async () => {
  now = START;
  const { userId: user_id, agentId: agent_id } = owner;
  const session = (await server.call('POST', '/sessions', { user_id, agent_id })).body.data.session.id;
  const all: string[] = [];
  for (let i = 0; i < 30; i += 1) {
    const messages = Array.from({ length: 3 }, () => ({ role: 'user', content: 'hm' }));
    all.push(...(await server.call('POST', `/sessions/${session}/messages`, { messages })).body.data.message_ids);
  }
  expect(all).toEqual(all.toSorted());
});
