-- name: get
SELECT messages_days AS messagesDays, half_life_days AS halfLifeDays FROM users
WHERE id = @id AND tenant_key = @tenantKey AND (@userKey IS NULL OR key = @userKey);

-- name: set
UPDATE users SET messages_days = @messagesDays, half_life_days = @halfLifeDays, updated_at = @at
WHERE id = @id AND tenant_key = @tenantKey AND (@userKey IS NULL OR key = @userKey);

-- name: users_with_days
-- every tenant's: the background deletes what is too old, whosever it is. Those of tenant 0 are being removed
SELECT key, tenant_key AS tenantKey, id FROM users INDEXED BY users_with_messages_days
WHERE messages_days IS NOT NULL AND tenant_key > 0 AND key > @after AND key <= @until
ORDER BY key LIMIT @limit;
