import { defineCommand } from 'citty';
import { askServer, userArguments } from '../asking.ts';
import { withDetails } from '../details.ts';

/** `memfuse context`: a block of what bears on a question, for a prompt. */
export const context = withDetails(
  defineCommand({
    meta: {
      name: 'context',
      description: 'Print a block of what bears on a question, for a prompt',
    },
    args: {
      question: { type: 'positional', required: true, description: 'A question in plain words' },
      ...userArguments,
      tokens: { type: 'string', default: '2000', valueHint: 'N', description: 'Most tokens of the block' },
      json: { type: 'boolean', default: false, description: 'Print the whole answer, with its sources, as JSON' },
    },
    run: ({ args: { question, url, key, user, tokens, json } }) =>
      askServer({ url, key }, async (client) => {
        const answer = await client.for({ user }).context(question, { max_tokens: Number(tokens) });
        console.log(json ? JSON.stringify(answer) : answer.context);
      }),
  }),
  { examples: ['memfuse context "Plan my week" --user alice --tokens 500'] },
);
