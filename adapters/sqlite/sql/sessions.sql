-- name: last_key
SELECT coalesce(max(key), 0) FROM sessions WHERE tenant_key = @tenantKey;

-- name: list
SELECT s.key, s.id, s.user_key AS userKey, u.id AS userId, s.agent_key AS agentKey, a.id AS agentId,
  s.name, s.created_at AS createdAt, s.updated_at AS updatedAt
FROM sessions s INDEXED BY sessions_by_tenant JOIN users u ON u.key = s.user_key JOIN agents a ON a.key = s.agent_key
WHERE s.tenant_key = @tenantKey AND s.key > @after AND s.key <= @until
ORDER BY s.key LIMIT @limit;

-- name: list_newest_first
SELECT s.key, s.id, s.user_key AS userKey, u.id AS userId, s.agent_key AS agentKey, a.id AS agentId,
  s.name, s.created_at AS createdAt, s.updated_at AS updatedAt
FROM sessions s INDEXED BY sessions_by_tenant JOIN users u ON u.key = s.user_key JOIN agents a ON a.key = s.agent_key
WHERE s.tenant_key = @tenantKey AND s.key > @after AND s.key <= @until
ORDER BY s.key DESC LIMIT @limit;

-- name: list_of_user
SELECT s.key, s.id, s.user_key AS userKey, u.id AS userId, s.agent_key AS agentKey, a.id AS agentId,
  s.name, s.created_at AS createdAt, s.updated_at AS updatedAt
FROM sessions s INDEXED BY sessions_by_user JOIN users u ON u.key = s.user_key JOIN agents a ON a.key = s.agent_key
WHERE s.tenant_key = @tenantKey AND s.user_key = @ownerKey AND s.key > @after AND s.key <= @until
ORDER BY s.key LIMIT @limit;

-- name: list_of_user_newest_first
SELECT s.key, s.id, s.user_key AS userKey, u.id AS userId, s.agent_key AS agentKey, a.id AS agentId,
  s.name, s.created_at AS createdAt, s.updated_at AS updatedAt
FROM sessions s INDEXED BY sessions_by_user JOIN users u ON u.key = s.user_key JOIN agents a ON a.key = s.agent_key
WHERE s.tenant_key = @tenantKey AND s.user_key = @ownerKey AND s.key > @after AND s.key <= @until
ORDER BY s.key DESC LIMIT @limit;

-- name: list_of_agent
SELECT s.key, s.id, s.user_key AS userKey, u.id AS userId, s.agent_key AS agentKey, a.id AS agentId,
  s.name, s.created_at AS createdAt, s.updated_at AS updatedAt
FROM sessions s INDEXED BY sessions_by_agent JOIN users u ON u.key = s.user_key JOIN agents a ON a.key = s.agent_key
WHERE s.tenant_key = @tenantKey AND s.agent_key = @agentKey AND s.key > @after AND s.key <= @until
ORDER BY s.key LIMIT @limit;

-- name: list_of_agent_newest_first
SELECT s.key, s.id, s.user_key AS userKey, u.id AS userId, s.agent_key AS agentKey, a.id AS agentId,
  s.name, s.created_at AS createdAt, s.updated_at AS updatedAt
FROM sessions s INDEXED BY sessions_by_agent JOIN users u ON u.key = s.user_key JOIN agents a ON a.key = s.agent_key
WHERE s.tenant_key = @tenantKey AND s.agent_key = @agentKey AND s.key > @after AND s.key <= @until
ORDER BY s.key DESC LIMIT @limit;

-- name: list_of_both
SELECT s.key, s.id, s.user_key AS userKey, u.id AS userId, s.agent_key AS agentKey, a.id AS agentId,
  s.name, s.created_at AS createdAt, s.updated_at AS updatedAt
FROM sessions s INDEXED BY sessions_by_user_and_agent JOIN users u ON u.key = s.user_key JOIN agents a ON a.key = s.agent_key
WHERE s.tenant_key = @tenantKey AND s.user_key = @ownerKey AND s.agent_key = @agentKey AND s.key > @after AND s.key <= @until
ORDER BY s.key LIMIT @limit;

-- name: list_of_both_newest_first
SELECT s.key, s.id, s.user_key AS userKey, u.id AS userId, s.agent_key AS agentKey, a.id AS agentId,
  s.name, s.created_at AS createdAt, s.updated_at AS updatedAt
FROM sessions s INDEXED BY sessions_by_user_and_agent JOIN users u ON u.key = s.user_key JOIN agents a ON a.key = s.agent_key
WHERE s.tenant_key = @tenantKey AND s.user_key = @ownerKey AND s.agent_key = @agentKey AND s.key > @after AND s.key <= @until
ORDER BY s.key DESC LIMIT @limit;

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
