import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { expectInvalid } from '../support/envelope.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';
import { found, say } from '../support/talk.ts';

let server: TestServer;
let person: Awaited<ReturnType<typeof startConversation>>;
beforeAll(async () => {
  server = await startServer();
  person = await startConversation(server);
});
afterAll(() => server.stop());

const MAX_NAME = 255;
const MAX_DESCRIPTION = 10_000;

const FRESH_LENGTH = 6;
let names = 100_000;
/** A beginning that no name had before. */
const fresh = (): string => {
  names += 1;
  return String(names);
};

/** Every field that is a name or a description: what sends it, and where in the body it stands. */
const FIELDS: readonly [
  string,
  number,
  (text: string) => Promise<[string, string, object]>,
  readonly (string | number)[],
][] = [
  ['the name of a user', MAX_NAME, async (name) => ['POST', '/users', { name }], ['name']],
  ['the new name of a user', MAX_NAME, async (name) => ['PUT', `/users/${person.userId}`, { name }], ['name']],
  ['the name of an agent', MAX_NAME, async (name) => ['POST', '/agents', { name }], ['name']],
  ['the new name of an agent', MAX_NAME, async (name) => ['PUT', `/agents/${person.agentId}`, { name }], ['name']],
  [
    'the name of a session',
    MAX_NAME,
    async (name) => ['POST', '/sessions', { user_id: person.userId, agent_id: person.agentId, name }],
    ['name'],
  ],
  ['the new name of a session', MAX_NAME, async (name) => ['PUT', `/sessions/${person.sessionId}`, { name }], ['name']],
  [
    'the name of a message',
    MAX_NAME,
    async (name) => [
      'POST',
      `/sessions/${person.sessionId}/messages`,
      { messages: [{ role: 'user', content: 'x', name }] },
    ],
    ['messages', 0, 'name'],
  ],
  [
    'the new name of a message',
    MAX_NAME,
    async (name) => {
      const [id] = await say(server, person.sessionId, 'named');
      const new_messages = [{ role: 'user', content: 'x', name }];
      return ['PUT', `/sessions/${person.sessionId}/messages`, { message_ids: [id], new_messages }];
    },
    ['new_messages', 0, 'name'],
  ],
  [
    'the name of an API key',
    MAX_NAME,
    async (name) => ['POST', `/users/${person.userId}/api-keys`, { name }],
    ['name'],
  ],
  [
    'the description of a user',
    MAX_DESCRIPTION,
    async (description) => ['POST', '/users', { name: `described ${Bun.randomUUIDv7()}`, description }],
    ['description'],
  ],
  [
    'the new description of an agent',
    MAX_DESCRIPTION,
    async (description) => ['PUT', `/agents/${person.agentId}`, { description }],
    ['description'],
  ],
];

describe.each(FIELDS)('%s', (_, max, request, path) => {
  test.each(['a', 'é', '犬', '🐕'])(`may have ${max} characters such as %s, and no more`, async (character) => {
    const exact = await server.call(...(await request(fresh() + character.repeat(max - FRESH_LENGTH))));
    expect(exact.status).toBeLessThan(300);
    const [detail] = expectInvalid(await server.call(...(await request(character.repeat(max + 1)))));
    expect(detail).toMatchObject({
      type: 'string_too_long',
      loc: ['body', ...path],
      msg: `String should have at most ${max} characters`,
      ctx: { max_length: max },
    });
  });

  test('of 900 KB is refused, and not sent back', async () => {
    const answer = await server.call(...(await request('x'.repeat(900_000))));
    expectInvalid(answer);
    expect(JSON.stringify(answer.body).length).toBeLessThan(2_000);
  });
});

test('the description of the API says how long a name may be', async () => {
  const document = await (await fetch(`${server.origin}/openapi.json`)).json();
  const { properties } = document.paths['/api/v1/users'].post.requestBody.content['application/json'].schema;
  expect(properties.name).toMatchObject({ minLength: 1, maxLength: MAX_NAME });
});

test('a made-up name of a session is no longer than a name may be, however long those of its user and agent are', async () => {
  const user = await server.call('POST', '/users', { name: fresh() + '🐕'.repeat(MAX_NAME - FRESH_LENGTH) });
  const agent = await server.call('POST', '/agents', { name: fresh() + '🐈'.repeat(MAX_NAME - FRESH_LENGTH) });
  const body = { user_id: user.body.data.user.id, agent_id: agent.body.data.agent.id };
  const { name } = (await server.call('POST', '/sessions', body)).body.data.session;
  expect([...name].length).toBeWithin(200, MAX_NAME + 1);
  expect(name.isWellFormed()).toBe(true);
});

test('a name from before there was a limit goes on working, and costs no more than its beginning in search', async () => {
  const name = `Methuselah ${'x'.repeat(900_000)}`;
  const { store } = server.services;
  const tenantKey = (await store.tenants.find('default')) ?? 0;
  const scope = { tenantKey, userKey: null };
  const id = Bun.randomUUIDv7();
  await store.users.create(scope, { id, name, description: null, at: 1_000 });
  const { body } = await server.call('POST', '/sessions', { user_id: id, agent_id: person.agentId });
  const sessionId = body.data.session.id;
  expect([...body.data.session.name].length).toBeLessThanOrEqual(MAX_NAME);
  await say(server, sessionId, ...Array.from({ length: 30 }, (_, i) => `The ${i}th goat grazes.`));
  expect(await found(server, id, 'Which goat grazes?')).not.toBeEmpty();
  expect((await server.call('GET', `/users/${id}`)).body.data.user.name).toBe(name);
  const userKey = (await store.users.get(scope, id))?.key ?? 0;
  expect(await store.corpus.accountNames(tenantKey, userKey)).toMatchObject({ user: name.slice(0, 200) });
});
