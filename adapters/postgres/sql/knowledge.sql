-- name: owner
SELECT key FROM users WHERE id = @userId AND tenant_key = @tenantKey AND (@userKey::bigint IS NULL OR key = @userKey);

-- name: last_key
SELECT coalesce(max(key), 0) AS key FROM knowledge WHERE user_key = @ownerKey AND tenant_key = @tenantKey;

-- name: list
SELECT key, id, @userId::text AS user_id, content, created_at, updated_at FROM knowledge
WHERE user_key = @ownerKey AND tenant_key = @tenantKey AND key > @after AND key <= @until
ORDER BY key LIMIT @limit;

-- name: read
SELECT key, id, @userId::text AS user_id, content, created_at, updated_at FROM knowledge
WHERE user_key = @ownerKey AND id = ANY (@ids::text[]) AND tenant_key = @tenantKey;

-- name: insert
INSERT INTO knowledge (user_key, key, tenant_key, generation, id, content, created_at, updated_at)
VALUES (@ownerKey, @key, @tenantKey, @generation, @id, @content, @at, @at);

-- name: update
UPDATE knowledge SET content = @content, generation = @generation, updated_at = @at
WHERE user_key = @ownerKey AND id = @id AND tenant_key = @tenantKey;

-- name: delete
DELETE FROM knowledge WHERE user_key = @ownerKey AND id = ANY (@ids::text[]) AND tenant_key = @tenantKey
RETURNING key, id;
