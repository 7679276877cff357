-- name: last_key
SELECT coalesce(max(key), 0) AS key FROM agents WHERE tenant_key = @tenantKey;

-- name: list
SELECT key, id, name, description, created_at, updated_at FROM agents
WHERE tenant_key = @tenantKey AND key > @after AND key <= @until
ORDER BY key LIMIT @limit;

-- name: get
SELECT key, id, name, description, created_at, updated_at FROM agents
WHERE id = @id AND tenant_key = @tenantKey;

-- name: find_by_name
SELECT key, id, name, description, created_at, updated_at FROM agents
WHERE tenant_key = @tenantKey AND md5(name) = md5(@name) AND name = @name;

-- name: insert
-- waits for one who is creating the same name, and does nothing when that one did
INSERT INTO agents (key, tenant_key, id, name, description, created_at, updated_at)
VALUES (nextval('keys'), @tenantKey, @id, @name, @description, @at, @at)
ON CONFLICT (tenant_key, md5(name)) DO NOTHING RETURNING key;

-- name: update
UPDATE agents SET name = coalesce(@name, name), description = coalesce(@description, description), updated_at = @at
WHERE key = @key AND tenant_key = @tenantKey;

-- name: hold
-- keeps an agent from being deleted until the session that is made with it is there
SELECT key FROM agents WHERE key = @key AND tenant_key = @tenantKey FOR SHARE;
