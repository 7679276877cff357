import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import { ErrorCode, McpError, type ReadResourceResult } from '@modelcontextprotocol/sdk/types.js';
import { ApiRefusal } from '../api/call.ts';
import { facts } from '../api/facts.ts';
import { messages } from '../api/messages.ts';
import { sessions } from '../api/sessions.ts';
import { asRecalled } from '../text/recalled.ts';
import { userIdOf } from './subject.ts';
import type { ToolContext } from './tool.ts';

/** Sessions that a client is offered, the newest, and messages of one that it reads, the last. */
const SESSIONS = 20;
const MESSAGES = 50;

const TEXT = 'text/plain';

const asText = (uri: URL, text: string): ReadResourceResult => ({
  contents: [{ uri: uri.href, mimeType: TEXT, text }],
});

/** A refusal as an error of the protocol, with its sentence. Errors: that; everything else as it is. */
const orProtocolError = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ApiRefusal) throw new McpError(ErrorCode.InvalidParams, error.sentence);
    throw error;
  }
};

const readProfile = async (context: ToolContext): Promise<string> => {
  const userId = await userIdOf(context);
  const { text } = userId === null ? { text: '' } : await context.call(facts.profile, { params: { user_id: userId } });
  return text === '' ? `Nothing is known about ${context.user} yet.` : asRecalled(text);
};

const readSession = async (context: ToolContext, sessionId: string): Promise<string> => {
  const { call } = context;
  const params = { session_id: sessionId };
  const { session } = await call(sessions.get, { params });
  // A key of a tenant sees them all; a client is one user's.
  if (session.user_id !== (await userIdOf(context))) {
    const message = `Session with ID '${sessionId}' not found`;
    throw new ApiRefusal(404, message, [{ field: 'session_id', message }]);
  }
  const query = { order: 'desc', limit: String(MESSAGES) };
  const said = (await call(messages.list, { params, query })).messages.reverse();
  const lines = said.map(
    ({ created_at, role, content }) => `${created_at.slice(0, 16).replace('T', ' ')} ${role}: ${content}`,
  );
  return asRecalled([`Conversation "${session.name}":`, ...lines].join('\n'));
};

const recentSessions = async (context: ToolContext) => {
  const userId = await userIdOf(context);
  if (userId === null) return [];
  const query = { user_id: userId, order: 'desc', limit: String(SESSIONS) };
  return (await context.call(sessions.list, { query })).sessions;
};

/** What a person attaches to a conversation in a client: what is known of the user, and earlier conversations. */
export const registerResources = (server: McpServer, context: ToolContext): void => {
  server.registerResource(
    'profile',
    'memfuse://profile',
    { title: 'Profile', description: `What is known about ${context.user}, by category`, mimeType: TEXT },
    async (uri) => asText(uri, await orProtocolError(readProfile(context))),
  );
  server.registerResource(
    'session',
    new ResourceTemplate('memfuse://sessions/{session_id}', {
      list: async () => ({
        resources: (await orProtocolError(recentSessions(context))).map(({ id, name, created_at }) => ({
          uri: `memfuse://sessions/${id}`,
          name,
          title: name,
          description: `Conversation of ${created_at.slice(0, 10)}`,
          mimeType: TEXT,
        })),
      }),
    }),
    { title: 'Conversation', description: `The last ${MESSAGES} messages of a conversation`, mimeType: TEXT },
    async (uri, { session_id }) => asText(uri, await orProtocolError(readSession(context, String(session_id)))),
  );
};
