-- name: last_key
SELECT coalesce(max(key), 0) FROM users WHERE tenant_key = @tenantKey;

-- name: list
SELECT key, id, name, description, created_at AS createdAt, updated_at AS updatedAt FROM users INDEXED BY users_by_tenant
WHERE tenant_key = @tenantKey AND key > @after AND key <= @until
ORDER BY key LIMIT @limit;

-- name: list_bound
SELECT key, id, name, description, created_at AS createdAt, updated_at AS updatedAt FROM users
WHERE tenant_key = @tenantKey AND key = @userKey AND key > @after AND key <= @until LIMIT @limit;

-- name: get
SELECT key, id, name, description, created_at AS createdAt, updated_at AS updatedAt FROM users
WHERE id = @id AND tenant_key = @tenantKey AND (@userKey IS NULL OR key = @userKey);

-- name: find_by_name
SELECT key, id, name, description, created_at AS createdAt, updated_at AS updatedAt FROM users
WHERE tenant_key = @tenantKey AND name = @name AND (@userKey IS NULL OR key = @userKey);

-- name: insert
INSERT INTO users (tenant_key, id, name, description, created_at, updated_at)
VALUES (@tenantKey, @id, @name, @description, @at, @at);

-- name: update
UPDATE users SET
  name = coalesce(@name, name),
  description = coalesce(@description, description),
  updated_at = @at
WHERE id = @id AND tenant_key = @tenantKey AND (@userKey IS NULL OR key = @userKey);
