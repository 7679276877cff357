import { createInterface } from 'node:readline/promises';
import { defineCommand } from 'citty';
import { askServer, userArguments } from '../asking.ts';
import { withDetails } from '../details.ts';

const confirmed = async (question: string): Promise<boolean> => {
  if (!process.stdin.isTTY) throw new TypeError('Nothing was deleted: say --yes where nobody can be asked.');
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(?:es)?$/i.test((await asking.question(question)).trim());
  } finally {
    asking.close();
  }
};

/** `memfuse forget`: deletes everything that says something, after showing it. */
export const forget = withDetails(
  defineCommand({
    meta: { name: 'forget', description: 'Delete everything that says something, after showing it' },
    args: {
      what: { type: 'positional', required: true, description: 'What is to be forgotten, in words' },
      ...userArguments,
      yes: { type: 'boolean', default: false, description: 'Delete without asking' },
      'dry-run': { type: 'boolean', default: false, description: 'Only show what would be deleted' },
    },
    run: ({ args: { what, url, key, user, yes, 'dry-run': dryRun } }) =>
      askServer({ url, key }, async (client) => {
        const memory = client.for({ user });
        const { forgotten } = await memory.forget(what, { dryRun: true });
        const { messages, facts, knowledge } = forgotten;
        for (const { role, content } of messages) console.log(`message  ${role}: ${content}`);
        for (const { text } of facts) console.log(`fact     ${text}`);
        for (const { content } of knowledge) console.log(`known    ${content}`);
        const ids = [...messages, ...facts, ...knowledge].map(({ id }) => id);
        if (ids.length === 0) return console.log(`Nothing says that of ${user}.`);
        if (dryRun) return console.log(`${ids.length} would be deleted.`);
        if (!yes && !(await confirmed(`Delete these ${ids.length}? [y/N] `)))
          return console.log('Nothing was deleted.');
        await memory.forget(what);
        console.log(`${ids.length} deleted.`);
      }),
  }),
  { examples: ['memfuse forget olives --user alice --dry-run', 'memfuse forget olives --user alice'] },
);
