import { z } from 'zod';
import { Name, StoredText } from '../api/scalars.ts';
import {
  COPIED_KINDS,
  type Copy,
  type EntityCopy,
  type EpisodeCopy,
  type FactCopy,
  type ForgottenCopy,
  MOST_MENTIONS,
  MOST_TERMS,
  type PendingCopy,
} from '../contract/copies.ts';
import { FACT_CATEGORIES } from '../contract/fact-drafts.ts';
import { FACT_CHANGES, FACT_STATES, MOST_EVENTS, MOST_SOURCES } from '../contract/facts.ts';
import { Id, JsonObject, Moment, timeOf, times } from './fields.ts';

/** More than the server makes of messages: what a file says beyond is refused, before it holds up whoever writes. */
const Text = StoredText.max(8_192);
const Words = z.array(StoredText.max(1_024)).max(MOST_TERMS);
const Json = JsonObject.refine((text) => text.length <= 65_536, {
  error: 'Input should have at most 65,536 characters',
});
const MaybeMoment = Moment.nullable();

/** What extraction made of messages. Its fields stay in their order, by which a later try sees that it says the same. */
const Draft = z.object({
  text: Text,
  subject: Text,
  predicate: Text,
  object: Text,
  category: z.literal(FACT_CATEGORIES),
  confidence: z.number(),
  validFromMs: z.number().nullable(),
  validToMs: z.number().nullable(),
  entities: z.array(z.object({ name: Text, kind: Text })).max(256),
  messageKeys: z.array(z.never()),
});
const DraftText = Json.refine((text) => Draft.safeParse(JSON.parse(text)).success, {
  error: 'Input should be a statement as an export has it',
});

const Fact = z.object({
  type: z.literal('fact'),
  id: Id,
  user_id: Id,
  text: Text,
  subject: Text,
  predicate: Text,
  object: Text,
  category: z.literal(FACT_CATEGORIES),
  confidence: z.number().min(0).max(1),
  valid_from: MaybeMoment,
  valid_to: MaybeMoment,
  state: z.literal(FACT_STATES),
  superseded_by: Id.nullable(),
  said_at: Moment,
  ended_at: MaybeMoment,
  edited_at: MaybeMoment,
  ...times,
  terms: Words,
  entities: z.array(z.object({ of: Text, name: Text, said_at: Moment })).max(256),
  history: z
    .array(
      z.object({
        at: Moment,
        change: z.literal(FACT_CHANGES),
        reason: Text,
        before: Json.nullable(),
        after: Json,
        is_undone: z.boolean(),
      }),
    )
    .max(MOST_EVENTS),
  mentions: z
    .array(
      z.object({ message_ids: z.array(Id).min(1).max(MOST_SOURCES), said_at: Moment, draft: DraftText, terms: Words }),
    )
    .min(1)
    .max(MOST_MENTIONS.first + MOST_MENTIONS.newest),
});

const Entity = z.object({ type: z.literal('entity'), id: Id, user_id: Id, name: Text, kind: Text });

const Episode = z.object({
  type: z.literal('episode'),
  id: Id,
  user_id: Id,
  first_message_id: Id,
  last_message_id: Id,
  messages: z.int().min(1),
  title: Text,
  summary: Text,
  participants: Words,
  key_phrases: Words,
  started_at: Moment,
  ended_at: Moment,
  vector: z.object({ model: Name, scale: z.number(), components: z.base64().max(16_384) }).nullable(),
  ...times,
});

const Forgotten = z.object({
  type: z.literal('forgotten'),
  user_id: Id,
  message_id: Id,
  statements: z
    .array(z.object({ salt: z.int(), terms: Words }))
    .min(1)
    .max(256),
});

const Pending = z.object({
  type: z.literal('pending'),
  user_id: Id,
  work: z.literal(COPIED_KINDS),
  first_message_id: Id,
  last_message_id: Id,
});

/** The lines of what was made of messages. They stand below all messages of their user. */
export const CopyRecords = [Entity, Fact, Episode, Forgotten, Pending] as const;
export type CopyRecord = z.output<(typeof CopyRecords)[number]>;
export type CopyType = CopyRecord['type'];
export const COPY_TYPES = ['entity', 'fact', 'episode', 'forgotten', 'pending'] as const satisfies readonly CopyType[];

export const isCopy = (record: { readonly type: string }): record is CopyRecord =>
  (COPY_TYPES as readonly string[]).includes(record.type);

const fromFact = (record: z.output<typeof Fact>): FactCopy => {
  const { id, text, subject, predicate, object, category, confidence, state, terms, entities, mentions } = record;
  return {
    ...{ kind: 'fact', id, text, subject, predicate, object, category, confidence, state, terms },
    validFrom: record.valid_from,
    validTo: record.valid_to,
    supersededBy: record.superseded_by,
    saidAt: record.said_at,
    endedAt: record.ended_at,
    editedAt: record.edited_at,
    createdAt: record.created_at,
    updatedAt: record.updated_at,
    entities: entities.map(({ of, name, said_at: saidAt }) => ({ of, name, saidAt })),
    history: record.history.map(({ is_undone: isUndone, ...event }) => ({ ...event, isUndone })),
    mentions: mentions.map(({ message_ids: messageIds, said_at: saidAt, ...said }) => ({
      messageIds,
      saidAt,
      ...said,
    })),
  };
};

