import { postBytes } from './load-client.ts';
import type { ServerProcess } from './server-process.ts';

/** Sessions that a load is spread over, each of a user of its own. */
export const SESSIONS = 64;

/** The two messages of an add: a turn of a conversation and its answer, twelve words or so each. */
export const CONTENTS = [
  { role: 'user', content: 'I moved to Lisbon in May and still look for a good tram to work.' },
  { role: 'assistant', content: 'Tram 28 passes your street; it is full in summer, so leave early.' },
] as const;

/** Makes the users and sessions of a load and returns the request that adds a round to one of them in turn. */
export const prepareAdds = async (server: ServerProcess): Promise<(client: number) => string> => {
  const { agent } = await server.call('POST', '/api/v1/agents', { name: 'agent' });
  const requests: string[] = [];
  for (let i = 0; i < SESSIONS; i += 1) {
    const { user } = await server.call('POST', '/api/v1/users', { name: `user ${i}` });
    const body = { user_id: user.id, agent_id: agent.id };
    const { session } = await server.call('POST', '/api/v1/sessions', body);
    const path = `/api/v1/sessions/${session.id}/messages`;
    requests.push(postBytes(path, JSON.stringify({ messages: CONTENTS })));
  }
  let next = 0;
  return () => {
    next += 1;
    return requests[next % SESSIONS] as string;
  };
};
