import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import { defineCommand } from 'citty';
import { MemFuseError } from '../../client/index.ts';
import { oneLine } from '../../text/one-line.ts';
import { askServer, userArguments } from '../asking.ts';
import { withDetails } from '../details.ts';
import { type Heard, openTail, WATCHED_SESSIONS } from '../tailing.ts';

const POLL_MS = 1_000;
/** Characters of a message that are shown. */
const SHOWN = 500;
const MAX_LAST = 100;

const shown = ({ session, message: { created_at: at, role, content } }: Heard): string => {
  const head = styleText('dim', `${at.slice(0, 19).replace('T', ' ')} ${oneLine(session.name)}`);
  return `${head} ${styleText('cyan', role)}  ${oneLine(content, SHOWN)}`;
};

/** Whether the server says no, and will again. */
const isRefusal = ({ reason, status = 0 }: MemFuseError): boolean =>
  reason === 'refused' && status < 500 && status !== 429;

/** `memfuse tail`: prints what is said, until a signal ends it. */
export const tail = withDetails(
  defineCommand({
    meta: { name: 'tail', description: 'Print messages as they come, until Ctrl-C' },
    args: {
      ...userArguments,
      session: {
        type: 'string',
        valueHint: 'NAME',
        description: `Only one session; the ${WATCHED_SESSIONS} newest of the user when left out`,
      },
      last: {
        type: 'string',
        default: '10',
        valueHint: 'N',
        description: 'Messages to begin with, of those there are',
      },
      json: { type: 'boolean', default: false, description: 'Print a JSON object a line' },
    },
    run: ({ args: { url, key, user, session, last, json } }) =>
      askServer({ url, key }, async (client) => {
        const first = Number(last);
        if (!Number.isInteger(first) || first < 0 || first > MAX_LAST)
          throw new TypeError(`--last is "${last}"; give a whole number from 0 to ${MAX_LAST}.`);
        const ending = new AbortController();
        for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => ending.abort());
        const { signal } = ending;
        const { id: userId } = await client.users.getByName(user);
        const listen = openTail(client, { userId, session: session ?? null, last: first });
        let isLost = false;
        for (let isFirst = true; !signal.aborted; isFirst = false) {
          try {
            for (const heard of await listen(signal))
              console.log(json ? JSON.stringify({ ...heard.message, session_name: heard.session.name }) : shown(heard));
            isLost = false;
          } catch (error) {
            if (signal.aborted) break;
            // A server that is started again is waited for; one that was never there, or says no, is not.
            if (isFirst || !(error instanceof MemFuseError) || isRefusal(error)) throw error;
            if (!isLost) console.error(styleText('yellow', `${error.message} Waiting for it.`));
            isLost = true;
          }
          await sleep(POLL_MS, undefined, { signal }).catch(() => {});
        }
      }),
  }),
  { examples: ['memfuse tail --user alice', 'memfuse tail --user alice --session move --last 0 --json'] },
);
