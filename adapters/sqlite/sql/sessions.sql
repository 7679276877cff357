-- name: list
SELECT s.key, s.id, s.user_key AS userKey, u.id AS userId, s.agent_key AS agentKey, a.id AS agentId,
  s.name, s.created_at AS createdAt, s.updated_at AS updatedAt
FROM sessions s JOIN users u ON u.key = s.user_key JOIN agents a ON a.key = s.agent_key
WHERE s.tenant_key = @tenantKey AND (@userKey IS NULL OR s.user_key = @userKey)
ORDER BY s.key;

-- name: list_of_user
SELECT s.key, s.id, s.user_key AS userKey, u.id AS userId, s.agent_key AS agentKey, a.id AS agentId,
  s.name, s.created_at AS createdAt, s.updated_at AS updatedAt
FROM sessions s JOIN users u ON u.key = s.user_key JOIN agents a ON a.key = s.agent_key
WHERE u.id = @userId AND s.tenant_key = @tenantKey AND (@userKey IS NULL OR s.user_key = @userKey)
  AND (@agentId IS NULL OR a.id = @agentId)
ORDER BY s.key;

-- name: list_of_agent
SELECT s.key, s.id, s.user_key AS userKey, u.id AS userId, s.agent_key AS agentKey, a.id AS agentId,
  s.name, s.created_at AS createdAt, s.updated_at AS updatedAt
FROM sessions s JOIN users u ON u.key = s.user_key JOIN agents a ON a.key = s.agent_key
WHERE a.id = @agentId AND s.tenant_key = @tenantKey AND (@userKey IS NULL OR s.user_key = @userKey)
ORDER BY s.key;

-- name: get
SELECT s.key, s.id, s.user_key AS userKey, u.id AS userId, s.agent_key AS agentKey, a.id AS agentId,
  s.name, s.created_at AS createdAt, s.updated_at AS updatedAt
FROM sessions s JOIN users u ON u.key = s.user_key JOIN agents a ON a.key = s.agent_key
WHERE s.id = @id AND s.tenant_key = @tenantKey AND (@userKey IS NULL OR s.user_key = @userKey);

-- name: find_by_name
SELECT s.key, s.id, s.user_key AS userKey, u.id AS userId, s.agent_key AS agentKey, a.id AS agentId,
  s.name, s.created_at AS createdAt, s.updated_at AS updatedAt
FROM sessions s JOIN users u ON u.key = s.user_key JOIN agents a ON a.key = s.agent_key
WHERE s.tenant_key = @tenantKey AND s.name = @name AND (@userKey IS NULL OR s.user_key = @userKey)
  AND (@userId IS NULL OR u.id = @userId)
ORDER BY s.key LIMIT 1;

-- name: insert
INSERT INTO sessions (tenant_key, id, user_key, agent_key, name, created_at, updated_at)
VALUES (@tenantKey, @id, @ownerKey, @agentKey, @name, @at, @at);

-- name: update
UPDATE sessions SET name = coalesce(@name, name), updated_at = @at
WHERE id = @id AND tenant_key = @tenantKey AND (@userKey IS NULL OR user_key = @userKey)
RETURNING key, user_key AS userKey;

-- name: delete
DELETE FROM sessions
WHERE id = @id AND tenant_key = @tenantKey AND (@userKey IS NULL OR user_key = @userKey)
RETURNING key, user_key AS userKey;
