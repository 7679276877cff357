import { z } from 'zod';
import { getOrCreateParameter, NextCursorWhenAsked, pageParameters } from './lists.ts';
import { operation } from './operation.ts';
import { RemovalHeaders } from './removal.ts';
import { Description, Id, maybe, Name, Timestamp } from './scalars.ts';

const identity = (id: string) =>
  z
    .object({
      id: Id,
      name: z.string(),
      description: z.string().nullable(),
      created_at: Timestamp,
      updated_at: Timestamp,
    })
    .meta({ id });

export const User = identity('User');
export const Agent = identity('Agent');

const NewIdentity = z.object({ name: Name, description: maybe(Description) });
const IdentityPatch = z.object({ name: maybe(Name), description: maybe(Description) });
const ListQuery = z.object({
  name: z.string().optional().meta({ description: 'Only the one of this name.' }),
  ...pageParameters,
});

const GetOrCreate = z.object({ get_or_create: getOrCreateParameter });

export const users = {
  list: operation({
    id: 'listUsers',
    method: 'get',
    path: '/users',
    tag: 'users',
    summary: 'List users, or find one by name',
    access: 'read',
    query: ListQuery,
    success: { status: 200, data: z.object({ users: z.array(User), next_cursor: NextCursorWhenAsked }) },
    refusals: [400, 404],
  }),
  create: operation({
    id: 'createUser',
    example: { name: 'ada' },
    method: 'post',
    path: '/users',
    tag: 'users',
    summary: 'Create a user',
    access: 'write',
    body: NewIdentity,
    query: GetOrCreate,
    success: { status: 201, data: z.object({ user: User }), orFound: true },
    refusals: [400],
    creates: true,
  }),
  get: operation({
    id: 'getUser',
    method: 'get',
    path: '/users/{user_id}',
    tag: 'users',
    summary: 'Get a user',
    access: 'read',
    success: { status: 200, data: z.object({ user: User }) },
    refusals: [404],
  }),
  update: operation({
    id: 'updateUser',
    example: { description: 'Builds engines.' },
    method: 'put',
    path: '/users/{user_id}',
    tag: 'users',
    summary: 'Rename or describe a user',
    access: 'write',
    body: IdentityPatch,
    success: { status: 200, data: z.object({ user: User }) },
    refusals: [400, 404],
  }),
  delete: operation({
    id: 'deleteUser',
    method: 'delete',
    path: '/users/{user_id}',
    tag: 'users',
    summary: 'Delete a user and everything that is stored of them',
    access: 'write',
    success: { status: 204, data: null, headers: RemovalHeaders },
    refusals: [404],
  }),
};

export const agents = {
  list: operation({
    id: 'listAgents',
    method: 'get',
    path: '/agents',
    tag: 'agents',
    summary: 'List agents, or find one by name',
    access: 'read',
    query: ListQuery,
    success: { status: 200, data: z.object({ agents: z.array(Agent), next_cursor: NextCursorWhenAsked }) },
    refusals: [400, 404],
  }),
  create: operation({
    id: 'createAgent',
    example: { name: 'helper' },
    method: 'post',
    path: '/agents',
    tag: 'agents',
    summary: 'Create an agent',
    access: 'write',
    body: NewIdentity,
    query: GetOrCreate,
    success: { status: 201, data: z.object({ agent: Agent }), orFound: true },
    refusals: [400],
    creates: true,
  }),
  get: operation({
    id: 'getAgent',
    method: 'get',
    path: '/agents/{agent_id}',
    tag: 'agents',
    summary: 'Get an agent',
    access: 'read',
    success: { status: 200, data: z.object({ agent: Agent }) },
    refusals: [404],
  }),
  update: operation({
    id: 'updateAgent',
    example: { description: 'Answers questions about engines.' },
    method: 'put',
    path: '/agents/{agent_id}',
    tag: 'agents',
    summary: 'Rename or describe an agent',
    access: 'write',
    body: IdentityPatch,
    success: { status: 200, data: z.object({ agent: Agent }) },
    refusals: [400, 404],
  }),
  delete: operation({
    id: 'deleteAgent',
    method: 'delete',
    path: '/agents/{agent_id}',
    tag: 'agents',
    summary: 'Delete an agent with its sessions and their messages',
    access: 'write',
    success: { status: 200, data: z.object({ agent_id: Id }), headers: RemovalHeaders },
    refusals: [404],
  }),
};
