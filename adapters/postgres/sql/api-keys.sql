-- name: find_by_hash
-- the one statement that knows no tenant yet: the key names it
SELECT k.id, k.hash, k.tenant_key, k.user_key, u.id AS user_id, k.name, k.scopes, k.created_at, k.expires_at
FROM api_keys k LEFT JOIN users u ON u.key = k.user_key AND u.tenant_key = k.tenant_key
WHERE k.hash = @hash AND (k.user_key IS NULL OR u.key IS NOT NULL);

-- name: get
SELECT k.id, k.hash, k.tenant_key, k.user_key, u.id AS user_id, k.name, k.scopes, k.created_at, k.expires_at
FROM api_keys k LEFT JOIN users u ON u.key = k.user_key AND u.tenant_key = k.tenant_key
WHERE k.id = @id AND k.tenant_key = @tenantKey AND (k.user_key IS NULL OR u.key IS NOT NULL)
  AND (@userId::text IS NULL OR u.id = @userId);

-- name: last_key
SELECT coalesce(max(key), 0) AS key FROM api_keys WHERE tenant_key = @tenantKey;

-- name: list
SELECT k.key, k.id, k.hash, k.tenant_key, k.user_key, u.id AS user_id, k.name, k.scopes, k.created_at, k.expires_at
FROM api_keys k LEFT JOIN users u ON u.key = k.user_key AND u.tenant_key = k.tenant_key
WHERE k.tenant_key = @tenantKey AND k.key > @after AND k.key <= @until AND (k.user_key IS NULL OR u.key IS NOT NULL)
ORDER BY k.key LIMIT @limit;

-- name: list_of_user
SELECT k.key, k.id, k.hash, k.tenant_key, k.user_key, u.id AS user_id, k.name, k.scopes, k.created_at, k.expires_at
FROM api_keys k JOIN users u ON u.key = k.user_key AND u.tenant_key = k.tenant_key
WHERE k.user_key = @ownerKey AND k.tenant_key = @tenantKey AND k.key > @after AND k.key <= @until
ORDER BY k.key LIMIT @limit;

-- name: owner
SELECT key FROM users WHERE id = @userId AND tenant_key = @tenantKey;

-- name: insert
INSERT INTO api_keys (key, tenant_key, user_key, id, name, hash, scopes, created_at, expires_at)
VALUES (nextval('keys'), @tenantKey, @ownerKey, @id, @name, @hash, @scopes, @at, @expiresAt)
ON CONFLICT (hash) DO NOTHING RETURNING key;

-- name: delete
DELETE FROM api_keys
WHERE id = @id AND tenant_key = @tenantKey
  AND (@userId::text IS NULL OR user_key = (SELECT key FROM users WHERE id = @userId AND tenant_key = @tenantKey));