const fromEpisode = (record: z.output<typeof Episode>): EpisodeCopy => {
  const { id, messages, title, summary, participants, vector } = record;
  return {
    ...{ kind: 'episode', id, messages, title, summary, participants },
    firstMessageId: record.first_message_id,
    lastMessageId: record.last_message_id,
    keyPhrases: record.key_phrases,
    startedAt: record.started_at,
    endedAt: record.ended_at,
    createdAt: record.created_at,
    updatedAt: record.updated_at,
    vector: vector && { ...vector, components: new Int8Array(Buffer.from(vector.components, 'base64')) },
  };
};

/** What a record is for a store. */
export const copyOf = (record: CopyRecord): Copy => {
  switch (record.type) {
    case 'fact':
      return fromFact(record);
    case 'entity':
      return { kind: 'entity', id: record.id, name: record.name, entityKind: record.kind };
    case 'episode':
      return fromEpisode(record);
    case 'forgotten': {
      const statements = record.statements.map(({ salt, terms }) => JSON.stringify({ salt, terms }));
      return { kind: 'forgotten', messageId: record.message_id, statements };
    }
    case 'pending': {
      const { work, first_message_id: firstMessageId, last_message_id: lastMessageId } = record;
      return { kind: 'pending', work, firstMessageId, lastMessageId };
    }
    default:
      return record satisfies never;
  }
};

const timeOrNull = (at: number | null): string | null => (at === null ? null : timeOf(at));
const parsed = (text: string): unknown => JSON.parse(text);

const factLine = (copy: FactCopy, userId: string): object => {
  const { id, text, subject, predicate, object, category, confidence, state, terms, entities, history, mentions } =
    copy;
  return {
    ...{ type: 'fact', id, user_id: userId, text, subject, predicate, object, category, confidence },
    valid_from: timeOrNull(copy.validFrom),
    valid_to: timeOrNull(copy.validTo),
    state,
    superseded_by: copy.supersededBy,
    said_at: timeOf(copy.saidAt),
    ended_at: timeOrNull(copy.endedAt),
    edited_at: timeOrNull(copy.editedAt),
    created_at: timeOf(copy.createdAt),
    updated_at: timeOf(copy.updatedAt),
    terms,
    entities: entities.map(({ of, name, saidAt }) => ({ of, name, said_at: timeOf(saidAt) })),
    history: history.map(({ at, change, reason, before, after, isUndone }) => ({
      ...{ at: timeOf(at), change, reason, before: before && parsed(before), after: parsed(after) },
      is_undone: isUndone,
    })),
    mentions: mentions.map(({ messageIds, saidAt, draft, terms: foundBy }) => ({
      ...{ message_ids: messageIds, said_at: timeOf(saidAt), draft: parsed(draft), terms: foundBy },
    })),
  };
};

const episodeLine = (copy: EpisodeCopy, userId: string): object => {
  const { id, messages, title, summary, participants, vector } = copy;
  const components = vector && Buffer.from(vector.components).toString('base64');
  return {
    ...{ type: 'episode', id, user_id: userId },
    first_message_id: copy.firstMessageId,
    last_message_id: copy.lastMessageId,
    ...{ messages, title, summary, participants, key_phrases: copy.keyPhrases },
    started_at: timeOf(copy.startedAt),
    ended_at: timeOf(copy.endedAt),
    vector: vector && { model: vector.model, scale: vector.scale, components },
    created_at: timeOf(copy.createdAt),
    updated_at: timeOf(copy.updatedAt),
  };
};

/** The line of a copy of a user's, without its end. */
export const copyLine = (
  copy: FactCopy | EntityCopy | EpisodeCopy | ForgottenCopy | PendingCopy,
  userId: string,
): string => {
  switch (copy.kind) {
    case 'fact':
      return JSON.stringify(factLine(copy, userId));
    case 'entity':
      return JSON.stringify({ type: 'entity', id: copy.id, user_id: userId, name: copy.name, kind: copy.entityKind });
    case 'episode':
      return JSON.stringify(episodeLine(copy, userId));
    case 'forgotten': {
      const statements = copy.statements.map(parsed);
      return JSON.stringify({ type: 'forgotten', user_id: userId, message_id: copy.messageId, statements });
    }
    case 'pending': {
      const { work, firstMessageId, lastMessageId } = copy;
      const range = { first_message_id: firstMessageId, last_message_id: lastMessageId };
      return JSON.stringify({ type: 'pending', user_id: userId, work, ...range });
    }
    default:
      return copy satisfies never;
  }
};
