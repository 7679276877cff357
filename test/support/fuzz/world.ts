import { asKey, makeKey } from '../api-key.ts';
import type { TestServer } from '../server.ts';
import type { WireRequest } from '../wire.ts';
import { type Kind, PLACEHOLDER } from './requests.ts';

/** What one tenant, or one user of it, has: an id of each kind. All of it holds the marker in its texts. */
export type World = Readonly<Record<Kind, string>>;

/** Fills a tenant with one of everything, through the API. */
export const createWorld = async (server: TestServer, secret: string, marker: string): Promise<World> => {
  const api = asKey(server, secret);
  const create = async (path: string, body: object) => (await api.call('POST', path, body)).body.data;
  const name = `${marker} ${crypto.randomUUID()}`;
  const user = (await create('/users', { name, description: marker })).user.id;
  const agent = (await create('/agents', { name, description: marker })).agent.id;
  const session = (await create('/sessions', { user_id: user, agent_id: agent, name })).session.id;
  const spoken = { role: 'user', content: `The word is ${marker}.`, name: marker, metadata: { note: marker } };
  const message = (await create(`/sessions/${session}/messages`, { messages: [spoken] })).message_ids[0];
  const knowledge = (await create(`/users/${user}/knowledge`, { knowledge: [marker] })).knowledge_ids[0];
  const key = (await create(`/users/${user}/api-keys`, { name: marker })).api_key.id;
  return { user, agent, session, message, knowledge, key };
};

/** Everything that the API shows of a world, as text. */
export const seeWorld = async (server: TestServer, secret: string, world: World): Promise<string> => {
  const api = asKey(server, secret);
  const paths = [
    '/users',
    '/agents',
    '/sessions',
    `/sessions/${world.session}/messages?fields=all`,
    `/users/${world.user}/knowledge`,
    `/users/${world.user}/api-keys`,
  ];
  const answers = await Promise.all(paths.map((path) => api.call('GET', path)));
  return JSON.stringify(answers.map(({ status, body }) => ({ status, body })));
};

/** Makes a tenant's key, the way the command line does. */
export const tenantKey = (server: TestServer, tenant: string): Promise<string> => makeKey(server, { tenant });

/** A request with its placeholders replaced by ids. */
export const placed = (request: WireRequest, own: World, foreign: World): WireRequest => {
  const place = (text: string): string =>
    text.replaceAll(PLACEHOLDER, (_, whose: string, kind: Kind) => (whose === 'own' ? own : foreign)[kind]);
  const { body } = request;
  return {
    ...request,
    target: place(request.target),
    ...(body !== undefined && { body: typeof body === 'string' ? place(body) : body }),
  };
};
