import { defineCommand } from 'citty';
import { askServer, userArguments } from '../asking.ts';
import { withDetails } from '../details.ts';

const NONE = 'none';

/** Days as they are typed; undefined where nothing was, null for `none`. Errors: a sentence for what is no number. */
const daysIn = (name: string, text: string | undefined): number | null | undefined => {
  if (text === undefined) return undefined;
  if (text === NONE) return null;
  const days = Number(text);
  if (text.trim() === '' || !Number.isFinite(days)) {
    throw new TypeError(
      `--${name} is a number of days, or "${NONE}" for what the server is set to; "${text}" is neither.`,
    );
  }
  return days;
};

/** `memfuse retention`: how long what is known of a user is kept. */
export const retention = withDetails(
  defineCommand({
    meta: { name: 'retention', description: 'Show or set how long what is known of a user is kept' },
    args: {
      ...userArguments,
      'messages-days': {
        type: 'string',
        valueHint: 'DAYS',
        description: `Days after which messages are deleted, or "${NONE}" for what the server is set to`,
      },
      'half-life-days': {
        type: 'string',
        valueHint: 'DAYS',
        description: `Days in which the confidence of facts falls by half, 0 for never, or "${NONE}"`,
      },
    },
    run: ({ args: { url, key, user: name, 'messages-days': messages, 'half-life-days': halfLife } }) =>
      askServer({ url, key }, async ({ users }) => {
        const messagesDays = daysIn('messages-days', messages);
        const halfLifeDays = daysIn('half-life-days', halfLife);
        const { id } = await users.getByName(name);
        let policy = await users.retention(id);
        if (messagesDays !== undefined || halfLifeDays !== undefined) {
          policy = await users.setRetention(id, {
            messages_days: messagesDays === undefined ? policy.messages_days : messagesDays,
            half_life_days: halfLifeDays === undefined ? policy.half_life_days : halfLifeDays,
          });
        }
        const { messages_days, half_life_days } = policy.in_force;
        console.log(
          messages_days === null
            ? `Messages of ${name} are kept until somebody deletes them.`
            : `Messages of ${name} are deleted after ${messages_days} days.`,
        );
        console.log(
          half_life_days === null
            ? `What is known of ${name} stays as certain as it is.`
            : `What is known of ${name} is half as certain every ${half_life_days} days, unless it is said again.`,
        );
      }),
  }),
  { examples: ['memfuse retention --user alice', 'memfuse retention --user alice --messages-days 365'] },
);
