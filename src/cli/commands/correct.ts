import { defineCommand } from 'citty';
import { askServer, userArguments } from '../asking.ts';
import { withDetails } from '../details.ts';

const ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** `memfuse correct`: says how a fact truly is. */
export const correct = withDetails(
  defineCommand({
    meta: { name: 'correct', description: 'Say how a fact truly is; the old text stays in its history' },
    args: {
      what: {
        type: 'positional',
        required: true,
        description: 'Which fact is meant: a question that it answers, or its id, as "memfuse facts" prints it',
      },
      text: { type: 'positional', required: true, description: 'What it is to say' },
      ...userArguments,
      json: { type: 'boolean', default: false, description: 'Print JSON' },
    },
    run: ({ args: { what, text, url, key, user, json } }) =>
      askServer({ url, key }, async (client) => {
        const { id: user_id } = await client.users.getByName(user);
        const body = { ...(ID.test(what) ? { fact_id: what } : { query: what }), text };
        const { fact, replaced } = await client.call('correctFact', { path: { user_id }, body });
        if (json) return console.log(JSON.stringify({ fact, replaced }));
        console.log(`It said:  ${replaced}\nIt says:  ${fact.text}`);
      }),
  }),
  { examples: ['memfuse correct "Where do I live?" "Alice lives in Porto." --user alice'] },
);
