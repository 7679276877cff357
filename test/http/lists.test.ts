import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { expectRefusal } from '../support/envelope.ts';
import { createKey } from '../support/key-calls.ts';
import { startConversation, startServer, type TestAnswer, type TestServer } from '../support/server.ts';

/** More than are read at a time, so that a whole list comes in several pieces. */
const MANY = 230;

let server: TestServer;
let person: Awaited<ReturnType<typeof startConversation>>;
beforeAll(async () => {
  server = await startServer();
  person = await startConversation(server, 'Zoë & 犬 #1');
  const { userId, agentId, sessionId } = person;
  const make = async (i: number): Promise<void> => {
    await Promise.all([
      server.call('POST', '/users', { name: `user ${i} "q" \n é` }),
      server.call('POST', '/agents', { name: `agent ${i}`, description: i % 2 === 0 ? `does ${i}` : null }),
      server.call('POST', '/sessions', { user_id: userId, agent_id: agentId }),
      createKey(server, userId, { name: `key ${i}` }),
    ]);
  };
  await Promise.all(Array.from({ length: MANY }, (_, i) => make(i)));
  const texts = Array.from({ length: MANY }, (_, i) => `text ${i}`);
  await server.call('POST', `/users/${userId}/knowledge`, { knowledge: texts });
  const said = texts.map((content) => ({ role: 'user', content }));
  await server.call('POST', `/sessions/${sessionId}/messages`, { messages: said });
});
afterAll(() => server.stop());

/** The lists that were told whole before there were pages: address, what they hold, and how many rows. */
const WHOLE: readonly [string, string, number][] = [
  ['/users', 'users', MANY + 1],
  ['/agents', 'agents', MANY + 1],
  ['/sessions', 'sessions', MANY + 1],
  ['/sessions?user_id={user}', 'sessions', MANY + 1],
  ['/sessions?agent_id={agent}', 'sessions', MANY + 1],
  ['/sessions?user_id={user}&agent_id={agent}&colour=a%26b', 'sessions', MANY + 1],
  ['/users/{user}/knowledge', 'knowledge', MANY],
  ['/users/{user}/api-keys', 'api_keys', MANY],
];

const addressOf = (template: string): string =>
  template.replace('{user}', person.userId).replace('{agent}', person.agentId).replace('{session}', person.sessionId);

const withParameter = (path: string, parameter: string): string =>
  `${path}${path.includes('?') ? '&' : '?'}${parameter}`;

const linkOf = (answer: TestAnswer): string | null =>
  /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('Link') ?? '')?.[1] ?? null;

type Row = { readonly id: string };

/** Follows the links from an address to the end, and answers the rows of all pages. */
const follow = async (path: string, name: string): Promise<Row[]> => {
  const rows: Row[] = [];
  let answer = await server.call('GET', path);
  for (;;) {
    expect(answer.status).toBe(200);
    rows.push(...answer.body.data[name]);
    const link = linkOf(answer);
    if (link === null) return rows;
    answer = await server.call('GET', new URL(link, server.origin).href);
  }
};

/** Asks page by page with `cursor`, beginning with an empty one, until `next_cursor` is null. */
const turn = async (path: string, name: string): Promise<Row[]> => {
  const rows: Row[] = [];
  for (let cursor = ''; ; ) {
    const answer = await server.call('GET', withParameter(path, `cursor=${cursor}`));
    expect(answer.status).toBe(200);
    const { data } = answer.body;
    expect(Object.keys(data)).toEqual([name, 'next_cursor']);
    expect(linkOf(answer) === null).toBe(data.next_cursor === null);
    rows.push(...data[name]);
    if (data.next_cursor === null) return rows;
    cursor = data.next_cursor;
  }
};

