import { z } from 'zod';
import { cursorParameter, limitParameter, NextCursor } from './lists.ts';
import { operation } from './operation.ts';
import { atMost, Id, Instant, LaxBoolean, LaxNumber, maybe, StoredText, Timestamp } from './scalars.ts';

export const FACT_CATEGORY_NAMES = [
  'identity',
  'home',
  'work',
  'relation',
  'preference',
  'instruction',
  'possession',
  'health',
  'skill',
  'plan',
  'event',
  'opinion',
  'other',
] as const;
const Category = z.literal(FACT_CATEGORY_NAMES);
const State = z.literal(['active', 'superseded', 'retracted']).meta({
  description:
    '`active`: it holds. `superseded`: a later statement took its place. `retracted`: a person said that it is wrong; no search finds it, and that can be taken back.',
});

const MAX_FACT_LENGTH = 2_000;
const MAX_IDS = 100;

const FactText = atMost(
  StoredText.refine((text) => text.trim() !== '', { error: 'A fact cannot be empty' }),
  MAX_FACT_LENGTH,
);

const statement = {
  text: z.string(),
  subject: z.string(),
  predicate: z.string(),
  object: z.string(),
  category: Category,
  confidence: z.number().min(0).max(1),
  valid_from: Timestamp.nullable(),
  valid_to: Timestamp.nullable().meta({
    description: 'Until when it held; of one that was superseded, when the next began.',
  }),
};

export const Fact = z
  .object({
    id: Id,
    user_id: Id,
    ...statement,
    entities: z.array(z.string()),
    message_ids: z
      .array(Id)
      .meta({ description: 'The messages that say it, the newest first; of many the newest 100.' }),
    supersedes: z.array(Id),
    superseded_by: Id.nullable(),
    state: State,
    created_at: Timestamp,
    updated_at: Timestamp,
  })
  .meta({ id: 'Fact' });

const Snapshot = z.object({ ...statement, state: State, superseded_by: Id.nullable() }).meta({ id: 'FactSnapshot' });

const FactEvent = z
  .object({
    at: Timestamp,
    change: z.literal(['created', 'repeated', 'superseded', 'reopened', 'rederived', 'edited', 'undone']),
    reason: z.string(),
    before: Snapshot.nullable(),
    after: Snapshot,
  })
  .meta({ id: 'FactEvent' });

const Entity = z
  .object({
    id: Id,
    name: z.string(),
    aliases: z.array(z.string()),
    kind: z.string(),
    facts: z.int().meta({ description: 'How many facts name it.' }),
    first_seen: Timestamp,
    last_seen: Timestamp,
  })
  .meta({ id: 'Entity' });

const Said = z.object({
  messages: z.array(z.object({ id: Id, session_id: Id, role: z.string(), content: z.string(), created_at: Timestamp })),
  knowledge: z.array(z.object({ id: Id, content: z.string(), created_at: Timestamp })),
  facts: z.array(Fact),
});

const oneOf = (names: readonly string[]) => ({
  error: `Send exactly one of ${names.map((name) => `'${name}'`).join(' and ')}`,
});

