import { z } from 'zod';
import { operation } from './operation.ts';
import { LaxNumber } from './scalars.ts';

export const MAX_DAYS = 36_500;

const MessagesDays = z.number().positive().max(MAX_DAYS).nullable();
const HalfLifeDays = z.number().min(0).max(MAX_DAYS).nullable();

const MESSAGES = 'Days after which messages are deleted, with everything that was made from them.';
const HALF_LIFE =
  'Days in which the confidence of a fact falls by half when no message says it again and no person changes it.';

const NewRetention = z.object({
  messages_days: LaxNumber.pipe(MessagesDays.unwrap())
    .nullable()
    .meta({
      description: `${MESSAGES} Above 0. \`null\`: what the server is set to (\`memory.retention.messages_days\`), which also holds where it is shorter.`,
    }),
  half_life_days: LaxNumber.pipe(HalfLifeDays.unwrap())
    .nullable()
    .meta({
      description: `${HALF_LIFE} 0: never. \`null\`: what the server is set to (\`memory.facts.half_life_days\`).`,
    }),
});

const Retention = z
  .object({
    messages_days: MessagesDays.meta({ description: `${MESSAGES} \`null\`: no policy of this user.` }),
    half_life_days: HalfLifeDays.meta({ description: `${HALF_LIFE} 0: never. \`null\`: no policy of this user.` }),
    in_force: z
      .object({ messages_days: MessagesDays, half_life_days: HalfLifeDays })
      .meta({ description: 'What holds for this user by the own policy and that of the server; `null`: no end.' }),
  })
  .meta({ id: 'Retention' });

const success = { status: 200, data: z.object({ retention: Retention }) } as const;

export const retention = {
  get: operation({
    id: 'getRetention',
    method: 'get',
    path: '/users/{user_id}/retention',
    tag: 'users',
    summary: 'Show how long what is known of a user is kept',
    access: 'read',
    success,
    refusals: [404],
  }),
  set: operation({
    id: 'setRetention',
    example: { messages_days: 365, half_life_days: null },
    method: 'put',
    path: '/users/{user_id}/retention',
    tag: 'users',
    summary: 'Set how long what is known of a user is kept. Messages that are too old go within an hour',
    access: 'write',
    body: NewRetention,
    success,
    refusals: [404],
  }),
};
