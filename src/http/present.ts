import { formatInstant } from '../api/scalars.ts';
import type { IdentityRecord, JsonText, KnowledgeRecord, MessageRecord, SessionRecord } from '../contract/records.ts';
import { parseExactJson } from '../platform/exact-json.ts';

/** Records as they go over the wire: snake case, times as text, no integer keys. */

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

/** What a client sent as metadata, digit by digit. */
export const presentMetadata = (metadata: JsonText | null): Record<string, unknown> | null =>
  metadata === null ? null : (parseExactJson(metadata) as Record<string, unknown>);

/** The six keys of the contract; with `full` also what else was sent. */
export const presentMessage = (record: MessageRecord, full: boolean) => {
  const row = {
    id: record.id,
    session_id: record.sessionId,
    role: record.role,
    content: record.content,
    created_at: formatInstant(record.createdAt),
    updated_at: formatInstant(record.updatedAt),
  };
  return full ? { ...row, name: record.name, metadata: presentMetadata(record.metadata) } : row;
};

export const presentKnowledge = ({ id, userId, content, createdAt, updatedAt }: KnowledgeRecord) => ({
  id,
  user_id: userId,
  content,
  created_at: formatInstant(createdAt),
  updated_at: formatInstant(updatedAt),
});
