import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { expectRefusal, expectSuccess } from '../support/envelope.ts';
import { describeIdentities } from '../support/identity-suite.ts';
import { manualClock } from '../support/manual-clock.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';
import { tablesHolding } from '../support/stored-text.ts';
import { contentsOf, found, say } from '../support/talk.ts';

const clock = manualClock();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ clock });
});
afterAll(() => server.stop());

describeIdentities('agent', () => ({ server, clock }));

test('an agent may have the name of a user', async () => {
  expect((await server.call('POST', '/users', { name: 'both' })).status).toBe(201);
  expect((await server.call('POST', '/agents', { name: 'both' })).status).toBe(201);
});

describe('deleting an agent', () => {
  test('answers 200 with its id, and 404 the second time', async () => {
    const created = await server.call('POST', '/agents', { name: 'leaver' });
    const { id } = created.body.data.agent;
    const data = expectSuccess(await server.call('DELETE', `/agents/${id}`), 200, 'Agent deleted successfully');
    expect(data).toEqual({ agent_id: id });
    const message = `Agent with ID '${id}' not found`;
    expectRefusal(await server.call('DELETE', `/agents/${id}`), 404, 'agent_id', message);
    expectRefusal(await server.call('GET', `/agents/${id}`), 404, 'agent_id', message);
  });

  test('takes along its sessions and their messages, and leaves the user with all the rest', async () => {
    const { userId, agentId, sessionId } = await startConversation(server, 'cascade');
    const other = await server.call('POST', '/agents', { name: 'the other agent' });
    const kept = await server.call('POST', '/sessions', { user_id: userId, agent_id: other.body.data.agent.id });
    const keptId = kept.body.data.session.id;
    await say(server, sessionId, 'The marmalade is in the cellar.');
    await say(server, keptId, 'The honey is in the cellar.');
    await server.call('POST', `/users/${userId}/knowledge`, { knowledge: ['Has a cellar.'] });
    expect(await found(server, userId, 'cellar')).toHaveLength(3);

    expect(await tablesHolding(server, 'marmalade')).not.toBeEmpty();
    expect((await server.call('DELETE', `/agents/${agentId}`)).status).toBe(200);

    const message = `Session with ID '${sessionId}' not found`;
    expectRefusal(await server.call('GET', `/sessions/${sessionId}`), 404, 'session_id', message);
    expectRefusal(await server.call('GET', `/sessions/${sessionId}/messages`), 404, 'session_id', message);
    const sessions = await server.call('GET', `/sessions?user_id=${userId}`);
    expect(sessions.body.data.sessions).toEqual([kept.body.data.session]);
    expect(await contentsOf(server, keptId)).toEqual(['The honey is in the cellar.']);
    expect((await found(server, userId, 'cellar')).toSorted()).toEqual([
      'Has a cellar.',
      'The honey is in the cellar.',
    ]);
    expect(await tablesHolding(server, 'marmalade')).toEqual([]);
  });
});
