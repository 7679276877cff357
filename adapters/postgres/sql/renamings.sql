-- name: add
INSERT INTO renamings (key, tenant_key, kind, target_key, at)
VALUES (nextval('keys'), @tenantKey, @kind, @targetKey, @at) RETURNING key;

-- name: hold_of
-- waits for a process that is at it
SELECT key, tenant_key, kind, target_key, at, reached FROM renamings
WHERE kind = @kind AND target_key = @targetKey ORDER BY key LIMIT 1 FOR UPDATE;

-- name: hold_next
-- every tenant's
SELECT key, tenant_key, kind, target_key, at, reached FROM renamings ORDER BY key LIMIT 1 FOR UPDATE SKIP LOCKED;

-- name: sessions_of_user
SELECT key AS session_key, user_key, last_sequence FROM sessions
WHERE user_key = @targetKey AND tenant_key = @tenantKey AND key > @reached ORDER BY key LIMIT @limit;

-- name: sessions_of_agent
SELECT key AS session_key, user_key, last_sequence FROM sessions
WHERE agent_key = @targetKey AND tenant_key = @tenantKey AND key > @reached ORDER BY key LIMIT @limit;

-- name: reach
UPDATE renamings SET reached = @reached WHERE key = @key;

-- name: finish
DELETE FROM renamings WHERE key = @key;

-- name: generations
SELECT user_key, generation FROM memories WHERE user_key = ANY (@userKeys::bigint[]) AND tenant_key = @tenantKey;
