-- name: add
INSERT INTO removals (tenant_key, kind, target_key, stage, user_key, first_key, last_key)
VALUES (@tenantKey, @kind, @targetKey, @stage, @userKey, @firstKey, @lastKey)
RETURNING key;

-- name: get
SELECT stage FROM removals WHERE key = @key;

-- name: next
-- every tenant's: what is to be hidden comes first, since somebody waits for it
SELECT key, kind, target_key AS targetKey, stage, reached FROM removals ORDER BY stage, key LIMIT 1;

-- name: is_pending
-- every tenant's
SELECT EXISTS (SELECT 1 FROM removals);

-- name: count
-- every tenant's
SELECT count(*) FROM removals;

-- name: reach
UPDATE removals SET reached = @reached WHERE key = @key;

-- name: enter_stage
UPDATE removals SET stage = @stage WHERE key = @key;

-- name: finish
DELETE FROM removals WHERE key = @key;

-- name: hide_user
UPDATE users SET tenant_key = 0, id = lower(hex(randomblob(16))), name = lower(hex(randomblob(16))), description = NULL
WHERE key = @key AND tenant_key = @tenantKey;

-- name: hide_agent
UPDATE agents SET tenant_key = 0, id = lower(hex(randomblob(16))), name = lower(hex(randomblob(16))), description = NULL
WHERE key = @key AND tenant_key = @tenantKey;

-- name: hide_session
UPDATE sessions SET tenant_key = 0, id = lower(hex(randomblob(16))), name = lower(hex(randomblob(16)))
WHERE key = @key AND tenant_key = @tenantKey;

-- name: user_is_there
SELECT 1 FROM users WHERE key = @userKey AND tenant_key = @tenantKey;

-- name: range_of_session
-- keys ascend with the sequence
SELECT
  (SELECT key FROM messages WHERE session_key = @key ORDER BY sequence LIMIT 1) AS firstKey,
  (SELECT key FROM messages WHERE session_key = @key ORDER BY sequence DESC LIMIT 1) AS lastKey;

-- name: sessions_of_user
SELECT key, tenant_key AS tenantKey, user_key AS userKey FROM sessions INDEXED BY sessions_by_user
WHERE user_key = @targetKey AND key > @reached ORDER BY key LIMIT @limit;

-- name: sessions_of_agent
SELECT key, tenant_key AS tenantKey, user_key AS userKey FROM sessions INDEXED BY sessions_by_agent
WHERE agent_key = @targetKey AND key > @reached ORDER BY key LIMIT @limit;

-- name: forget_tasks
DELETE FROM outbox WHERE key IN (SELECT key FROM outbox WHERE session_key = @key LIMIT @limit);

-- name: forget_api_keys
DELETE FROM api_keys WHERE key IN (SELECT key FROM api_keys WHERE user_key = @key LIMIT @limit);

-- name: messages
SELECT sequence AS place,
  octet_length(content) + coalesce(octet_length(metadata), 0) + coalesce(octet_length(source), 0) AS bytes
FROM messages WHERE session_key = @key ORDER BY sequence LIMIT @limit;

-- name: remove_messages
DELETE FROM messages WHERE session_key = @key AND sequence <= @upTo;

-- name: remove_session
DELETE FROM sessions WHERE key = @key;

-- name: knowledge
SELECT key AS place, octet_length(content) AS bytes FROM knowledge INDEXED BY knowledge_by_user
WHERE user_key = @key ORDER BY key LIMIT @limit;

-- name: remove_knowledge
DELETE FROM knowledge WHERE user_key = @key AND key <= @upTo;

-- name: segments
SELECT last_key AS place, octet_length(bytes) AS bytes FROM index_segments INDEXED BY index_segments_by_user
WHERE user_key = @key ORDER BY last_key LIMIT @limit;

-- name: remove_segments
DELETE FROM index_segments WHERE user_key = @key AND last_key <= @upTo;

-- name: retractions
SELECT generation AS place, 0 AS bytes FROM retractions WHERE user_key = @key ORDER BY generation LIMIT @limit;

-- name: remove_retractions
DELETE FROM retractions WHERE user_key = @key AND generation <= @upTo;

-- name: remove_user
DELETE FROM users WHERE key = @key;

-- name: remove_agent
DELETE FROM agents WHERE key = @key;
