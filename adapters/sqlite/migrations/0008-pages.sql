-- Lists are read in pages, each by an index that holds them in order of key.
CREATE INDEX users_by_tenant ON users (tenant_key);
CREATE INDEX agents_by_tenant ON agents (tenant_key);
CREATE INDEX sessions_by_tenant ON sessions (tenant_key);
CREATE INDEX sessions_by_user ON sessions (user_key);
CREATE INDEX sessions_by_user_and_agent ON sessions (user_key, agent_key);
CREATE INDEX knowledge_by_user ON knowledge (user_key);
CREATE INDEX api_keys_by_tenant ON api_keys (tenant_key);

-- Messages nearly always arrive in the order of their times and of their ids, so that the index by sequence lists them by
-- either. From the first of a session that does not, its messages are late, and these alone pay for indexes of their own.
ALTER TABLE messages ADD COLUMN late INTEGER NOT NULL DEFAULT 0;
-- The greatest id that ever arrived, beside the latest time.
ALTER TABLE sessions ADD COLUMN last_id TEXT NOT NULL DEFAULT '';
-- The sequence of the first late message; null while there is none.
ALTER TABLE sessions ADD COLUMN late_from INTEGER;

UPDATE sessions SET last_id = coalesce((SELECT max(id) FROM messages WHERE session_key = sessions.key), '');
UPDATE sessions SET late_from = 1 WHERE chronological = 0 OR key IN (
  SELECT session_key
  FROM (SELECT session_key, id < lag(id) OVER (PARTITION BY session_key ORDER BY sequence) AS is_back FROM messages)
  WHERE is_back
);
UPDATE messages SET late = 1 WHERE session_key IN (SELECT key FROM sessions WHERE late_from = 1);
ALTER TABLE sessions DROP COLUMN chronological;

CREATE INDEX messages_late_by_time ON messages (session_key, created_at, sequence) WHERE late = 1;
CREATE INDEX messages_late_by_id ON messages (session_key, id, sequence) WHERE late = 1;
