import { styleText } from 'node:util';
import { defineCommand } from 'citty';
import { askServer, userArguments } from '../asking.ts';
import { withDetails } from '../details.ts';

const day = (at: string | null): string => at?.slice(0, 10) ?? '…';

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
          const span =
            fact.valid_to === null
              ? `since ${day(fact.valid_from)}`
              : `${day(fact.valid_from)} to ${day(fact.valid_to)}`;
          const text = fact.state === 'active' ? fact.text : styleText('strikethrough', fact.text);
          console.log(
            `${styleText('cyan', fact.category.padEnd(11))} ${text}  ${styleText('dim', `${span}  ${fact.id}`)}`,
          );
        }
        if (count === 0 && !json)
          console.log(`No facts are known of ${user}${category ? ` of the category ${category}` : ''}.`);
      }),
  }),
  { examples: ['memfuse facts --user alice', 'memfuse facts --user alice --all --category home'] },
);
