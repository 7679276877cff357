import { z } from 'zod';
import { readTurn } from '../api/chat-turn.ts';
import { MAX_METADATA_BYTES } from '../api/messages.ts';
import { MAX_DAYS } from '../api/retention.ts';
import { Description, Name, StoredText } from '../api/scalars.ts';
import { COPIED_KINDS } from '../contract/copies.ts';
import { KEY_SCOPES, type KeyScope, ROLES } from '../contract/records.ts';
import type { RetentionPolicy } from '../contract/retention.ts';
import { type CopyRecord, CopyRecords } from './copy-records.ts';
import { Id, JsonObject, Moment, timeOf, times } from './fields.ts';

/**
 * The version of the format, which the first line of an export names; a server reads those up to its own. 2: what was made of messages
 * is in it too, so that a server which would pass that over refuses the file.
 */
export const FORMAT = 2;

const Metadata = JsonObject.refine((text) => Buffer.byteLength(text) <= MAX_METADATA_BYTES, {
  error: `Metadata should have at most ${MAX_METADATA_BYTES} bytes`,
});

const identity = { id: Id, name: Name, description: Description.nullable(), ...times };

/** A line of an export, by its `type`. Whatever a line refers to stands above it. */
export const ExportedRecord = z.discriminatedUnion('type', [
  z.object({ type: z.literal('agent'), ...identity }),
  z.object({
    type: z.literal('user'),
    ...identity,
    retention: z
      .object({
        messages_days: z.number().positive().max(MAX_DAYS).nullable(),
        half_life_days: z.number().min(0).max(MAX_DAYS).nullable(),
      })
      .optional(),
  }),
  z.object({
    type: z.literal('session'),
    ...{ id: Id, user_id: Id, agent_id: Id, name: Name, ...times },
    // The work whose outcomes stand below: it is done again only where a line says that it was not done.
    made: z.array(z.literal(COPIED_KINDS)).default([]),
  }),
  z.object({
    type: z.literal('message'),
    id: Id,
    session_id: Id,
    role: z.literal(ROLES),
    content: StoredText.min(1),
    name: Name.nullable(),
    metadata: Metadata.nullable(),
    source: JsonObject.nullable(),
    ...times,
  }),
  z.object({ type: z.literal('knowledge'), id: Id, user_id: Id, content: StoredText, ...times }),
  z.object({
    type: z.literal('api_key'),
    id: Id,
    user_id: Id.nullable(),
    name: Name.nullable(),
    hash: z.string().regex(/^[0-9a-f]{64}$/),
    permissions: z.array(z.literal(KEY_SCOPES)),
    created_at: Moment,
    expires_at: Moment.nullable(),
  }),
  ...CopyRecords,
]);
export type ExportedRecord = z.output<typeof ExportedRecord>;
/** Records that are added to the store one by one; the others come in many at a time. */
export type SingleRecord = Exclude<ExportedRecord, CopyRecord | { type: 'message' }>;
export type RecordType = ExportedRecord['type'];
export type RecordOf<T extends RecordType> = Extract<ExportedRecord, { type: T }>;

interface Times {
  readonly createdAt: number;
  readonly updatedAt: number;
}
const timesOf = ({ createdAt, updatedAt }: Times) => ({ created_at: timeOf(createdAt), updated_at: timeOf(updatedAt) });

interface Identity extends Times {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
}
const identityOf = (row: Identity) => ({ id: row.id, name: row.name, description: row.description, ...timesOf(row) });

/** The lines of rows, without their ends. JSON that is stored as text is put in as it is, so that its numbers stay exact. */
export const lineOf = {
  agent: (row: Identity): string => JSON.stringify({ type: 'agent', ...identityOf(row) }),
  /** Without a policy it is as it was before there were any. */
  user: (row: Identity, { messagesDays, halfLifeDays }: RetentionPolicy): string =>
    JSON.stringify({
      ...{ type: 'user', ...identityOf(row) },
      ...((messagesDays ?? halfLifeDays) !== null && {
        retention: { messages_days: messagesDays, half_life_days: halfLifeDays },
      }),
    }),
  session: (
    row: Times & { id: string; userId: string; agentId: string; name: string },
    made: readonly string[],
  ): string =>
    JSON.stringify({
      ...{ type: 'session', id: row.id, user_id: row.userId, agent_id: row.agentId, name: row.name },
      ...timesOf(row),
      made,
    }),
  message: (
    row: Times & {
      id: string;
      sessionId: string;
      role: string;
      content: string;
      name: string | null;
      metadata: string | null;
      source: string | null;
    },
  ): string => {
    const { id, sessionId, role, content, name, metadata, source } = row;
    const fields = { type: 'message', id, session_id: sessionId, role, content, name, ...timesOf(row) };
    return `${JSON.stringify(fields).slice(0, -1)},"metadata":${metadata ?? 'null'},"source":${source ?? 'null'}}`;
  },
  knowledge: (row: Times & { id: string; userId: string; content: string }): string =>
    JSON.stringify({ type: 'knowledge', id: row.id, user_id: row.userId, content: row.content, ...timesOf(row) }),
  apiKey: (row: {
    id: string;
    userId: string | null;
    name: string | null;
    hash: string;
    scopes: readonly KeyScope[];
    createdAt: number;
    expiresAt: number | null;
  }): string =>
    JSON.stringify({
      ...{ type: 'api_key', id: row.id, user_id: row.userId, name: row.name, hash: row.hash, permissions: row.scopes },
      ...{ created_at: timeOf(row.createdAt), expires_at: row.expiresAt === null ? null : timeOf(row.expiresAt) },
    }),
} as const;

type Fields = Readonly<Record<string, unknown>>;

/** By what words beside its content search finds a message that came with a source: they are not exported. */
export const foundByOf = (content: string, source: string | null): string | null => {
  if (source === null) return null;
  const { content: own, parts, ...beside } = JSON.parse(source) as Fields & { readonly parts?: readonly unknown[] };
  // Without a text of its own the content is made of these words already.
  if (own === null) return null;
  return readTurn([content, ...(parts ?? [])], beside)?.foundBy ?? null;
};
