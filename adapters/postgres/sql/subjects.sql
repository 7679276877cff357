-- name: user_by_id
SELECT u.key, u.id, u.name, m.generation FROM users u JOIN memories m ON m.user_key = u.key
WHERE u.id = @id AND u.tenant_key = @tenantKey AND (@userKey::bigint IS NULL OR u.key = @userKey);

-- name: user_by_name
SELECT u.key, u.id, u.name, m.generation FROM users u JOIN memories m ON m.user_key = u.key
WHERE u.tenant_key = @tenantKey AND md5(u.name) = md5(@name) AND u.name = @name AND (@userKey::bigint IS NULL OR u.key = @userKey);

-- name: subjects
-- the sessions of a user and the agents of the tenant, by id and by name
SELECT 'session' AS entity, s.key, s.id, NULL::text AS name
FROM session_routes r JOIN sessions s ON s.user_key = r.user_key AND s.key = r.session_key
WHERE r.id = ANY (@sessionIds::text[]) AND s.user_key = @ownerKey AND s.tenant_key = @tenantKey
UNION ALL
SELECT 'session', s.key, s.id, s.name FROM unnest(@sessionNames::text[]) AS asked (name)
  JOIN sessions s ON s.user_key = @ownerKey AND md5(s.name) = md5(asked.name) AND s.name = asked.name
WHERE s.tenant_key = @tenantKey
UNION ALL
SELECT 'agent', a.key, a.id, NULL FROM agents a WHERE a.id = ANY (@agentIds::text[]) AND a.tenant_key = @tenantKey
UNION ALL
SELECT 'agent', a.key, a.id, a.name FROM unnest(@agentNames::text[]) AS asked (name)
  JOIN agents a ON a.tenant_key = @tenantKey AND md5(a.name) = md5(asked.name) AND a.name = asked.name;
