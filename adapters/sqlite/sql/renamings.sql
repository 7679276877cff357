-- name: add
INSERT INTO renamings (tenant_key, kind, target_key, at) VALUES (@tenantKey, @kind, @targetKey, @at) RETURNING key;

-- name: get
SELECT key, tenant_key AS tenantKey, kind, target_key AS targetKey, at, reached FROM renamings WHERE key = @key;

-- name: next
-- every tenant's
SELECT key, tenant_key AS tenantKey, kind, target_key AS targetKey, at, reached FROM renamings ORDER BY key LIMIT 1;

-- name: is_pending
-- every tenant's
SELECT EXISTS (SELECT 1 FROM renamings);

-- name: sessions_of_user
SELECT key AS sessionKey, user_key AS userKey, last_sequence AS lastSequence FROM sessions INDEXED BY sessions_by_user
WHERE user_key = @targetKey AND tenant_key = @tenantKey AND key > @reached ORDER BY key LIMIT @limit;

-- name: sessions_of_agent
SELECT key AS sessionKey, user_key AS userKey, last_sequence AS lastSequence FROM sessions INDEXED BY sessions_by_agent
WHERE agent_key = @targetKey AND tenant_key = @tenantKey AND key > @reached ORDER BY key LIMIT @limit;

-- name: reach
UPDATE renamings SET reached = @reached WHERE key = @key;

-- name: finish
DELETE FROM renamings WHERE key = @key;

-- name: generation
SELECT generation FROM users WHERE key = @userKey AND tenant_key = @tenantKey;
