-- name: add
INSERT INTO removals (key, tenant_key, kind, target_key, stage, user_key, first_key, last_key)
VALUES (nextval('keys'), @tenantKey, @kind, @targetKey, @stage, @userKey, @firstKey, @lastKey)
RETURNING key;

-- name: get
SELECT stage FROM removals WHERE key = @key;

-- name: hold
-- waits for a process that is at it
SELECT key, kind, target_key, stage, reached, user_key FROM removals WHERE key = @key FOR UPDATE;

-- name: hold_next
-- every tenant's: what is to be hidden comes first, since somebody waits for it. Nobody waits for one that another is at
SELECT key, kind, target_key, stage, reached, user_key FROM removals
ORDER BY stage, key LIMIT 1 FOR UPDATE SKIP LOCKED;

-- name: count
-- every tenant's
SELECT count(*) AS count FROM removals;

-- name: reach
UPDATE removals SET reached = @reached WHERE key = @key;

-- name: enter_stage
UPDATE removals SET stage = @stage WHERE key = @key;

-- name: finish
DELETE FROM removals WHERE key = @key;

-- name: hide_user
UPDATE users SET tenant_key = 0, id = gen_random_uuid()::text, name = gen_random_uuid()::text, description = NULL
WHERE key = @key AND tenant_key = @tenantKey;

-- name: hide_memory
UPDATE memories SET tenant_key = 0 WHERE user_key = @key AND tenant_key = @tenantKey;

-- name: hide_agent
UPDATE agents SET tenant_key = 0, id = gen_random_uuid()::text, name = gen_random_uuid()::text, description = NULL
WHERE key = @key AND tenant_key = @tenantKey;

-- name: hide_sessions
UPDATE sessions SET tenant_key = 0, id = gen_random_uuid()::text, name = gen_random_uuid()::text
WHERE user_key = @userKey AND key = ANY (@keys::bigint[]);

-- name: forget_routes
DELETE FROM session_routes r USING sessions s
WHERE s.user_key = @userKey AND s.key = ANY (@keys::bigint[]) AND r.id = s.id;

-- name: users_there
SELECT user_key FROM memories WHERE user_key = ANY (@userKeys::bigint[]) AND tenant_key = @tenantKey;

-- name: range_of_session
-- keys ascend with the sequence
SELECT
  (SELECT key FROM messages WHERE user_key = @userKey AND session_key = @key ORDER BY sequence LIMIT 1) AS first_key,
  (SELECT key FROM messages WHERE user_key = @userKey AND session_key = @key ORDER BY sequence DESC LIMIT 1) AS last_key;

-- name: sessions_of_user
SELECT key, tenant_key, user_key FROM sessions WHERE user_key = @targetKey AND key > @reached ORDER BY key LIMIT @limit;

-- name: sessions_of_agent
SELECT key, tenant_key, user_key FROM sessions WHERE agent_key = @targetKey AND key > @reached ORDER BY key LIMIT @limit;

-- name: forget_tasks
DELETE FROM outbox WHERE (user_key, key) IN (
  SELECT user_key, key FROM outbox WHERE user_key = @userKey AND session_key = @key LIMIT @limit
);

-- name: forget_api_keys
DELETE FROM api_keys WHERE key IN (SELECT key FROM api_keys WHERE user_key = @key LIMIT @limit);

-- name: messages
SELECT sequence AS place,
  octet_length(content) + coalesce(octet_length(metadata), 0) + coalesce(octet_length(source), 0) AS bytes
FROM messages WHERE user_key = @userKey AND session_key = @key ORDER BY sequence LIMIT @limit;

-- name: remove_messages
WITH gone AS (
  DELETE FROM messages WHERE user_key = @userKey AND session_key = @key AND sequence <= @upTo RETURNING user_key, key
)
DELETE FROM message_vectors v USING gone WHERE v.user_key = gone.user_key AND v.message_key = gone.key;

-- name: forget_segments
-- those that show messages of a session that is being removed
DELETE FROM index_segments s USING removals r
WHERE r.key = @removalKey AND s.user_key = r.user_key AND s.last_key >= r.first_key AND s.first_key <= r.last_key;

-- name: remove_session
DELETE FROM sessions WHERE user_key = @userKey AND key = @key;

-- name: knowledge
SELECT key AS place, octet_length(content) AS bytes FROM knowledge WHERE user_key = @key ORDER BY key LIMIT @limit;

-- name: remove_knowledge
DELETE FROM knowledge WHERE user_key = @key AND key <= @upTo;

-- name: segments
SELECT last_key AS place, octet_length(bytes) AS bytes FROM index_segments
WHERE user_key = @key ORDER BY last_key LIMIT @limit;

-- name: remove_segments
DELETE FROM index_segments WHERE user_key = @key AND last_key <= @upTo;

-- name: retractions
SELECT generation AS place, 0 AS bytes FROM retractions WHERE user_key = @key ORDER BY generation LIMIT @limit;

-- name: remove_retractions
DELETE FROM retractions WHERE user_key = @key AND generation <= @upTo;

-- name: claims
SELECT created_at AS place, 0 AS bytes FROM idempotency WHERE user_key = @key ORDER BY created_at LIMIT @limit;

-- name: remove_claims
DELETE FROM idempotency WHERE user_key = @key AND created_at <= @upTo;

-- name: remove_user
DELETE FROM users WHERE key = @key;

-- name: remove_memory
DELETE FROM memories WHERE user_key = @key;

-- name: remove_agent
DELETE FROM agents WHERE key = @key;

-- name: session_there
SELECT 1 AS there FROM sessions s JOIN memories m ON m.user_key = s.user_key AND m.tenant_key = s.tenant_key
WHERE s.user_key = @userKey AND s.key = @key AND s.tenant_key = @tenantKey;
