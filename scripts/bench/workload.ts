import { seededRandom } from '../../test/support/random.ts';
import { OWN_CONVERSATIONS, readConversations } from '../quality/conversations.ts';
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

const WORDS =
  `the the the a a to to and and I I you of in it is was that my for on with we at so but this have are not be me
  really just about like what when yesterday today week month summer morning evening friend sister brother mother work job
  school class house garden kitchen dog cat car train tram bike trip beach mountain museum concert movie book music guitar
  painting photo camera dinner breakfast coffee bread pasta soup cake birthday wedding party game team match coach run swim
  hike yoga doctor hospital medicine money bank shop studio business plan idea dream hope love hate want need think know
  remember forget start stop find lose buy sell cook bake play sing paint read write visit travel move stay leave thunderstorm
  procrastination kayaking Lisbon Caroline photosynthesis`.split(/\s+/);

/** Turns of a talk: a name and twelve words; the same ones for the same seed. */
export const turns = (count: number, seed = 7): string[] => {
  const random = seededRandom(seed);
  const say = () => Array.from({ length: 12 }, () => random.pick(WORDS)).join(' ');
  return Array.from({ length: count }, () => `${random.pick(['Anna', 'Ben'])}: ${say()}.`);
};

/** What people write: the turns of the conversations that retrieval is measured with, in order, and questions on them. */
export const readSpeech = (): { readonly texts: readonly string[]; readonly questions: readonly string[] } => {
  const conversations = readConversations(OWN_CONVERSATIONS).flat();
  const sessions = conversations.flatMap((each) => each.sessions);
  return {
    texts: sessions.flatMap(({ turns: said }) => said.map(({ text }) => text)),
    questions: conversations.flatMap((each) => each.questions.map(({ text }) => text)),
  };
};

/** Texts that differ each time, so that no cache knows them: turns of conversations and questions, with a number. */
export const createSpeech = (): { turn(): string; question(): string } => {
  const { texts, questions } = readSpeech();
  let said = 0;
  const next = (choices: readonly string[]): string => {
    said += 1;
    return `${choices[said % choices.length]} (${said})`;
  };
  return { turn: () => next(texts), question: () => next(questions) };
};
