import { z } from 'zod';
import { getOrCreateParameter, NextCursorWhenAsked, pageParameters } from './lists.ts';
import { operation } from './operation.ts';
import { RemovalHeaders } from './removal.ts';
import { EXAMPLE_ID, Id, maybe, Name, Timestamp } from './scalars.ts';

export const Session = z
  .object({ id: Id, user_id: Id, agent_id: Id, name: z.string(), created_at: Timestamp, updated_at: Timestamp })
  .meta({ id: 'Session' });

const SessionFilter = z.object({
  user_id: z.string().optional().meta({ description: 'Only sessions of this user.' }),
  agent_id: z.string().optional().meta({ description: 'Only sessions with this agent. Ignored beside `name`.' }),
  name: z.string().optional().meta({ description: 'Only the one of this name.' }),
  order: z.string().optional().meta({
    description: '`asc` (default) or `desc`: by when they were created. Ignored beside `name`.',
    example: 'desc',
  }),
  ...pageParameters,
});

export const sessions = {
  list: operation({
    id: 'listSessions',
    method: 'get',
    path: '/sessions',
    tag: 'sessions',
    summary: 'List sessions, or find one by name',
    access: 'read',
    query: SessionFilter,
    success: { status: 200, data: z.object({ sessions: z.array(Session), next_cursor: NextCursorWhenAsked }) },
    refusals: [400, 404],
  }),
  create: operation({
    id: 'createSession',
    example: { user_id: EXAMPLE_ID, agent_id: EXAMPLE_ID, name: 'first talk' },
    method: 'post',
    path: '/sessions',
    tag: 'sessions',
    summary: 'Open a session of a user with an agent',
    access: 'write',
    body: z.object({
      user_id: z.string(),
      agent_id: z.string(),
      name: maybe(Name).meta({
        description: 'Unique among the sessions of the user. When absent the server makes one up.',
      }),
    }),
    query: z.object({ get_or_create: getOrCreateParameter }),
    success: { status: 201, data: z.object({ session: Session }), orFound: true },
    refusals: [400, 404],
    creates: true,
  }),
  get: operation({
    id: 'getSession',
    method: 'get',
    path: '/sessions/{session_id}',
    tag: 'sessions',
    summary: 'Get a session',
    access: 'read',
    success: { status: 200, data: z.object({ session: Session }) },
    refusals: [404],
  }),
  update: operation({
    id: 'updateSession',
    example: { name: 'first talk of the day' },
    method: 'put',
    path: '/sessions/{session_id}',
    tag: 'sessions',
    summary: 'Rename a session',
    access: 'write',
    body: z.object({ name: maybe(Name) }),
    success: { status: 200, data: z.object({ session: Session }) },
    refusals: [400, 404],
  }),
  delete: operation({
    id: 'deleteSession',
    method: 'delete',
    path: '/sessions/{session_id}',
    tag: 'sessions',
    summary: 'Delete a session with its messages',
    access: 'write',
    success: { status: 200, data: z.object({ session_id: Id }), headers: RemovalHeaders },
    refusals: [404],
  }),
};
