import { styleText } from 'node:util';
import { defineCommand } from 'citty';
import type { Fact } from '../../client/index.ts';
import { askServer, userArguments } from '../asking.ts';
import { withDetails } from '../details.ts';

const day = (at: string | null): string => at?.slice(0, 10) ?? '…';

/** When a fact holds; of one that says nothing of it, since when it is known. */
const spanOf = ({ valid_from: from, valid_to: to, created_at: at }: Fact): string => {
  if (to !== null) return `${day(from)} to ${day(to)}`;
  return from === null ? `known since ${day(at)}` : `since ${day(from)}`;
};

/** `memfuse facts`: what is known of a user. */
export const facts = withDetails(
  defineCommand({
    meta: { name: 'facts', description: 'Show what is known of a user, and since when' },
    args: {
      ...userArguments,
      all: { type: 'boolean', default: false, description: 'Also what a later statement took the place of' },
      category: { type: 'string', valueHint: 'NAME', description: 'Only one category, such as home or work' },
      json: { type: 'boolean', default: false, description: 'Print a JSON object a line' },
    },
    run: ({ args: { url, key, user, all, category, json } }) =>
      askServer({ url, key }, async (client) => {
        let count = 0;
        for await (const fact of client.for({ user }).facts({ state: all ? 'all' : 'active', category })) {
          count += 1;
          if (json) {
            console.log(JSON.stringify(fact));
            continue;
          }
          const text = fact.state === 'active' ? fact.text : styleText('strikethrough', fact.text);
          console.log(
            `${styleText('cyan', fact.category.padEnd(11))} ${text}  ${styleText('dim', `${spanOf(fact)}  ${fact.id}`)}`,
          );
        }
        if (count === 0 && !json)
          console.log(`No facts are known of ${user}${category ? ` of the category ${category}` : ''}.`);
      }),
  }),
  { examples: ['memfuse facts --user alice', 'memfuse facts --user alice --all --category home'] },
);
