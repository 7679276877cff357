import type { Caller as AnyCaller } from './caller.ts';
import type { Answer, CallInput, OperationId, Operations } from './operations.ts';
import { rowsOf } from './pages.ts';
import type { CallOptions } from './transport.ts';

type Caller = Pick<AnyCaller, 'call'>;
type Body<I extends OperationId> =
  CallInput<Operations[I]> extends { readonly body?: infer B } ? NonNullable<B> : never;
type Row<I extends OperationId, Key extends keyof Answer<Operations[I]>> = Answer<
  Operations[I]
>[Key] extends readonly (infer R)[]
  ? R
  : never;
export type User = Row<'listUsers', 'users'>;
export type Agent = Row<'listAgents', 'agents'>;
export type Session = Row<'listSessions', 'sessions'>;
export type Message = Row<'listMessages', 'messages'>;
export type Knowledge = Row<'listKnowledge', 'knowledge'>;
export type ApiKey = Row<'listApiKeys', 'api_keys'>;
export type Task = Row<'listTasks', 'tasks'>;
export type Fact = Row<'listFacts', 'facts'>;
export type Retention = Answer<Operations['getRetention']>['retention'];
export type Entity = Row<'listEntities', 'entities'>;
/** A message as it is sent. */
export type NewMessage = Body<'addMessages'>['messages'][number];

/** Rows of a page at a time. */
const PAGE = 100;

export const usersOf = (client: Caller) => ({
  /** All users, page by page as they are asked for. */
  list: (options?: CallOptions): AsyncGenerator<User, void> =>
    rowsOf(async (cursor) => {
      const { users, next_cursor } = await client.call('listUsers', { query: { limit: PAGE, cursor } }, options);
      return { rows: users, nextCursor: next_cursor ?? null };
    }),
  get: async (user_id: string, options?: CallOptions): Promise<User> =>
    (await client.call('getUser', { path: { user_id } }, options)).user,
  getByName: async (name: string, options?: CallOptions): Promise<User> =>
    (await client.call('listUsers', { query: { name } }, options)).users[0] as User,
  create: async (body: Body<'createUser'>, options?: CallOptions): Promise<User> =>
    (await client.call('createUser', { body }, options)).user,
  /** The one of this name, created when there is none. */
  getOrCreate: async (name: string, options?: CallOptions): Promise<User> =>
    (await client.call('createUser', { body: { name }, query: { get_or_create: 'true' } }, options)).user,
  update: async (user_id: string, body: Body<'updateUser'>, options?: CallOptions): Promise<User> =>
    (await client.call('updateUser', { path: { user_id }, body }, options)).user,
  /** Deletes a user with everything that is stored of them. */
  delete: (user_id: string, options?: CallOptions): Promise<undefined> =>
    client.call('deleteUser', { path: { user_id } }, options),
  /** How long what is known of a user is kept: by an own policy, and what is in force together with the server's. */
  retention: async (user_id: string, options?: CallOptions): Promise<Retention> =>
    (await client.call('getRetention', { path: { user_id } }, options)).retention,
  /** Replaces the policy of a user; `null` leaves it to the server. */
  setRetention: async (user_id: string, body: Body<'setRetention'>, options?: CallOptions): Promise<Retention> =>
    (await client.call('setRetention', { path: { user_id }, body }, options)).retention,
});

export const agentsOf = (client: Caller) => ({
  list: (options?: CallOptions): AsyncGenerator<Agent, void> =>
    rowsOf(async (cursor) => {
      const { agents, next_cursor } = await client.call('listAgents', { query: { limit: PAGE, cursor } }, options);
      return { rows: agents, nextCursor: next_cursor ?? null };
    }),
  get: async (agent_id: string, options?: CallOptions): Promise<Agent> =>
    (await client.call('getAgent', { path: { agent_id } }, options)).agent,
  getByName: async (name: string, options?: CallOptions): Promise<Agent> =>
    (await client.call('listAgents', { query: { name } }, options)).agents[0] as Agent,
  create: async (body: Body<'createAgent'>, options?: CallOptions): Promise<Agent> =>
    (await client.call('createAgent', { body }, options)).agent,
  /** The one of this name, created when there is none. */
  getOrCreate: async (name: string, options?: CallOptions): Promise<Agent> =>
    (await client.call('createAgent', { body: { name }, query: { get_or_create: 'true' } }, options)).agent,
  update: async (agent_id: string, body: Body<'updateAgent'>, options?: CallOptions): Promise<Agent> =>
    (await client.call('updateAgent', { path: { agent_id }, body }, options)).agent,
  delete: (agent_id: string, options?: CallOptions) => client.call('deleteAgent', { path: { agent_id } }, options),
});

