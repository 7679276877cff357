import { formatInstant } from '../api/scalars.ts';
import type { IdentityRecord, KnowledgeRecord, MessageRecord, SessionRecord } from '../contract/records.ts';

/** Records as they go over the wire: snake case, times as text, no integer keys. */

const times = ({ createdAt, updatedAt }: { createdAt: number; updatedAt: number }) => ({
  created_at: formatInstant(createdAt),
  updated_at: formatInstant(updatedAt),
});

export const presentIdentity = (record: IdentityRecord) => ({
  id: record.id,
  name: record.name,
  description: record.description,
  ...times(record),
});

export const presentSession = (record: SessionRecord) => ({
  id: record.id,
  user_id: record.userId,
  agent_id: record.agentId,
  name: record.name,
  ...times(record),
});

/** The six keys of the contract; with `full` also what else was sent. */
export const presentMessage = (record: MessageRecord, full: boolean) => ({
  id: record.id,
  session_id: record.sessionId,
  role: record.role,
  content: record.content,
  ...times(record),
  ...(full && { name: record.name, metadata: record.metadata }),
});

export const presentKnowledge = (record: KnowledgeRecord) => ({
  id: record.id,
  user_id: record.userId,
  content: record.content,
  ...times(record),
});
