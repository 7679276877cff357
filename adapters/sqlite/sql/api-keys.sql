-- name: find_by_hash
-- the one statement that knows no tenant yet: the key names it
SELECT k.id, k.hash, k.tenant_key AS tenantKey, t.name AS tenantName, k.user_key AS userKey, u.id AS userId, k.name, k.scopes,
  k.created_at AS createdAt, k.expires_at AS expiresAt
FROM api_keys k JOIN tenants t ON t.key = k.tenant_key LEFT JOIN users u ON u.key = k.user_key
WHERE k.hash = @hash;

-- name: list
SELECT k.id, k.hash, k.tenant_key AS tenantKey, t.name AS tenantName, k.user_key AS userKey, u.id AS userId, k.name, k.scopes,
  k.created_at AS createdAt, k.expires_at AS expiresAt
FROM api_keys k JOIN tenants t ON t.key = k.tenant_key LEFT JOIN users u ON u.key = k.user_key
WHERE k.tenant_key = @tenantKey AND (@userId IS NULL OR u.id = @userId)
ORDER BY k.key;

-- name: owner
SELECT key FROM users WHERE id = @userId AND tenant_key = @tenantKey;

-- name: insert
INSERT INTO api_keys (tenant_key, user_key, id, name, hash, scopes, created_at, expires_at)
VALUES (@tenantKey, @ownerKey, @id, @name, @hash, @scopes, @at, @expiresAt);

-- name: delete
DELETE FROM api_keys
WHERE id = @id AND tenant_key = @tenantKey
  AND (@userId IS NULL OR user_key = (SELECT key FROM users WHERE id = @userId AND tenant_key = @tenantKey));