/** Which sessions a list is about. */
export interface SessionFilter {
  readonly user_id?: string;
  readonly agent_id?: string;
}

export const sessionsOf = (client: Caller) => ({
  list: (filter: SessionFilter = {}, options?: CallOptions): AsyncGenerator<Session, void> =>
    rowsOf(async (cursor) => {
      const query = { ...filter, limit: PAGE, cursor };
      const { sessions, next_cursor } = await client.call('listSessions', { query }, options);
      return { rows: sessions, nextCursor: next_cursor ?? null };
    }),
  get: async (session_id: string, options?: CallOptions): Promise<Session> =>
    (await client.call('getSession', { path: { session_id } }, options)).session,
  getByName: async (name: string, user_id: string, options?: CallOptions): Promise<Session> =>
    (await client.call('listSessions', { query: { name, user_id } }, options)).sessions[0] as Session,
  create: async (body: Body<'createSession'>, options?: CallOptions): Promise<Session> =>
    (await client.call('createSession', { body }, options)).session,
  update: async (session_id: string, body: Body<'updateSession'>, options?: CallOptions): Promise<Session> =>
    (await client.call('updateSession', { path: { session_id }, body }, options)).session,
  delete: (session_id: string, options?: CallOptions) =>
    client.call('deleteSession', { path: { session_id } }, options),
  /** All messages of a session, the oldest first, page by page as they are asked for. */
  messages: (session_id: string, options?: CallOptions): AsyncGenerator<Message, void> =>
    rowsOf(async (cursor) => {
      const query = { limit: PAGE, cursor, order: 'asc', fields: 'all' };
      const { messages, next_cursor } = await client.call('listMessages', { path: { session_id }, query }, options);
      return { rows: messages, nextCursor: next_cursor ?? null };
    }),
  addMessages: (session_id: string, messages: NewMessage[], options?: CallOptions) =>
    client.call('addMessages', { path: { session_id }, body: { messages } }, options),
  readMessages: async (session_id: string, message_ids: string[], options?: CallOptions): Promise<Message[]> =>
    (await client.call('readMessages', { path: { session_id }, body: { message_ids } }, options)).messages,
  updateMessages: (session_id: string, body: Body<'updateMessages'>, options?: CallOptions) =>
    client.call('updateMessages', { path: { session_id }, body }, options),
  deleteMessages: (session_id: string, message_ids: string[], options?: CallOptions) =>
    client.call('deleteMessages', { path: { session_id }, body: { message_ids } }, options),
});

export const knowledgeOf = (client: Caller) => ({
  list: (user_id: string, options?: CallOptions): AsyncGenerator<Knowledge, void> =>
    rowsOf(async (cursor) => {
      const query = { limit: PAGE, cursor };
      const { knowledge, next_cursor } = await client.call('listKnowledge', { path: { user_id }, query }, options);
      return { rows: knowledge, nextCursor: next_cursor ?? null };
    }),
  add: async (user_id: string, knowledge: string[], options?: CallOptions): Promise<string[]> =>
    (await client.call('addKnowledge', { path: { user_id }, body: { knowledge } }, options)).knowledge_ids,
  read: async (user_id: string, knowledge_ids: string[], options?: CallOptions): Promise<Knowledge[]> =>
    (await client.call('readKnowledge', { path: { user_id }, body: { knowledge_ids } }, options)).knowledge,
  update: async (user_id: string, body: Body<'updateKnowledge'>, options?: CallOptions): Promise<string[]> =>
    (await client.call('updateKnowledge', { path: { user_id }, body }, options)).knowledge_ids,
  delete: async (user_id: string, knowledge_ids: string[], options?: CallOptions): Promise<string[]> =>
    (await client.call('deleteKnowledge', { path: { user_id }, body: { knowledge_ids } }, options)).knowledge_ids,
});

