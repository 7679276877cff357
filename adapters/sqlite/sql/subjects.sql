-- name: user_by_id
SELECT key, id, name, generation FROM users
WHERE id = @id AND tenant_key = @tenantKey AND (@userKey IS NULL OR key = @userKey);

-- name: user_by_name
SELECT key, id, name, generation FROM users
WHERE tenant_key = @tenantKey AND name = @name AND (@userKey IS NULL OR key = @userKey);

-- name: sessions_by_id
SELECT s.key, s.id FROM json_each(@asked) a CROSS JOIN sessions s ON s.id = a.value
WHERE s.tenant_key = @tenantKey AND s.user_key = @ownerKey;

-- name: sessions_by_name
SELECT s.key, s.id, s.name FROM json_each(@asked) a CROSS JOIN sessions s ON s.user_key = @ownerKey AND s.name = a.value
WHERE s.tenant_key = @tenantKey;

-- name: agents_by_id
SELECT g.key, g.id FROM json_each(@asked) a CROSS JOIN agents g ON g.id = a.value WHERE g.tenant_key = @tenantKey;

-- name: agents_by_name
SELECT g.key, g.id, g.name FROM json_each(@asked) a CROSS JOIN agents g ON g.name = a.value
WHERE g.tenant_key = @tenantKey;
