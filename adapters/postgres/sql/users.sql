-- name: last_key
SELECT coalesce(max(key), 0) AS key FROM users WHERE tenant_key = @tenantKey;

-- name: list
SELECT key, id, name, description, created_at, updated_at FROM users
WHERE tenant_key = @tenantKey AND key > @after AND key <= @until
ORDER BY key LIMIT @limit;

-- name: get
SELECT key, id, name, description, created_at, updated_at FROM users
WHERE id = @id AND tenant_key = @tenantKey AND (@userKey::bigint IS NULL OR key = @userKey);

-- name: find_by_name
SELECT key, id, name, description, created_at, updated_at FROM users
WHERE tenant_key = @tenantKey AND md5(name) = md5(@name) AND name = @name AND (@userKey::bigint IS NULL OR key = @userKey);

-- name: insert
-- waits for one who is creating the same name, and does nothing when that one did
INSERT INTO users (key, tenant_key, id, name, description, created_at, updated_at)
VALUES (nextval('keys'), @tenantKey, @id, @name, @description, @at, @at)
ON CONFLICT (tenant_key, md5(name)) DO NOTHING RETURNING key;

-- name: update
UPDATE users SET name = coalesce(@name, name), description = coalesce(@description, description), updated_at = @at
WHERE key = @key AND tenant_key = @tenantKey;

-- name: list_bound
SELECT key, id, name, description, created_at, updated_at FROM users
WHERE tenant_key = @tenantKey AND key = @userKey AND key > @after AND key <= @until LIMIT @limit;

-- name: insert_memory
INSERT INTO memories (user_key, tenant_key) VALUES (@key, @tenantKey);
