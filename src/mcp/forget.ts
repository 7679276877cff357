import { z } from 'zod';
import { ApiRefusal, type CalledData } from '../api/call.ts';
import { facts } from '../api/facts.ts';
import { users } from '../api/identities.ts';
import { knowledge } from '../api/knowledge.ts';
import { MAX_LIST_LIMIT } from '../api/lists.ts';
import { Id } from '../api/scalars.ts';
import { sessions } from '../api/sessions.ts';
import { knownUserId, userIdOf } from './subject.ts';
import { DELETES, tool } from './tool.ts';

/** As many ids as the API takes at once. */
const MAX_IDS = 100;

type Forgotten = CalledData<typeof facts.forget>['forgotten'];

const Going = z.array(z.object({ id: Id, type: z.enum(['message', 'knowledge', 'fact']), text: z.string() }));

const goingOf = ({ messages, knowledge: stated, facts: known }: Forgotten): z.output<typeof Going> => [
  ...messages.map(({ id, content }) => ({ id, type: 'message' as const, text: content })),
  ...stated.map(({ id, content }) => ({ id, type: 'knowledge' as const, text: content })),
  ...known.map(({ id, text }) => ({ id, type: 'fact' as const, text })),
];

const confirm = z
  .boolean()
  .default(false)
  .describe('False: only say what would be forgotten. True: forget it, once the user has agreed to what was said.');

const refused = (message: string): ApiRefusal => new ApiRefusal(422, message, [{ field: 'confirm', message }]);

export const forget = tool({
  name: 'forget',
  title: 'Forget',
  description:
    'Have something forgotten for good: what says it, what repeats it, and the facts made from it. Call it first with a query or with ids: it says what would go, and changes nothing. Show that to the user; when they agree, call it again with `confirm` and the ids that it gave.',
  annotations: DELETES,
  input: z.object({
    query: z
      .string()
      .min(1)
      .optional()
      .describe('What is to be forgotten, in words: everything is found that has them.'),
    ids: z.array(z.string()).min(1).max(MAX_IDS).optional().describe('Ids of facts, messages or knowledge.'),
    confirm,
  }),
  output: z.object({
    forgotten: z.boolean().describe('Whether it is gone, or would go.'),
    items: Going,
  }),
  run: async (context, { query, ids, confirm: isConfirmed }) => {
    if (isConfirmed && ids === undefined) {
      throw refused('Confirm with the ids that were shown: with words, something else might go by now.');
    }
    const params = { user_id: await knownUserId(context) };
    const { forgotten } = await context.call(facts.forget, { params, body: { query, ids, dry_run: !isConfirmed } });
    const items = goingOf(forgotten);
    const said = items.map(({ id, type, text }) => `- ${type}: ${text} [id ${id}]`).join('\n');
    const head = isConfirmed ? 'Forgotten:' : 'This would be forgotten, and is not yet:';
    return {
      data: { forgotten: isConfirmed, items },
      text: items.length === 0 ? 'Nothing says that.' : `${head}\n${said}`,
    };
  },
});

/** The tool of this name in OpenMemory, which asked nobody. */
export const deleteAllMemories = tool({
  name: 'delete_all_memories',
  title: 'Delete all memories',
  description:
    'Delete everything that is remembered of the user, for good. Without `confirm` it says what would go, and changes nothing. Ask the user before you confirm.',
  annotations: DELETES,
  input: z.object({ confirm }),
  output: z.object({
    deleted: z.boolean().describe('Whether it is gone, or would go.'),
    sessions: z.int().describe(`How many conversations; ${MAX_LIST_LIMIT} stands for as many or more.`),
    knowledge: z.int().describe('How much stated knowledge, counted likewise.'),
  }),
  run: async (context, { confirm: isConfirmed }) => {
    const { call, user } = context;
    const id = await userIdOf(context);
    if (id === null)
      return { data: { deleted: isConfirmed, sessions: 0, knowledge: 0 }, text: 'Nothing is remembered.' };
    const limit = String(MAX_LIST_LIMIT);
    const ofUser = await call(sessions.list, { query: { user_id: id, limit } });
    const stated = await call(knowledge.list, { params: { user_id: id }, query: { limit } });
    if (isConfirmed) await call(users.delete, { params: { user_id: id } });
    const counts = { sessions: ofUser.sessions.length, knowledge: stated.knowledge.length };
    const what = `everything that is remembered of ${user}: ${counts.sessions} conversations, ${counts.knowledge} pieces of stated knowledge, and all facts made from them`;
    const text = isConfirmed ? `Deleted ${what}.` : `This would delete ${what}. Nothing is deleted yet.`;
    return { data: { deleted: isConfirmed, ...counts }, text };
  },
});
