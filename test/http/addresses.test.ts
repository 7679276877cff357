import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { openConnection } from '../support/raw-connection.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';
import { say } from '../support/talk.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

interface World {
  readonly userId: string;
  readonly agentId: string;
  readonly sessionId: string;
  readonly messageId: string;
  readonly knowledgeId: string;
  readonly keyId: string;
}

let worlds = 0;
/** One of everything, fresh for each call, so that deleting it hurts nobody. */
const newWorld = async (): Promise<World> => {
  worlds += 1;
  const conversation = await startConversation(server, `world ${worlds}`);
  const { userId, sessionId } = conversation;
  const [messageId = ''] = await say(server, sessionId, 'Hello.');
  const known = await server.call('POST', `/users/${userId}/knowledge`, { knowledge: ['Fact.'] });
  const key = await server.call('POST', `/users/${userId}/api-keys`);
  return {
    ...conversation,
    messageId,
    knowledgeId: known.body.data.knowledge_ids[0],
    keyId: key.body.data.api_key.id,
  };
};

/** An address of the contract: its methods with a body that each accepts, and the status that it answers. */
interface Address {
  readonly path: (world: World) => string;
  readonly methods: Record<string, { readonly status: number | readonly number[]; body?(world: World): unknown }>;
}

const identities = (entity: 'user' | 'agent'): Address => ({
  path: () => `/${entity}s`,
  methods: {
    GET: { status: 200 },
    POST: { status: 201, body: () => ({ name: `made ${crypto.randomUUID()}` }) },
  },
});

const ADDRESSES: Record<string, Address> = {
  '/health': { path: () => '/health', methods: { GET: { status: 200 } } },
  '/users': identities('user'),
  '/users/{id}': {
    path: ({ userId }) => `/users/${userId}`,
    methods: { GET: { status: 200 }, PUT: { status: 200, body: () => ({}) }, DELETE: { status: 204 } },
  },
  '/agents': identities('agent'),
  '/agents/{id}': {
    path: ({ agentId }) => `/agents/${agentId}`,
    methods: { GET: { status: 200 }, PUT: { status: 200, body: () => ({}) }, DELETE: { status: 200 } },
  },
  '/sessions': {
    path: () => '/sessions',
    methods: {
      GET: { status: 200 },
      POST: { status: 201, body: ({ userId, agentId }) => ({ user_id: userId, agent_id: agentId }) },
    },
  },
  '/sessions/{id}': {
    path: ({ sessionId }) => `/sessions/${sessionId}`,
    methods: { GET: { status: 200 }, PUT: { status: 200, body: () => ({}) }, DELETE: { status: 200 } },
  },
  '/sessions/{id}/messages': {
    path: ({ sessionId }) => `/sessions/${sessionId}/messages`,
    methods: {
      GET: { status: 200 },
      POST: { status: 201, body: () => ({ messages: [{ role: 'user', content: 'Hi.' }] }) },
      PUT: {
        status: 200,
        body: ({ messageId }) => ({ message_ids: [messageId], new_messages: [{ role: 'user', content: 'Hi.' }] }),
      },
      DELETE: { status: 200, body: ({ messageId }) => ({ message_ids: [messageId] }) },
    },
  },
  '/sessions/{id}/messages/read': {
    path: ({ sessionId }) => `/sessions/${sessionId}/messages/read`,
    methods: { POST: { status: 200, body: ({ messageId }) => ({ message_ids: [messageId] }) } },
  },
  '/users/{id}/knowledge': {
    path: ({ userId }) => `/users/${userId}/knowledge`,
    methods: {
      GET: { status: 200 },
      POST: { status: 201, body: () => ({ knowledge: ['x'] }) },
      PUT: { status: 200, body: ({ knowledgeId }) => ({ knowledge_ids: [knowledgeId], new_knowledge: ['x'] }) },
      DELETE: { status: 200, body: ({ knowledgeId }) => ({ knowledge_ids: [knowledgeId] }) },
    },
  },
  '/users/{id}/knowledge/read': {
    path: ({ userId }) => `/users/${userId}/knowledge/read`,
    methods: { POST: { status: 200, body: ({ knowledgeId }) => ({ knowledge_ids: [knowledgeId] }) } },
  },
  '/users/{id}/query': {
    path: ({ userId }) => `/users/${userId}/query`,
    methods: { POST: { status: 200, body: () => ({ query: 'hello' }) } },
  },
  '/sessions/{id}/chunks': {
    path: ({ sessionId }) => `/sessions/${sessionId}/chunks`,
    methods: { GET: { status: 200 } },
  },
  '/chunks/stats': { path: () => '/chunks/stats', methods: { GET: { status: 400 } } },
  '/users/{id}/api-keys': {
    path: ({ userId }) => `/users/${userId}/api-keys`,
    methods: { GET: { status: 200 }, POST: { status: [200, 201], body: () => ({}) } },
  },
  '/users/{id}/api-keys/{key_id}': {
    path: ({ userId, keyId }) => `/users/${userId}/api-keys/${keyId}`,
    methods: { DELETE: { status: 200 } },
  },
};

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];

