import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { getContext } from './recall.ts';
import type { ToolContext } from './tool.ts';

const asked = (text: string) => ({ messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }] });

/** Prompts that a person picks in a client, such as a command behind a slash. */
export const registerPrompts = (server: McpServer, context: ToolContext): void => {
  server.registerPrompt(
    'with_memory',
    {
      title: 'Ask with memory',
      description: 'A question, with what is remembered that bears on it',
      argsSchema: { question: z.string().describe('What you want to know or have done.') },
    },
    async ({ question }) => {
      const { text } = await getContext.run(context, getContext.input.parse({ query: question }));
      return asked(`${text}\n\n${question}`);
    },
  );
  server.registerPrompt(
    'remember_this',
    {
      title: 'Remember this conversation',
      description: 'Have what matters of this conversation remembered',
    },
    () =>
      asked(
        'Look through our conversation for what will matter in later ones: facts about me, preferences, decisions, plans, corrections. Store each with the tool `remember`, in a sentence that can be understood by itself. Leave out what you have recalled from memory, and what is stored already. Then tell me in a line what you stored.',
      ),
  );
};
