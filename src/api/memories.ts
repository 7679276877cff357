import { z } from 'zod';
import { ContextData, contextFields } from './context.ts';
import { AddedMessages, EXAMPLE_MESSAGES, NewMessage, WaitParameters } from './messages.ts';
import { operation } from './operation.ts';
import { EXAMPLE_QUESTION, QueryData, Question, queryFields, ReportHeaders } from './query.ts';
import { Id, maybe, Name, NonEmpty } from './scalars.ts';

/** Whom a question by names was about. */
const Asked = {
  user_id: Id,
  agent_id: Id.nullable().meta({ description: 'Null unless an agent was named.' }),
  session_id: Id.nullable().meta({ description: 'Null unless a session was named.' }),
};

/** Whose memory a question by names is about. */
const asking = {
  user: NonEmpty.meta({ description: 'The name of a user.' }),
  agent: maybe(NonEmpty).meta({ description: 'Only messages of sessions with the agent of this name.' }),
  session: maybe(NonEmpty).meta({ description: 'Name of the session that the question is asked in.' }),
  query: Question,
};

/** The first things that a client does, by the names that it has: nothing has to be made or looked up before. */
export const memories = {
  add: operation({
    id: 'addMemories',
    example: { user: 'ada', messages: EXAMPLE_MESSAGES },
    method: 'post',
    path: '/memories',
    tag: 'memories',
    summary: 'Add messages by the names of a user, an agent and a session, and create those that do not exist',
    access: 'write',
    query: WaitParameters,
    body: z.strictObject({
      user: Name.meta({ description: 'The name of a user.' }),
      agent: maybe(Name).meta({ description: 'The name of an agent; `agent_default` when absent.' }),
      session: maybe(Name).meta({
        description: 'The name of a session of the user; a new one with a name of its own when absent.',
      }),
      messages: z.array(NewMessage),
    }),
    success: {
      status: 201,
      data: z.object({
        user_id: Id,
        agent_id: Id,
        session_id: Id,
        session_name: z.string().nullable().meta({ description: 'Null when the session was deleted meanwhile.' }),
        ...AddedMessages.shape,
      }),
    },
    refusals: [400],
    creates: true,
  }),
  search: operation({
    id: 'searchMemories',
    example: { user: 'ada', query: EXAMPLE_QUESTION },
    method: 'post',
    path: '/memories/search',
    tag: 'memories',
    summary: 'Search the memory of a user, by name, with a question in plain words',
    access: 'read',
    body: z.strictObject({ ...asking, ...queryFields }),
    success: {
      status: 200,
      data: z.object({ ...Asked, ...QueryData.required().shape }),
      headers: ReportHeaders,
    },
    refusals: [404],
  }),
  context: operation({
    id: 'contextOfMemories',
    example: { user: 'ada', query: EXAMPLE_QUESTION, max_tokens: 200 },
    method: 'post',
    path: '/memories/context',
    tag: 'memories',
    summary: 'Search the memory of a user, by name, and answer a block of text for a prompt',
    access: 'read',
    body: z.strictObject({ ...asking, ...contextFields }),
    success: { status: 200, data: z.object({ ...Asked, ...ContextData.shape }), headers: ReportHeaders },
    refusals: [404],
  }),
};
