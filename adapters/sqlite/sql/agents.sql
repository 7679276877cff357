-- name: last_key
SELECT coalesce(max(key), 0) FROM agents WHERE tenant_key = @tenantKey;

-- name: list
SELECT key, id, name, description, created_at AS createdAt, updated_at AS updatedAt FROM agents INDEXED BY agents_by_tenant
WHERE tenant_key = @tenantKey AND key > @after AND key <= @until
ORDER BY key LIMIT @limit;

-- name: get
SELECT key, id, name, description, created_at AS createdAt, updated_at AS updatedAt FROM agents
WHERE id = @id AND tenant_key = @tenantKey ;

-- name: find_by_name
SELECT key, id, name, description, created_at AS createdAt, updated_at AS updatedAt FROM agents
WHERE tenant_key = @tenantKey AND name = @name ;

-- name: insert
INSERT INTO agents (tenant_key, id, name, description, created_at, updated_at)
VALUES (@tenantKey, @id, @name, @description, @at, @at);

-- name: update
UPDATE agents SET
  name = coalesce(@name, name),
  description = coalesce(@description, description),
  updated_at = @at
WHERE id = @id AND tenant_key = @tenantKey ;
