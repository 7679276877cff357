-- name: get
SELECT messages_days, half_life_days FROM users
WHERE id = @id AND tenant_key = @tenantKey AND (@userKey::bigint IS NULL OR key = @userKey);

-- name: set
UPDATE users SET messages_days = @messagesDays, half_life_days = @halfLifeDays, updated_at = @at
WHERE id = @id AND tenant_key = @tenantKey AND (@userKey::bigint IS NULL OR key = @userKey);

-- name: users_with_days
-- every tenant's: the background deletes what is too old, whosever it is. Those of tenant 0 are being removed
SELECT key, tenant_key, id FROM users
WHERE messages_days IS NOT NULL AND tenant_key > 0 AND key > @after AND key <= @until
ORDER BY key LIMIT @limit;
