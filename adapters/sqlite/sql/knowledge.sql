-- name: owner
SELECT key FROM users
WHERE id = @userId AND tenant_key = @tenantKey AND (@userKey IS NULL OR key = @userKey);

-- name: last_key
SELECT coalesce(max(key), 0) FROM knowledge WHERE user_key = @ownerKey AND tenant_key = @tenantKey;

-- name: list
SELECT key, id, @userId AS userId, content, created_at AS createdAt, updated_at AS updatedAt
FROM knowledge INDEXED BY knowledge_by_user
WHERE user_key = @ownerKey AND tenant_key = @tenantKey AND key > @after AND key <= @until
ORDER BY key LIMIT @limit;

-- name: read
SELECT id, @userId AS userId, content, created_at AS createdAt, updated_at AS updatedAt FROM knowledge
WHERE user_key = @ownerKey AND tenant_key = @tenantKey
  AND id = @id;

-- name: insert
INSERT INTO knowledge (tenant_key, user_key, generation, id, content, created_at, updated_at)
VALUES (@tenantKey, @ownerKey, @generation, @id, @content, @at, @at);

-- name: update
UPDATE knowledge SET content = @content, generation = @generation, updated_at = @at
WHERE id = @id AND user_key = @ownerKey AND tenant_key = @tenantKey;

-- name: delete
DELETE FROM knowledge WHERE id = @id AND user_key = @ownerKey AND tenant_key = @tenantKey
RETURNING key;