/** Which facts a list is about. */
export interface FactFilter {
  /** `active` when absent. */
  readonly state?: 'active' | 'superseded' | 'retracted' | 'all' | undefined;
  readonly subject?: string | undefined;
  readonly category?: string | undefined;
  /** Only what held at this time, ISO 8601. */
  readonly as_of?: string | undefined;
  readonly session_id?: string | undefined;
}

export const factsOf = (client: Caller) => ({
  /** What is known of a user, page by page as it is asked for. */
  list: (user_id: string, filter: FactFilter = {}, options?: CallOptions): AsyncGenerator<Fact, void> =>
    rowsOf(async (cursor) => {
      const query = { ...filter, limit: PAGE, cursor };
      const { facts, next_cursor } = await client.call('listFacts', { path: { user_id }, query }, options);
      return { rows: facts, nextCursor: next_cursor };
    }),
  /** The people, places and things that facts name. */
  entities: (user_id: string, options?: CallOptions): AsyncGenerator<Entity, void> =>
    rowsOf(async (cursor) => {
      const query = { limit: PAGE, cursor };
      const { entities, next_cursor } = await client.call('listEntities', { path: { user_id }, query }, options);
      return { rows: entities, nextCursor: next_cursor };
    }),
  /** What became of a fact, the oldest event first. */
  history: (fact_id: string, options?: CallOptions) => client.call('factHistory', { path: { fact_id } }, options),
  update: async (fact_id: string, body: Body<'updateFact'>, options?: CallOptions): Promise<Fact> =>
    (await client.call('updateFact', { path: { fact_id }, body }, options)).fact,
  /** Takes back the newest change. */
  undo: async (fact_id: string, options?: CallOptions): Promise<Fact> =>
    (await client.call('undoFact', { path: { fact_id } }, options)).fact,
  delete: (fact_id: string, options?: CallOptions) => client.call('deleteFact', { path: { fact_id } }, options),
});

export const apiKeysOf = (client: Caller) => ({
  list: (user_id: string, options?: CallOptions): AsyncGenerator<ApiKey, void> =>
    rowsOf(async (cursor) => {
      const query = { limit: PAGE, cursor };
      const { api_keys, next_cursor } = await client.call('listApiKeys', { path: { user_id }, query }, options);
      return { rows: api_keys, nextCursor: next_cursor ?? null };
    }),
  /** The key itself is in this answer only. */
  create: (user_id: string, body?: Body<'createApiKey'>, options?: CallOptions) =>
    client.call('createApiKey', { path: { user_id }, ...(body && { body }) }, options),
  delete: (user_id: string, key_id: string, options?: CallOptions) =>
    client.call('deleteApiKey', { path: { user_id, key_id } }, options),
});

export const tasksOf = (client: Caller) => ({
  /** Background work in one state, page by page as it is asked for. */
  list: (state: 'waiting' | 'running' | 'failed' | 'done', options?: CallOptions): AsyncGenerator<Task, void> =>
    rowsOf(async (cursor) => {
      const { tasks, next_cursor } = await client.call('listTasks', { query: { state, limit: PAGE, cursor } }, options);
      return { rows: tasks, nextCursor: next_cursor ?? null };
    }),
  stats: (options?: CallOptions) => client.call('taskStats', {}, options),
  retry: (task_id: string, options?: CallOptions) => client.call('retryTask', { path: { task_id } }, options),
});

/** The calls that a memory is made of. */
export type Resources = Caller & {
  readonly users: ReturnType<typeof usersOf>;
  readonly agents: ReturnType<typeof agentsOf>;
  readonly sessions: ReturnType<typeof sessionsOf>;
  readonly knowledge: ReturnType<typeof knowledgeOf>;
  readonly facts: ReturnType<typeof factsOf>;
};