describe.each(WHOLE)('%s', (template, name, count) => {
  test('without limit and cursor is told whole, in the envelope and the keys of every other answer', async () => {
    const response = await fetch(`${server.api}${addressOf(template)}`);
    const text = await response.text();
    const body = JSON.parse(text);
    expect([response.status, response.headers.get('Content-Type')]).toEqual([200, 'application/json']);
    expect(Object.keys(body)).toEqual(['status', 'code', 'data', 'message', 'errors']);
    expect(body).toMatchObject({ status: 'success', code: 200, errors: null });
    expect(Object.keys(body.data)).toEqual([name]);
    expect(body.data[name]).toHaveLength(count);
    // Nothing between the parts that another answer would not have.
    expect(text).toBe(JSON.stringify(body));
    expect(response.headers.get('Link')).toBeNull();
  });

  test('is the same list page by page, by cursor and by link, whatever the size of a page', async () => {
    const path = addressOf(template);
    const { data } = (await server.call('GET', path)).body;
    expect(await turn(path, name)).toEqual(data[name]);
    expect(await turn(withParameter(path, 'limit=100'), name)).toEqual(data[name]);
    expect(await follow(withParameter(path, 'limit=37'), name)).toEqual(data[name]);
  });

  test('with a limit has that many rows, a hundred at the most, and no key that an old client does not know', async () => {
    const path = addressOf(template);
    for (const [limit, length] of [
      ['1', 1],
      ['100', 100],
      ['100000', 100],
    ] as const) {
      const { body } = await server.call('GET', withParameter(path, `limit=${limit}`));
      expect(Object.keys(body.data)).toEqual([name]);
      expect(body.data[name]).toHaveLength(length);
    }
    const page = await server.call('GET', withParameter(path, 'cursor='));
    expect(page.body.data[name]).toHaveLength(20);
  });

  test('keeps what else was asked for in the link to the next page', async () => {
    const path = withParameter(addressOf(template), 'limit=7&shade=%23%3C%3E%22é');
    const link = new URL(linkOf(await server.call('GET', path)) ?? '', server.origin);
    const asked = new URL(server.api + path);
    expect(link.pathname).toBe(asked.pathname);
    for (const [key, value] of asked.searchParams) expect(link.searchParams.get(key)).toBe(value);
  });

  test.each([
    ['cursor=rubbish', 'cursor', 'Invalid cursor parameter', 'cursor must be the next_cursor of the page before'],
    ['limit=', 'limit', 'Invalid limit parameter', 'Limit must be an integer'],
    ['limit=0', 'limit', 'Invalid limit parameter', 'Limit must be greater than 0'],
    ['limit=x&cursor=', 'limit', 'Invalid limit parameter', 'Limit must be an integer'],
  ])('refuses ?%s with 400', async (query, field, message, text) => {
    expectRefusal(await server.call('GET', withParameter(addressOf(template), query)), 400, field, message, text);
  });
});

describe('the messages of a session', () => {
  const path = (query: string) => `/sessions/${person.sessionId}/messages?${query}`;
  const ORDERS = ['timestamp', 'id'].flatMap((by) => ['asc', 'desc'].map((order) => `sort_by=${by}&order=${order}`));

  test.each(ORDERS)('are read to their end with %s', async (order) => {
    const all = await turn(path(order), 'messages');
    expect(new Set(all.map(({ id }) => id)).size).toBe(MANY);
    expect(await follow(path(`${order}&limit=100`), 'messages')).toEqual(all);
    expect(await follow(path(order), 'messages')).toEqual(all);
  });

  test('asked for as before hold no key that an old client does not know, and a link while there are more', async () => {
    const answer = await server.call('GET', path('limit=100&sort_by=timestamp&order=desc'));
    expect(Object.keys(answer.body.data)).toEqual(['messages']);
    expect(linkOf(answer)).not.toBeNull();
  });

  test('keep the fields that were asked for in the link', async () => {
    const rows = await follow(path('fields=all&limit=100'), 'messages');
    expect(rows.filter((row) => !('metadata' in row))).toEqual([]);
  });

  test.each(ORDERS.slice(1))('refuse with %s a cursor of another order', async (order) => {
    const { next_cursor } = (await server.call('GET', path(`${ORDERS[0]}&cursor=`))).body.data;
    const answer = await server.call('GET', path(`${order}&cursor=${next_cursor}`));
    const text = 'cursor must be the next_cursor of the page before';
    expectRefusal(answer, 400, 'cursor', 'Invalid cursor parameter', text);
  });

  test('refuse a cursor of another session, and of another list', async () => {
    const { next_cursor } = (await server.call('GET', path('cursor='))).body.data;
    const { sessionId } = await startConversation(server, 'another');
    for (const other of [
      `/sessions/${sessionId}/messages`,
      `/sessions/${sessionId}/messages/status`,
      '/users',
      '/tasks',
    ]) {
      expect((await server.call('GET', `${other}?cursor=${next_cursor}`)).status).toBe(400);
    }
  });
});

test('the links of tasks and of the statuses of messages lead to their end too', async () => {
  const statuses = await follow(`/sessions/${person.sessionId}/messages/status?limit=60`, 'messages');
  expect(statuses).toHaveLength(MANY);
  const tasks = await follow('/tasks?limit=1', 'tasks');
  expect(new Set(tasks.map(({ id }) => id)).size).toBe(tasks.length);
});

test('a whole list is valid and complete for many clients at once while rows are added and deleted', async () => {
  const before = (await server.call('GET', '/agents')).body.data.agents.map(({ id }: Row) => id);
  let isOver = false;
  const change = async () => {
    for (let i = 0; !isOver; i += 1) {
      const made = await server.call('POST', '/agents', { name: `passing ${i}` });
      if (i % 2 === 0) await server.call('DELETE', `/agents/${made.body.data.agent.id}`);
    }
  };
  const changing = change();
  const readers = Array.from({ length: 4 }, async () => {
    for (let i = 0; i < 5; i += 1) {
      const { status, body } = await server.call('GET', '/agents');
      expect(status).toBe(200);
      const ids = body.data.agents.map(({ id }: Row) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.slice(0, before.length)).toEqual(before);
    }
  });
  await Promise.all(readers);
  isOver = true;
  await changing;
});
