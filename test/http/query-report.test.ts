import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { startConversation, startServer, type TestServer } from '../support/server.ts';
import { say } from '../support/talk.ts';

let server: TestServer;
let userId = '';
beforeAll(async () => {
  server = await startServer();
  const conversation = await startConversation(server);
  userId = conversation.userId;
  await say(server, conversation.sessionId, 'We flew a red kite.');
});
afterAll(() => server.stop());

const ask = (body: object, what = 'query') => server.call('POST', `/users/${userId}/${what}`, body);
/** Milliseconds by name, as Server-Timing has them. */
const timingOf = (headers: Headers): Record<string, number> =>
  Object.fromEntries(
    (headers.get('Server-Timing') ?? '').split(', ').map((entry) => {
      const [name = '', duration = ''] = entry.split(';dur=');
      return [name, Number(duration)];
    }),
  );

const OLD_FIELDS = {
  session_id: null,
  agent_id: null,
  top_k: 5,
  store_type: 'hybrid',
  include_messages: true,
  include_knowledge: true,
};
const NEW_FIELDS: [string, unknown][] = [
  ['explain', true],
  ['explain', false],
  ['fields', 'all'],
  ['filters', {}],
  ['as_of', '2100-01-01'],
  ['deadline_ms', 60_000],
  ['min_score', 0],
];

describe('the data of a query', () => {
  test('holds results and total and nothing else for what the old server knew', async () => {
    for (const query of ['red kite', 'nothing of the kind']) {
      for (const body of [{ query }, { query, ...OLD_FIELDS }, { query, store_type: 'graph' }]) {
        expect(Object.keys((await ask(body)).body.data)).toEqual(['results', 'total']);
      }
    }
  });

  test.each(NEW_FIELDS)(
    'says what was degraded and how long it took when the request has %s: %j',
    async (name, value) => {
      const { data } = (await ask({ query: 'red kite', [name]: value })).body;
      expect(Object.keys(data)).toEqual(['results', 'total', 'degraded', 'took_ms']);
      expect(data.degraded).toBeArray();
      expect(data.took_ms).toBeGreaterThan(0);
    },
  );

  test('counts a field that is null as one that is absent', async () => {
    const nulls = Object.fromEntries(NEW_FIELDS.map(([name]) => [name, null]));
    expect(Object.keys((await ask({ query: 'red kite', ...nulls })).body.data)).toEqual(['results', 'total']);
  });
});

describe('the headers of a query and of a context', () => {
  test('tell the time of each step and of the whole', async () => {
    const { headers, body } = await ask({ query: 'red kite', explain: true });
    const timing = timingOf(headers);
    expect(Object.keys(timing)).toEqual(['search', 'total']);
    expect(timing['total']).toBe(body.data.took_ms);
    expect(timing['search']).toBeWithin(0, body.data.took_ms + 0.001);
    const steps = Object.keys(timingOf((await ask({ query: 'red kite' }, 'context')).headers));
    // Facts are read while the search goes on: either may end first.
    expect(steps.slice(0, 2).sort()).toEqual(['facts', 'search']);
    expect(steps.slice(2)).toEqual(['block', 'total']);
  });

  test('are there for a question that finds nothing, and for one whose answer was kept', async () => {
    for (const query of ['red kite', 'red kite', 'nothing of the kind']) {
      const { headers } = await ask({ query });
      expect(timingOf(headers)['total']).toBeGreaterThan(0);
      expect(headers.get('X-Memfuse-Degraded')).toBe('');
    }
  });

  test('list what was degraded as the body does, each in quotes', async () => {
    for (const what of ['query', 'context']) {
      const { headers, body } = await ask({ query: 'red kite', as_of: '2100-01-01' }, what);
      expect(body.data.degraded).not.toBeEmpty();
      expect(JSON.parse(`[${headers.get('X-Memfuse-Degraded')}]`)).toEqual(body.data.degraded);
    }
  });
});
