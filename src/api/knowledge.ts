import { z } from 'zod';
import { NextCursorWhenAsked, pageParameters } from './lists.ts';
import { operation } from './operation.ts';
import { EXAMPLE_ID, Id, StoredText, Timestamp } from './scalars.ts';

export const Knowledge = z
  .object({ id: Id, user_id: Id, content: z.string(), created_at: Timestamp, updated_at: Timestamp })
  .meta({ id: 'Knowledge' });

const KnowledgeRows = z.object({ knowledge: z.array(Knowledge) });
const KnowledgeIds = z.object({ knowledge_ids: z.array(Id) });
const path = '/users/{user_id}/knowledge';

export const knowledge = {
  list: operation({
    id: 'listKnowledge',
    method: 'get',
    path,
    tag: 'knowledge',
    summary: 'List the knowledge about a user',
    access: 'read',
    query: z.object(pageParameters),
    success: { status: 200, data: KnowledgeRows.extend({ next_cursor: NextCursorWhenAsked }) },
    refusals: [400, 404],
  }),
  add: operation({
    id: 'addKnowledge',
    example: { knowledge: ['Ada is allergic to peanuts.'] },
    method: 'post',
    path,
    tag: 'knowledge',
    summary: 'State knowledge about a user',
    access: 'write',
    body: z.object({ knowledge: z.array(StoredText) }),
    success: { status: 201, data: KnowledgeIds },
    refusals: [404],
    creates: true,
  }),
  read: operation({
    id: 'readKnowledge',
    example: { knowledge_ids: [EXAMPLE_ID] },
    method: 'post',
    path: `${path}/read`,
    tag: 'knowledge',
    summary: 'Read knowledge by id; unknown ids are skipped',
    access: 'read',
    body: z.object({ knowledge_ids: z.array(z.string()) }),
    success: { status: 200, data: KnowledgeRows },
    refusals: [404],
  }),
  update: operation({
    id: 'updateKnowledge',
    example: { knowledge_ids: [EXAMPLE_ID], new_knowledge: ['Ada is allergic to nuts.'] },
    method: 'put',
    path,
    tag: 'knowledge',
    summary: 'Replace knowledge; answers the ids that were changed',
    access: 'write',
    body: z.object({ knowledge_ids: z.array(z.string()), new_knowledge: z.array(StoredText) }),
    success: { status: 200, data: KnowledgeIds },
    refusals: [400, 404],
  }),
  delete: operation({
    id: 'deleteKnowledge',
    example: { knowledge_ids: [EXAMPLE_ID] },
    method: 'delete',
    path,
    tag: 'knowledge',
    summary: 'Delete knowledge; answers the ids that were deleted',
    access: 'write',
    body: z.object({ knowledge_ids: z.array(z.string()) }),
    success: { status: 200, data: KnowledgeIds },
    refusals: [404],
  }),
};
