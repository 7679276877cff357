import { formatInstant } from '../api/scalars.ts';
import type {
  IdentityRecord,
  JsonText,
  KnowledgeRecord,
  MessageRecord,
  Role,
  SessionRecord,
} from '../contract/records.ts';
import { parseExactJson } from '../platform/exact-json.ts';

/** Records in their JSON form: snake case, times as text, no integer keys. */

export const presentIdentity = ({ id, name, description, createdAt, updatedAt }: IdentityRecord) => ({
  id,
  name,
  description,
  created_at: formatInstant(createdAt),
  updated_at: formatInstant(updatedAt),
});

export const presentSession = ({ id, userId, agentId, name, createdAt, updatedAt }: SessionRecord) => ({
  id,
  user_id: userId,
  agent_id: agentId,
  name,
  created_at: formatInstant(createdAt),
  updated_at: formatInstant(updatedAt),
});

type Kept = Pick<MessageRecord, 'metadata' | 'source'>;

const membersOf = (text: JsonText | null): Record<string, unknown> | null =>
  text === null ? null : (parseExactJson(text) as Record<string, unknown>);

/** What a client sent as metadata, digit by digit, and under `source` what the message came with beside its text. */
export const presentMetadata = ({ metadata, source }: Kept): Record<string, unknown> | null =>
  source === null ? membersOf(metadata) : { ...membersOf(metadata), source: membersOf(source) };

/** The role under which a message was sent: results of tools may have come under the user's. */
export const sentRole = ({ role, source }: Pick<MessageRecord, 'role' | 'source'>): Role =>
  (role === 'tool' && (membersOf(source)?.['role'] as Role | undefined)) || role;

/** For clients that know the three roles of the old server: all others say nothing of a user's or an assistant's. */
export const oldRole = (role: Role): 'user' | 'assistant' | 'system' =>
  role === 'user' || role === 'assistant' ? role : 'system';

/** A message with everything that was sent. */
export const presentFullMessage = (record: MessageRecord) => {
  const { id, sessionId, content, createdAt, updatedAt, name } = record;
  const times = { created_at: formatInstant(createdAt), updated_at: formatInstant(updatedAt) };
  const role = sentRole(record);
  return { id, session_id: sessionId, role, content, ...times, name, metadata: presentMetadata(record) };
};

/** The six keys of the contract; with `full` also what else was sent. */
export const presentMessage = (record: MessageRecord, full: boolean) => {
  if (full) return presentFullMessage(record);
  const { id, sessionId, role, content, createdAt, updatedAt } = record;
  const times = { created_at: formatInstant(createdAt), updated_at: formatInstant(updatedAt) };
  return { id, session_id: sessionId, role: oldRole(role), content, ...times };
};

export const presentKnowledge = ({ id, userId, content, createdAt, updatedAt }: KnowledgeRecord) => ({
  id,
  user_id: userId,
  content,
  created_at: formatInstant(createdAt),
  updated_at: formatInstant(updatedAt),
});
