import { z } from 'zod';
import { ApiRefusal } from '../api/call.ts';
import { memories } from '../api/memories.ts';
import { Id } from '../api/scalars.ts';
import { withoutRecalled } from '../text/recalled.ts';
import { ADDS, type ToolContext, tool } from './tool.ts';

const Remembered = z.object({
  message_ids: z.array(Id),
  user_id: Id,
  session_id: Id,
  session: z.string().nullable().describe('The name of the conversation that it was stored in.'),
});

const MAX_MESSAGES = 100;

const nothingNew = (): ApiRefusal =>
  new ApiRefusal(422, 'Nothing to remember', [
    {
      field: 'text',
      message: 'There is nothing to remember: send a text or messages that are more than what was recalled.',
    },
  ]);

/** What is remembered in passing goes together by the day, so that not each of it is a conversation of its own. */
const sessionFor = ({ session, agent, nowMs }: ToolContext, named: string | undefined): string => {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  return named ?? session ?? (agent === null ? `mcp ${day}` : `mcp ${agent} ${day}`);
};

interface Said {
  readonly role: 'user' | 'assistant' | 'system';
  readonly content: string;
  readonly name?: string | undefined;
  readonly created_at?: string | undefined;
}

const store = async (context: ToolContext, said: readonly Said[], named: string | undefined) => {
  const messages = said
    .map((message) => ({ ...message, content: withoutRecalled(message.content) }))
    .filter(({ content }) => content.trim() !== '');
  if (messages.length === 0) throw nothingNew();
  const { call, user, agent } = context;
  const stored = await call(memories.add, { body: { user, agent, session: sessionFor(context, named), messages } });
  const { message_ids, user_id, session_id, session_name } = stored;
  const data = { message_ids, user_id, session_id, session: session_name };
  return { data, text: `Remembered ${messages.length === 1 ? 'it' : `${messages.length} messages`}.` };
};

const text = z
  .string()
  .min(1)
  .describe('What to remember, in a sentence or a few that can be understood by themselves.');
const session = z.string().min(1).max(255).optional().describe('The name of a conversation to store it in.');

export const remember = tool({
  name: 'remember',
  title: 'Remember',
  description:
    'Store something about the user for later conversations: a fact, a preference, a decision, what happened. Send what was said as messages, or a text of your own. Use it whenever the user shares something that will matter later, or asks you to remember.',
  annotations: ADDS,
  input: z.object({
    text: text.optional(),
    messages: z
      .array(
        z.object({
          role: z.enum(['user', 'assistant', 'system']),
          content: z.string().min(1),
          name: z.string().min(1).max(255).optional().describe('Who speaks.'),
          created_at: z.string().optional().describe('When it was said, ISO 8601; now when absent.'),
        }),
      )
      .max(MAX_MESSAGES)
      .optional()
      .describe('The messages of a conversation, in their order, instead of a text or beside it.'),
    session,
  }),
  output: Remembered,
  run: (context, { text: own, messages = [], session: named }) =>
    store(context, [...messages, ...(own === undefined ? [] : [{ role: 'user' as const, content: own }])], named),
});

/** The tool of this name in OpenMemory. */
export const addMemories = tool({
  name: 'add_memories',
  title: 'Add memories',
  description: 'The same as `remember` with a text, by its name in OpenMemory.',
  annotations: ADDS,
  input: z.object({ text }),
  output: Remembered,
  run: (context, { text: own }) => store(context, [{ role: 'user', content: own }], undefined),
});
