import { text } from 'node:stream/consumers';
import { defineCommand } from 'citty';
import { askServer, userArguments } from '../asking.ts';
import { withDetails } from '../details.ts';

const ROLES = ['user', 'assistant', 'system'] as const;

/** `memfuse add`: remembers a message. */
export const add = withDetails(
  defineCommand({
    meta: {
      name: 'add',
      description: 'Remember a message',
    },
    args: {
      message: { type: 'positional', required: true, description: 'What was said; - reads it from standard input' },
      ...userArguments,
      agent: { type: 'string', valueHint: 'NAME', description: 'Name of the agent; agent_default when left out' },
      session: { type: 'string', valueHint: 'NAME', description: 'Name of the session; a new one when left out' },
      role: { type: 'enum', options: [...ROLES], default: 'user', description: 'Who said it' },
      json: { type: 'boolean', default: false, description: 'Print JSON' },
    },
    run: ({ args: { message, url, key, user, agent, session, role, json } }) =>
      askServer({ url, key }, async (client) => {
        const content = message === '-' ? await text(process.stdin) : message;
        const added = await client.for({ user, agent, session }).add({ role, content });
        if (json) return console.log(JSON.stringify(added));
        console.log(`Remembered in the session ${added.session_name} as ${added.message_ids[0]}.`);
      }),
  }),
  { examples: ['memfuse add "I moved to Lisbon" --user alice', 'memfuse add - --user alice < note.txt'] },
);
