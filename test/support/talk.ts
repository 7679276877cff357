import type { TestServer } from './server.ts';

/** Posts each text as a message of the user, all in one request, and returns their ids. */
export const say = async (server: TestServer, sessionId: string, ...contents: string[]): Promise<string[]> => {
  const messages = contents.map((content) => ({ role: 'user', content }));
  const answer = await server.call('POST', `/sessions/${sessionId}/messages`, { messages });
  return answer.body.data.message_ids;
};

/** The contents a session lists, oldest first. */
export const contentsOf = async (server: TestServer, sessionId: string): Promise<string[]> => {
  const answer = await server.call('GET', `/sessions/${sessionId}/messages?order=asc&limit=100`);
  return answer.body.data.messages.map(({ content }: { content: string }) => content);
};

/** The contents that a question to a user's memory brings up, best first. */
export const found = async (
  server: TestServer,
  userId: string,
  query: string,
  more: object = {},
): Promise<string[]> => {
  const answer = await server.call('POST', `/users/${userId}/query`, { query, top_k: 100, ...more });
  return answer.body.data.results.map(({ content }: { content: string }) => content);
};
