import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { expectInvalid } from '../support/envelope.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';
import { contentsOf, found, say } from '../support/talk.ts';

const HIGH = 'cut \ud83d';
const LOW = '\udc00 cut';
const SECRET = 'x'.repeat(40);

let server: TestServer;
let ids: Awaited<ReturnType<typeof startConversation>> & { messageId: string; knowledgeId: string };
beforeAll(async () => {
  server = await startServer();
  const conversation = await startConversation(server);
  const [messageId = ''] = await say(server, conversation.sessionId, 'We flew a red kite.');
  const known = await server.call('POST', `/users/${conversation.userId}/knowledge`, { knowledge: ['Flies kites.'] });
  ids = { ...conversation, messageId, knowledgeId: known.body.data.knowledge_ids[0] };
});
afterAll(() => server.stop());

type Case = readonly [where: string, method: string, path: () => string, body: (text: string) => object];
const messages = () => `/sessions/${ids.sessionId}/messages`;
const user = () => `/users/${ids.userId}`;
const spoken = (more: object) => ({ messages: [{ role: 'user', content: 'Hello.', ...more }] });

const CASES: readonly Case[] = [
  ['name', 'POST', () => '/users', (name) => ({ name })],
  ['description', 'POST', () => '/users', (description) => ({ name: 'bob', description })],
  ['name', 'PUT', user, (name) => ({ name })],
  ['description', 'PUT', user, (description) => ({ description })],
  ['name', 'POST', () => '/agents', (name) => ({ name })],
  ['description', 'PUT', () => `/agents/${ids.agentId}`, (description) => ({ description })],
  ['name', 'POST', () => '/sessions', (name) => ({ user_id: ids.userId, agent_id: ids.agentId, name })],
  ['name', 'PUT', () => `/sessions/${ids.sessionId}`, (name) => ({ name })],
  ['messages.0.content', 'POST', messages, (content) => spoken({ content })],
  ['messages.0.name', 'POST', messages, (name) => spoken({ name })],
  ['messages.0.metadata.a.0.b', 'POST', messages, (text) => spoken({ metadata: { a: [{ b: text }] } })],
  ['messages.0.metadata.a', 'POST', messages, (text) => spoken({ metadata: { a: { [text]: 1 } } })],
  [
    'new_messages.0.content',
    'PUT',
    messages,
    (content) => ({ message_ids: [ids.messageId], new_messages: [{ role: 'user', content }] }),
  ],
  ['knowledge.0', 'POST', () => `${user()}/knowledge`, (text) => ({ knowledge: [text] })],
  [
    'new_knowledge.0',
    'PUT',
    () => `${user()}/knowledge`,
    (text) => ({ knowledge_ids: [ids.knowledgeId], new_knowledge: [text] }),
  ],
  ['name', 'POST', () => `${user()}/api-keys`, (name) => ({ name })],
  ['key', 'POST', () => `${user()}/api-keys`, (text) => ({ key: SECRET + text })],
];

describe('half of a surrogate pair, which no store keeps as it is', () => {
  test.each(CASES)('is refused in %s of %s', async (where, method, path, body) => {
    for (const text of [HIGH, LOW]) {
      const [detail, ...others] = expectInvalid(await server.call(method, path(), body(text)));
      expect(detail.loc.slice(1).join('.')).toBe(where);
      expect(detail.type).toBe('value_error');
      expect(detail.msg).toContain('surrogate');
      expect(others).toEqual([]);
    }
  });

  test('is no error in a question', async () => {
    expect(await found(server, ids.userId, 'kite \ud83d')).toContain('We flew a red kite.');
    const block = await server.call('POST', `${user()}/context`, { query: 'kite \ud83d' });
    expect(block.status).toBe(200);
  });

  test('is no reason to refuse whole emoji, in any of them', async () => {
    for (const [i, [where, method, path, body]] of CASES.entries()) {
      const { status } = await server.call(method, path(), body(`🪁 ${i}`));
      expect([where, status]).toEqual([where, method === 'POST' ? 201 : 200]);
    }
    const whole = CASES.findIndex(([where]) => where === 'messages.0.content');
    expect(await contentsOf(server, ids.sessionId)).toContain(`🪁 ${whole}`);
  });
});
