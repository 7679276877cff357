import { expectRefusal, expectSuccess } from './envelope.ts';
import { startConversation, type TestAnswer, type TestServer } from './server.ts';

/** The verbs on messages, each asserting its success, over the server that `get` returns. */
export const messageCalls = (get: () => TestServer) => {
  const path = (sessionId: string) => `/sessions/${sessionId}/messages`;
  let conversations = 0;
  const converse = () => {
    conversations += 1;
    return startConversation(get(), `person ${conversations}`);
  };

  return {
    converse,
    newSession: async (): Promise<string> => (await converse()).sessionId,
    add: async (sessionId: string, messages: readonly object[]): Promise<string[]> => {
      const answer = await get().call('POST', path(sessionId), { messages });
      return expectSuccess(answer, 201, 'Messages added successfully').message_ids;
    },
    list: async (sessionId: string, query = ''): Promise<TestAnswer['body'][]> => {
      const answer = await get().call('GET', path(sessionId) + query);
      return expectSuccess(answer, 200, 'Messages retrieved successfully').messages;
    },
    read: async (sessionId: string, ids: readonly string[], query = ''): Promise<TestAnswer['body'][]> => {
      const answer = await get().call('POST', `${path(sessionId)}/read${query}`, { message_ids: ids });
      return expectSuccess(answer, 200, 'Messages read successfully').messages;
    },
    /** Replaces contents, asserting nothing. */
    update: (sessionId: string, ids: readonly string[], contents: readonly string[]): Promise<TestAnswer> => {
      const new_messages = contents.map((content) => ({ role: 'user', content }));
      return get().call('PUT', path(sessionId), { message_ids: ids, new_messages });
    },
    /** Deletes, asserting nothing. */
    remove: (sessionId: string, ids: readonly string[]): Promise<TestAnswer> =>
      get().call('DELETE', path(sessionId), { message_ids: ids }),
  };
};

/** Asserts the refusal that names the ids of messages that are not there. */
export const expectMissing = (answer: TestAnswer, ...ids: string[]): void => {
  const text = `Message IDs not found: ${ids.join(', ')}`;
  expectRefusal(answer, 404, 'message_ids', 'Some message IDs were not found', text);
};