export const facts = {
  list: operation({
    id: 'listFacts',
    method: 'get',
    path: '/users/{user_id}/facts',
    tag: 'facts',
    summary: 'List what is known of a user, in the order in which it became known',
    access: 'read',
    query: z.object({
      state: z.string().optional().meta({
        description:
          '`active` (default), `superseded`, `retracted` or `all`. With `as_of` the default is all but `retracted`.',
      }),
      subject: z.string().optional().meta({ description: 'Only facts about this person or thing, in any case.' }),
      category: z.string().optional(),
      as_of: z.string().optional().meta({ description: 'Only what held at this time, ISO 8601.' }),
      session_id: z.string().optional().meta({ description: 'Only what messages of this session say.' }),
      limit: limitParameter,
      cursor: cursorParameter,
    }),
    success: { status: 200, data: z.object({ facts: z.array(Fact), next_cursor: NextCursor }) },
    refusals: [400, 404],
  }),
  history: operation({
    id: 'factHistory',
    method: 'get',
    path: '/facts/{fact_id}/history',
    tag: 'facts',
    summary: 'Show what became of a fact, the oldest event first',
    access: 'read',
    success: { status: 200, data: z.object({ fact: Fact, history: z.array(FactEvent) }) },
    refusals: [404],
  }),
  update: operation({
    id: 'updateFact',
    example: { text: 'Ada lives in Linz.' },
    method: 'patch',
    path: '/facts/{fact_id}',
    tag: 'facts',
    summary: 'Change a fact; extraction leaves what it says alone from then on',
    access: 'write',
    body: z.strictObject({
      text: maybe(FactText),
      category: maybe(Category),
      confidence: maybe(LaxNumber.pipe(z.number().min(0).max(1))),
      valid_from: Instant.nullish().meta({ description: 'Null removes it.' }),
      valid_to: Instant.nullish().meta({ description: 'Null removes it.' }),
      state: maybe(State),
    }),
    success: { status: 200, data: z.object({ fact: Fact }) },
    refusals: [400, 404],
  }),
  delete: operation({
    id: 'deleteFact',
    method: 'delete',
    path: '/facts/{fact_id}',
    tag: 'facts',
    summary: 'Delete a fact with its history; it does not come back from the same messages',
    access: 'write',
    success: { status: 200, data: z.object({ fact_id: Id }) },
    refusals: [404],
  }),
  undo: operation({
    id: 'undoFact',
    method: 'post',
    path: '/facts/{fact_id}/undo',
    tag: 'facts',
    summary: 'Take back the newest change of a fact: an edit, or that it was superseded',
    access: 'write',
    success: { status: 200, data: z.object({ fact: Fact }) },
    refusals: [404, 409],
  }),
  entities: operation({
    id: 'listEntities',
    method: 'get',
    path: '/users/{user_id}/entities',
    tag: 'facts',
    summary: 'List the people, places and things that facts of a user name',
    access: 'read',
    query: z.object({ limit: limitParameter, cursor: cursorParameter }),
    success: { status: 200, data: z.object({ entities: z.array(Entity), next_cursor: NextCursor }) },
    refusals: [400, 404],
  }),
  profile: operation({
    id: 'userProfile',
    method: 'get',
    path: '/users/{user_id}/profile',
    tag: 'facts',
    summary: 'Show what holds about a user, by category, and as a text that changes only when a fact does',
    access: 'read',
    success: {
      status: 200,
      data: z.object({
        text: z.string(),
        categories: z.array(z.object({ category: Category, facts: z.array(Fact) })),
      }),
    },
    refusals: [404],
  }),
  forget: operation({
    id: 'forget',
    example: { query: 'olives', dry_run: true },
    method: 'post',
    path: '/users/{user_id}/forget',
    tag: 'facts',
    summary: 'Delete everything that says something: statements, their echoes, facts and knowledge',
    access: 'write',
    body: z
      .strictObject({
        query: maybe(StoredText.refine((text) => text.trim() !== '', { error: 'Say what is to be forgotten' })).meta({
          description: 'What is to be forgotten, in words. Everything is found that has them.',
        }),
        ids: maybe(z.array(z.string()).min(1).max(MAX_IDS)).meta({
          description: 'Ids of facts, messages and knowledge. What repeats them is forgotten as well.',
        }),
        dry_run: LaxBoolean.default(false).meta({ description: 'Only show what would be deleted.' }),
      })
      .refine(({ query, ids }) => ((query ?? null) !== null) !== ((ids ?? null) !== null), oneOf(['query', 'ids'])),
    success: { status: 200, data: z.object({ dry_run: z.boolean(), forgotten: Said }) },
    refusals: [400, 404],
  }),
  correct: operation({
    id: 'correctFact',
    example: { query: 'Where does Ada live?', text: 'Ada lives in Linz.' },
    method: 'post',
    path: '/users/{user_id}/correct',
    tag: 'facts',
    summary: 'Say how a fact truly is; the old text stays in its history',
    access: 'write',
    body: z
      .strictObject({
        fact_id: maybe(z.string()),
        query: maybe(StoredText.refine((text) => text.trim() !== '', { error: 'Say which fact is meant' })).meta({
          description: 'Which fact is meant, in words: the one that answers it best.',
        }),
        text: FactText,
      })
      .refine(
        ({ query, fact_id }) => ((query ?? null) !== null) !== ((fact_id ?? null) !== null),
        oneOf(['fact_id', 'query']),
      ),
    success: {
      status: 200,
      data: z.object({ fact: Fact, replaced: z.string().meta({ description: 'What it said before.' }) }),
    },
    refusals: [404],
  }),
};
