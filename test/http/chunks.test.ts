import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { expectRefusal, expectSuccess } from '../support/envelope.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';
import { say } from '../support/talk.ts';

let server: TestServer;
let userId: string;
let sessionId: string;
beforeAll(async () => {
  server = await startServer();
  ({ userId, sessionId } = await startConversation(server));
  await say(server, sessionId, 'The first message.', 'The second message.');
});
afterAll(() => server.stop());

describe('the chunks of a session', () => {
  test.each([
    ['', 'all'],
    ['?store_type=vector', 'vector'],
    ['?store_type=keyword', 'keyword'],
    ['?store_type=graph', 'graph'],
    ['?store_type=hybrid', 'hybrid'],
    ['?limit=5&sort_by=created_at&order=asc', 'all'],
    ['?limit=1000&sort_by=chunk_id&order=desc', 'all'],
    ['?sort_by=strategy&colour=red', 'all'],
  ])('are listed with %s', async (query, storeType) => {
    const answer = await server.call('GET', `/sessions/${sessionId}/chunks${query}`);
    const count = answer.body.data.chunks.length;
    const data = expectSuccess(answer, 200, `Retrieved ${count} chunks for session ${sessionId}`);
    expect(Object.keys(data).sort()).toEqual(['chunks', 'session_id', 'store_type', 'total_count']);
    expect(data).toMatchObject({ session_id: sessionId, store_type: storeType, total_count: expect.any(Number) });
    for (const chunk of data.chunks) expect(Object.keys(chunk).sort()).toEqual(['chunk_id', 'content', 'metadata']);
  });

  test('are 404 for an unknown session', async () => {
    const answer = await server.call('GET', '/sessions/no-session/chunks');
    expectRefusal(answer, 404, 'session_id', "Session with ID 'no-session' not found");
  });
});

describe('the chunks of a round', () => {
  test('are 404 for an unknown round', async () => {
    for (const id of ['no-round', '019a2b3c-4d5e-7f60-8a9b-0c1d2e3f4a5b', '%00', sessionId]) {
      const answer = await server.call('GET', `/rounds/${id}/chunks`);
      expectRefusal(answer, 404, 'round_id', 'Round not found', 'Round does not exist');
    }
  });
});

const WRONG_PARAMETERS: readonly [string, string, string, string][] = [
  ['limit=abc', 'limit', 'Invalid limit parameter', 'Limit must be an integer'],
  ['limit=', 'limit', 'Invalid limit parameter', 'Limit must be an integer'],
  ['limit=0', 'limit', 'Invalid limit parameter', 'Limit must be greater than 0'],
  ['limit=-3', 'limit', 'Invalid limit parameter', 'Limit must be greater than 0'],
  [
    'sort_by=timestamp',
    'sort_by',
    'Invalid sort_by parameter',
    'sort_by must be one of: created_at, chunk_id, strategy',
  ],
  ['order=DESC', 'order', 'Invalid order parameter', 'order must be one of: asc, desc'],
  [
    'store_type=rubbish',
    'store_type',
    'Invalid store_type parameter',
    'store_type must be one of: vector, keyword, graph, hybrid',
  ],
  [
    'store_type=Vector',
    'store_type',
    'Invalid store_type parameter',
    'store_type must be one of: vector, keyword, graph, hybrid',
  ],
];

test.each(WRONG_PARAMETERS)(
  '?%s is refused with 400 before anything is looked for',
  async (query, field, message, text) => {
    for (const path of [`/sessions/${sessionId}/chunks`, '/sessions/no-session/chunks', '/rounds/no-round/chunks']) {
      expectRefusal(await server.call('GET', `${path}?${query}`), 400, field, message, text);
    }
  },
);

describe('the statistics of chunks', () => {
  test('are counted for a user, with the filters that were asked for', async () => {
    const cases: [string, object][] = [
      ['', { session_id: null, store_type: null }],
      [`&session_id=${sessionId}`, { session_id: sessionId, store_type: null }],
      [`&session_id=${sessionId}&store_type=vector`, { session_id: sessionId, store_type: 'vector' }],
    ];
    for (const [query, filters] of cases) {
      const answer = await server.call('GET', `/chunks/stats?user_id=${userId}${query}`);
      const data = expectSuccess(answer, 200, answer.body.message);
      expect(Object.keys(data).sort()).toEqual(['by_store', 'filters', 'total_chunks']);
      expect(data).toMatchObject({ total_chunks: expect.any(Number), by_store: expect.any(Object) });
      expect(data.filters).toEqual({ user_id: userId, ...filters });
    }
  });

  test('need a user', async () => {
    for (const query of ['', `?session_id=${sessionId}`]) {
      const answer = await server.call('GET', `/chunks/stats${query}`);
      const message = 'user_id is required for chunks stats';
      expectRefusal(answer, 400, 'user_id', message, 'user_id parameter is required');
    }
  });

  test('are 404 for an unknown user or session, and for the session of another user', async () => {
    const other = await startConversation(server, 'somebody else');
    const stats = (query: string) => server.call('GET', `/chunks/stats?${query}`);
    expectRefusal(await stats('user_id=no-user'), 404, 'user_id', "User with ID 'no-user' not found");
    expect((await stats(`user_id=${userId}&session_id=no-session`)).status).toBe(404);
    expect((await stats(`user_id=${userId}&session_id=${other.sessionId}`)).status).toBe(404);
  });

  test('refuse a store type that there is not', async () => {
    const answer = await server.call('GET', `/chunks/stats?user_id=${userId}&store_type=rubbish`);
    const text = 'store_type must be one of: vector, keyword, graph, hybrid';
    expectRefusal(answer, 400, 'store_type', 'Invalid store_type parameter', text);
  });
});
