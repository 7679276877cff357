import { z } from 'zod';
import { cursorParameter, limitParameter, NextCursor } from './lists.ts';
import { operation } from './operation.ts';
import { Id, Timestamp } from './scalars.ts';

export const Episode = z
  .object({
    id: Id,
    user_id: Id,
    session_id: Id,
    title: z.string(),
    summary: z.string(),
    participants: z.array(z.string()).meta({ description: 'Who spoke, in the order in which they first did.' }),
    key_phrases: z.array(z.string()),
    started_at: Timestamp.meta({ description: 'The earliest time of its messages.' }),
    ended_at: Timestamp.meta({ description: 'The latest time of its messages.' }),
    message_ids: z.array(Id).meta({ description: 'What it was made from, in the order of the conversation.' }),
    open: z.boolean().meta({
      description:
        'Whether it is the last of its session: messages that follow may become part of it, under the same id.',
    }),
    created_at: Timestamp,
    updated_at: Timestamp,
  })
  .meta({ id: 'Episode' });

export const episodes = {
  list: operation({
    id: 'listEpisodes',
    method: 'get',
    path: '/users/{user_id}/episodes',
    tag: 'episodes',
    summary: 'List what the sessions of a user were about, in parts of one topic each',
    access: 'read',
    query: z.object({
      session_id: z.string().optional().meta({
        description:
          'Only those of this session, in the order of the conversation; otherwise in the order of creation.',
      }),
      limit: limitParameter,
      cursor: cursorParameter,
    }),
    success: { status: 200, data: z.object({ episodes: z.array(Episode), next_cursor: NextCursor }) },
    refusals: [400, 404],
  }),
};
