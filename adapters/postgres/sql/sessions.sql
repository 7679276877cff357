-- name: route
SELECT user_key, session_key AS key FROM session_routes WHERE id = @sessionId;

-- name: routes
SELECT id, user_key, session_key FROM session_routes WHERE id = ANY (@ids::text[]);

-- name: last_key
SELECT coalesce(max(key), 0) AS key FROM sessions WHERE tenant_key = @tenantKey;

-- name: list
SELECT s.key, s.id, s.user_key, u.id AS user_id, s.agent_key, a.id AS agent_id, s.name, s.created_at, s.updated_at
FROM sessions s JOIN users u ON u.key = s.user_key AND u.tenant_key = s.tenant_key JOIN agents a ON a.key = s.agent_key
WHERE s.tenant_key = @tenantKey AND s.key > @after AND s.key <= @until
ORDER BY s.key LIMIT @limit;

-- name: list_newest_first
SELECT s.key, s.id, s.user_key, u.id AS user_id, s.agent_key, a.id AS agent_id, s.name, s.created_at, s.updated_at
FROM sessions s JOIN users u ON u.key = s.user_key AND u.tenant_key = s.tenant_key JOIN agents a ON a.key = s.agent_key
WHERE s.tenant_key = @tenantKey AND s.key > @after AND s.key <= @until
ORDER BY s.key DESC LIMIT @limit;

-- name: list_of_user
SELECT s.key, s.id, s.user_key, u.id AS user_id, s.agent_key, a.id AS agent_id, s.name, s.created_at, s.updated_at
FROM sessions s JOIN users u ON u.key = s.user_key AND u.tenant_key = s.tenant_key JOIN agents a ON a.key = s.agent_key
WHERE s.user_key = @ownerKey AND s.tenant_key = @tenantKey AND s.key > @after AND s.key <= @until
ORDER BY s.key LIMIT @limit;

-- name: list_of_user_newest_first
SELECT s.key, s.id, s.user_key, u.id AS user_id, s.agent_key, a.id AS agent_id, s.name, s.created_at, s.updated_at
FROM sessions s JOIN users u ON u.key = s.user_key AND u.tenant_key = s.tenant_key JOIN agents a ON a.key = s.agent_key
WHERE s.user_key = @ownerKey AND s.tenant_key = @tenantKey AND s.key > @after AND s.key <= @until
ORDER BY s.key DESC LIMIT @limit;

-- name: list_of_agent
SELECT s.key, s.id, s.user_key, u.id AS user_id, s.agent_key, a.id AS agent_id, s.name, s.created_at, s.updated_at
FROM sessions s JOIN users u ON u.key = s.user_key AND u.tenant_key = s.tenant_key JOIN agents a ON a.key = s.agent_key
WHERE s.agent_key = @agentKey AND s.tenant_key = @tenantKey AND s.key > @after AND s.key <= @until
ORDER BY s.key LIMIT @limit;

-- name: list_of_agent_newest_first
SELECT s.key, s.id, s.user_key, u.id AS user_id, s.agent_key, a.id AS agent_id, s.name, s.created_at, s.updated_at
FROM sessions s JOIN users u ON u.key = s.user_key AND u.tenant_key = s.tenant_key JOIN agents a ON a.key = s.agent_key
WHERE s.agent_key = @agentKey AND s.tenant_key = @tenantKey AND s.key > @after AND s.key <= @until
ORDER BY s.key DESC LIMIT @limit;

-- name: list_of_both
SELECT s.key, s.id, s.user_key, u.id AS user_id, s.agent_key, a.id AS agent_id, s.name, s.created_at, s.updated_at
FROM sessions s JOIN users u ON u.key = s.user_key AND u.tenant_key = s.tenant_key JOIN agents a ON a.key = s.agent_key
WHERE s.user_key = @ownerKey AND s.agent_key = @agentKey AND s.tenant_key = @tenantKey
  AND s.key > @after AND s.key <= @until
ORDER BY s.key LIMIT @limit;

-- name: list_of_both_newest_first
SELECT s.key, s.id, s.user_key, u.id AS user_id, s.agent_key, a.id AS agent_id, s.name, s.created_at, s.updated_at
FROM sessions s JOIN users u ON u.key = s.user_key AND u.tenant_key = s.tenant_key JOIN agents a ON a.key = s.agent_key
WHERE s.user_key = @ownerKey AND s.agent_key = @agentKey AND s.tenant_key = @tenantKey
  AND s.key > @after AND s.key <= @until
ORDER BY s.key DESC LIMIT @limit;

-- name: get
SELECT s.key, s.id, s.user_key, u.id AS user_id, s.agent_key, a.id AS agent_id, s.name, s.created_at, s.updated_at
FROM session_routes r JOIN sessions s ON s.user_key = r.user_key AND s.key = r.session_key
  JOIN users u ON u.key = s.user_key AND u.tenant_key = s.tenant_key JOIN agents a ON a.key = s.agent_key
WHERE r.id = @id AND s.tenant_key = @tenantKey AND (@userKey::bigint IS NULL OR s.user_key = @userKey);

-- name: find_by_name
SELECT s.key, s.id, s.user_key, u.id AS user_id, s.agent_key, a.id AS agent_id, s.name, s.created_at, s.updated_at
FROM sessions s JOIN users u ON u.key = s.user_key AND u.tenant_key = s.tenant_key JOIN agents a ON a.key = s.agent_key
WHERE s.tenant_key = @tenantKey AND md5(s.name) = md5(@name) AND s.name = @name AND (@userKey::bigint IS NULL OR s.user_key = @userKey)
ORDER BY s.key LIMIT 1;

-- name: find_by_name_of_user
SELECT s.key, s.id, s.user_key, u.id AS user_id, s.agent_key, a.id AS agent_id, s.name, s.created_at, s.updated_at
FROM users u JOIN sessions s ON s.user_key = u.key AND s.tenant_key = u.tenant_key JOIN agents a ON a.key = s.agent_key
WHERE u.id = @userId AND u.tenant_key = @tenantKey AND md5(s.name) = md5(@name) AND s.name = @name
  AND (@userKey::bigint IS NULL OR s.user_key = @userKey);

-- name: insert
INSERT INTO sessions (user_key, key, tenant_key, id, agent_key, name, created_at, updated_at)
VALUES (@ownerKey, nextval('keys'), @tenantKey, @id, @agentKey, @name, @at, @at)
ON CONFLICT (user_key, md5(name)) DO NOTHING RETURNING key;

-- name: insert_route
INSERT INTO session_routes (id, user_key, session_key) VALUES (@id, @ownerKey, @key);

-- name: update
UPDATE sessions SET name = coalesce(@name, name), updated_at = @at
WHERE user_key = @ownerKey AND key = @key AND tenant_key = @tenantKey;
