-- name: user_by_id
SELECT u.key, u.id, u.name, m.generation FROM users u JOIN memories m ON m.user_key = u.key
WHERE u.id = @id AND u.tenant_key = @tenantKey AND (@userKey::bigint IS NULL OR u.key = @userKey);

-- name: user_by_name
SELECT u.key, u.id, u.name, m.generation FROM users u JOIN memories m ON m.user_key = u.key
WHERE u.tenant_key = @tenantKey AND md5(u.name) = md5(@name) AND u.name = @name AND (@userKey::bigint IS NULL OR u.key = @userKey);

-- name: user_with_others
-- the user, by id or by name, with sessions of the user and agents of the tenant, by id and by name
WITH owner AS MATERIALIZED (
  SELECT u.key, u.id, u.name, m.generation FROM users u JOIN memories m ON m.user_key = u.key
  WHERE u.id = @ownerId AND u.tenant_key = @tenantKey AND (@userKey::bigint IS NULL OR u.key = @userKey)
  UNION ALL
  SELECT u.key, u.id, u.name, m.generation FROM users u JOIN memories m ON m.user_key = u.key
  WHERE u.tenant_key = @tenantKey AND md5(u.name) = md5(@ownerName) AND u.name = @ownerName
    AND (@userKey::bigint IS NULL OR u.key = @userKey)
)
SELECT 'user' AS entity, key, id, name, generation FROM owner
UNION ALL
SELECT 'session', s.key, s.id, NULL, NULL
FROM owner CROSS JOIN unnest(@sessionIds::text[]) AS asked (id)
  CROSS JOIN LATERAL (SELECT * FROM session_routes WHERE id = asked.id AND user_key = owner.key OFFSET 0) AS r
  CROSS JOIN LATERAL (SELECT * FROM sessions WHERE user_key = r.user_key AND key = r.session_key OFFSET 0) AS s
WHERE s.tenant_key = @tenantKey
UNION ALL
SELECT 'session', s.key, s.id, s.name, NULL
FROM owner CROSS JOIN unnest(@sessionNames::text[]) AS asked (name)
  CROSS JOIN LATERAL (
    SELECT * FROM sessions WHERE user_key = owner.key AND md5(name) = md5(asked.name) AND name = asked.name OFFSET 0
  ) AS s
WHERE s.tenant_key = @tenantKey
UNION ALL
SELECT 'agent', a.key, a.id, NULL, NULL FROM agents a WHERE a.id = ANY (@agentIds::text[]) AND a.tenant_key = @tenantKey
UNION ALL
SELECT 'agent', a.key, a.id, a.name, NULL FROM unnest(@agentNames::text[]) AS asked (name)
  JOIN agents a ON a.tenant_key = @tenantKey AND md5(a.name) = md5(asked.name) AND a.name = asked.name;
