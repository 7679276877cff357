import { styleText } from 'node:util';
import { defineCommand } from 'citty';
import { oneLine } from '../../text/one-line.ts';
import { askServer, userArguments } from '../asking.ts';
import { withDetails } from '../details.ts';

/** Characters of a result that are shown. */
const SHOWN = 300;

/** `memfuse query`: searches the memory of a user. */
export const query = withDetails(
  defineCommand({
    meta: {
      name: 'query',
      description: 'Ask a question in plain words',
    },
    args: {
      question: { type: 'positional', required: true, description: 'A question in plain words' },
      ...userArguments,
      top: { type: 'string', default: '5', valueHint: 'N', description: 'Most results' },
      'min-score': { type: 'string', valueHint: '0..1', description: 'Leave out results with a lower score' },
      json: { type: 'boolean', default: false, description: 'Print the whole answer as JSON' },
    },
    run: ({ args: { question, url, key, user, top, 'min-score': minScore, json } }) =>
      askServer({ url, key }, async (client) => {
        const limits = { top_k: Number(top), ...(minScore !== undefined && { min_score: Number(minScore) }) };
        const answer = await client.for({ user }).search(question, limits);
        if (json) return console.log(JSON.stringify(answer));
        for (const { score, role, type, created_at: at, content } of answer.results) {
          const head = `${styleText('green', score.toFixed(2))} ${styleText('dim', `${at?.slice(0, 10) ?? ''} ${role ?? type}`)}`;
          console.log(`${head}  ${oneLine(content, SHOWN)}`);
        }
        if (answer.results.length === 0) console.log(`Nothing is known about this of ${user}.`);
        for (const note of answer.degraded) console.error(styleText('yellow', note));
      }),
  }),
  {
    examples: [
      'memfuse query "Where do I live?" --user alice',
      'memfuse query "Where do I live?" --user alice --top 3 --json',
    ],
  },
);
