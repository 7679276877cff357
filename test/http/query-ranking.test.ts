import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { manualClock } from '../support/manual-clock.ts';
import { startConversation, startServer, type TestAnswer, type TestServer } from '../support/server.ts';
import { found, say } from '../support/talk.ts';

const clock = manualClock();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ clock });
});
afterAll(() => server.stop());

let conversations = 0;
const converse = () => {
  conversations += 1;
  return startConversation(server, `person ${conversations}`);
};
const newSession = async (user_id: string, agent_id: string): Promise<string> =>
  (await server.call('POST', '/sessions', { user_id, agent_id })).body.data.session.id;
const newAgent = async (): Promise<string> => {
  conversations += 1;
  return (await server.call('POST', '/agents', { name: `agent ${conversations}` })).body.data.agent.id;
};
const results = async (userId: string, query: string, more: object = {}): Promise<TestAnswer['body'][]> =>
  (await server.call('POST', `/users/${userId}/query`, { query, top_k: 100, ...more })).body.data.results;

describe('the score', () => {
  test('of a result does not depend on what else is found', async () => {
    const { userId, agentId, sessionId } = await converse();
    const other = await newAgent();
    await say(server, sessionId, 'The glacier glacier guide climbs the glacier.');
    const [weak = ''] = await say(server, await newSession(userId, other), 'Somebody saw a glacier on the news once.');
    const scoreOf = async (more: object) =>
      (await results(userId, 'glacier guide', more)).find(({ id }) => id === weak)?.score;
    const score = await scoreOf({});
    expect(score).toBeNumber();
    expect(await scoreOf({ agent_id: other })).toBe(score);
    expect(await scoreOf({ session_id: sessionId })).toBe(score);
    expect(await scoreOf({ include_knowledge: false })).toBe(score);
    expect((await results(userId, 'glacier guide', { top_k: 1 }))[0].metadata.agent_id).toBe(agentId);
  });

  test('of the best result is higher for a question that it answers better', async () => {
    const { userId, sessionId } = await converse();
    await say(server, sessionId, 'The glacier guide Ingrid lives in Skaftafell.', 'Unrelated.', 'Nothing to see.');
    const best = async (query: string) => (await results(userId, query))[0].score;
    const close = await best('Where does the glacier guide Ingrid live, in Skaftafell?');
    expect(close).toBeGreaterThan((await best('Which dentist does the guide go to?')) + 0.1);
    expect(close).toBeLessThanOrEqual(1);
  });

  test('when equal puts the newer first, and of one age the lower id', async () => {
    const { userId, agentId } = await converse();
    const tie = async (name: string): Promise<string> => {
      const messages = [{ role: 'user', content: 'A tie between glaciers.', name }];
      const sessionId = await newSession(userId, agentId);
      return (await server.call('POST', `/sessions/${sessionId}/messages`, { messages })).body.data.message_ids[0];
    };
    const old = [await tie('Ann'), await tie('Bob'), await tie('Cyd')];
    clock.advance(1_000);
    const fresh = [await tie('Dan'), await tie('Eve')];
    const order = (await results(userId, 'glaciers tie', { store_type: 'keyword' })).map(({ id }) => id);
    expect(order).toEqual([...fresh.toSorted(), ...old.toSorted()]);
  });

  test('and the order are the same for the same question', async () => {
    const { userId, sessionId } = await converse();
    await say(server, sessionId, ...Array.from({ length: 20 }, (_, i) => `Glacier ${i % 4} ${'ice '.repeat(i % 3)}`));
    expect(await results(userId, 'glacier 3 ice')).toEqual(await results(userId, 'glacier 3 ice'));
  });
});

describe('the speaker', () => {
  const tell = (sessionId: string, message: object) =>
    server.call('POST', `/sessions/${sessionId}/messages`, { messages: [message] });
  /** The best result: what stands beside it in the conversation is found as well, further down. */
  const first = async (userId: string, query: string): Promise<string | undefined> =>
    (await found(server, userId, query))[0];

  test('is found by the name of the message, and the content stays as it was sent', async () => {
    const { userId, sessionId } = await converse();
    await tell(sessionId, { role: 'user', content: 'I moved to Oslo.', name: 'Melanie' });
    await tell(sessionId, { role: 'user', content: 'I stayed at home.', name: 'Caroline' });
    expect(await first(userId, 'Melanie')).toBe('I moved to Oslo.');
    expect(await first(userId, 'Caroline')).toBe('I stayed at home.');
  });

  test('is found by a name that leads the content', async () => {
    const { userId, sessionId } = await converse();
    await tell(sessionId, { role: 'user', content: 'Gwendolyn: I moved to Oslo.' });
    expect(await found(server, userId, 'Gwendolyn')).toEqual(['Gwendolyn: I moved to Oslo.']);
  });

  test('is named by the message before the content', async () => {
    const { userId, sessionId } = await converse();
    await tell(sessionId, { role: 'user', content: 'Note: the meeting is on Friday.', name: 'Melanie' });
    expect(await found(server, userId, 'Melanie')).toEqual(['Note: the meeting is on Friday.']);
  });

  test('is not the user when the content names another', async () => {
    const user = await server.call('POST', '/users', { name: 'Thaddeus' });
    const userId = user.body.data.user.id;
    const sessionId = await newSession(userId, await newAgent());
    await tell(sessionId, { role: 'user', content: 'Gwendolyn: I moved to Oslo.' });
    expect(await found(server, userId, 'Thaddeus')).toEqual([]);
    expect(await found(server, userId, 'Oslo')).toEqual(['Gwendolyn: I moved to Oslo.']);
  });

  test('is the user for role user, the agent for assistant, and nobody for system', async () => {
    const user = await server.call('POST', '/users', { name: 'Bartholomew' });
    const agent = await server.call('POST', '/agents', { name: 'Hieronymus' });
    const userId = user.body.data.user.id;
    const sessionId = await newSession(userId, agent.body.data.agent.id);
    await tell(sessionId, { role: 'user', content: 'How are you?' });
    await tell(sessionId, { role: 'assistant', content: 'Very well.' });
    await tell(sessionId, { role: 'system', content: 'Be brief.' });
    expect(await first(userId, 'Bartholomew')).toBe('How are you?');
    expect(await first(userId, 'Hieronymus')).toBe('Very well.');
  });

  test('follows a rename of the user and of the agent', async () => {
    const { userId, agentId, sessionId } = await converse();
    await tell(sessionId, { role: 'user', content: 'How are you?' });
    await tell(sessionId, { role: 'assistant', content: 'Very well.' });
    await server.call('PUT', `/users/${userId}`, { name: 'Ottokar' });
    await server.call('PUT', `/agents/${agentId}`, { name: 'Kunigunde' });
    expect(await first(userId, 'Ottokar')).toBe('How are you?');
    expect(await first(userId, 'Kunigunde')).toBe('Very well.');
    await server.call('PUT', `/users/${userId}`, { name: 'Wenzel' });
    expect(await found(server, userId, 'Ottokar')).not.toContain('How are you?');
    expect(await first(userId, 'Wenzel')).toBe('How are you?');
  });
});