const request = (method: string, path: string, body?: unknown) =>
  fetch(path.startsWith('http') ? path : server.api + path, {
    method,
    redirect: 'manual',
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  });

for (const [name, { path, methods }] of Object.entries(ADDRESSES)) {
  describe(name, () => {
    for (const [method, { status, body }] of Object.entries(methods)) {
      test.each(['', '/'])(`${method} is answered, and not redirected, with "%s" at the end`, async (slash) => {
        const world = await newWorld();
        const response = await request(method, path(world) + slash, body?.(world));
        expect([status].flat()).toContain(response.status);
      });
    }

    for (const method of METHODS.filter((method) => !(method in methods))) {
      test.each(['', '/'])(
        `${method} is refused with 405 and the methods there are, with "%s" at the end`,
        async (slash) => {
          const response = await request(method, path(await newWorld()) + slash);
          expect(response.status).toBe(405);
          expect(response.headers.get('Content-Type')).toStartWith('application/json');
          const allowed = (response.headers.get('Allow') ?? '').split(/,\s*/);
          expect(allowed.toSorted()).toEqual(Object.keys(methods).toSorted());
          const text = await response.text();
          if (method === 'HEAD') expect(text).toBe('');
          else expect(JSON.parse(text)).toMatchObject({ detail: 'Method Not Allowed' });
        },
      );
    }
  });
}

describe('HEAD', () => {
  test('is refused with 405 also for what does not exist', async () => {
    expect((await request('HEAD', '/users/nobody')).status).toBe(405);
    expect((await request('HEAD', '/sessions/nothing/messages?limit=0')).status).toBe(405);
  });

  test('of an address that there is not is 404', async () => {
    expect((await request('HEAD', '/nowhere')).status).toBe(404);
  });
});

describe('an address that there is not', () => {
  test.each([
    '/',
    '//',
    '/health',
    '/users',
    '/api',
    '/api/',
    '/api/v1',
    '/api/v1/',
    '/api/v2/users',
    '/API/v1/users',
    '/api/v1/Users',
    '/api/v1/nowhere',
    '/api/v1/users//',
    '/api/v1//users',
    '//api/v1/users',
    '/api/v1/users/x/nowhere',
    '/api/v1/users//query',
    '/api/v1/users/x/query/x',
    '/api/v1/sessions//messages',
    '/api/v1/sessions/x/messages/y',
    '/api/v1/users/name/bob',
    '/api/v1/memory/init',
    '/favicon.ico',
    '/docs/../package.json',
    '/docs/%2e%2e%2fpackage.json',
    '/docs/nowhere',
    '/.env',
  ])('%s is 404 for every method', async (path) => {
    const connection = await openConnection(server.origin);
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH']) {
      connection.send(`${method} ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n`);
      const answer = await connection.answer();
      expect([method, answer.status]).toEqual([method, 404]);
      expect(answer.headers.get('content-type')).toStartWith('application/json');
      expect(JSON.parse(answer.text)).toMatchObject({ detail: 'Not Found' });
    }
    connection.hangUp();
  });

  test('is 404 also when the body is no JSON', async () => {
    const answer = await server.call('POST', '/nowhere', '{');
    expect(answer.status).toBe(404);
    expect(answer.body.detail).toBe('Not Found');
  });
});

describe('the addresses of documentation', () => {
  test.each(['/openapi.json', '/docs', '/redoc'])('%s refuses other methods with 405', async (path) => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const response = await request(method, server.origin + path);
      expect(response.status).toBe(405);
      expect(response.headers.get('Allow')).toContain('GET');
      expect(await response.json()).toMatchObject({ detail: 'Method Not Allowed' });
    }
  });
});

describe('an id in an address', () => {
  test.each(['a%2Fb', 'a%20b', 'a+b', '%2B', '%2525', '%E7%8A%AC', '%22%27', '%3Fx=1', '%23'])(
    '%s is decoded once and is 404',
    async (id) => {
      const answer = await server.call('GET', `/users/${id}`);
      expect(answer.status).toBe(404);
      expect(answer.body.message).toBe(`User with ID '${decodeURIComponent(id)}' not found`);
    },
  );

  test('that is encoded without need is the same id', async () => {
    const { userId } = await newWorld();
    const encoded = [...userId].map((char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
    const answer = await server.call('GET', `/users/${encoded}`);
    expect(answer.status).toBe(200);
    expect(answer.body.data.user.id).toBe(userId);
  });

  test('is told apart by case', async () => {
    const { userId } = await newWorld();
    expect((await server.call('GET', `/users/${userId.toUpperCase()}`)).status).toBe(404);
  });
});
