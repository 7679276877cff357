-- name: entities_named
SELECT e.key FROM unnest(@names::text[]) AS asked (name)
  JOIN entities e ON e.user_key = @userKey AND md5(e.folded) = md5(asked.name) AND e.folded = asked.name
WHERE e.tenant_key = @tenantKey LIMIT @limit;

-- name: facts_of
-- of each entity those that hold among the newest, so that this takes no longer when an entity has thousands
SELECT DISTINCT f.key FROM unnest(@keys::bigint[]) AS asked (key)
  CROSS JOIN LATERAL (
    SELECT x.fact_key FROM fact_entities x
    WHERE x.user_key = @userKey AND x.entity_key = asked.key AND x.tenant_key = @tenantKey
    ORDER BY x.said_at DESC LIMIT @limit
  ) AS said
  JOIN facts f ON f.user_key = @userKey AND f.key = said.fact_key
  JOIN sessions s ON s.user_key = f.user_key AND s.key = f.session_key AND s.tenant_key = f.tenant_key
WHERE f.tenant_key = @tenantKey AND f.state = 'active';

-- name: entities_of
SELECT DISTINCT x.entity_key AS key FROM unnest(@keys::bigint[]) AS asked (key)
  JOIN fact_entities x ON x.user_key = @userKey AND x.fact_key = asked.key
  JOIN entities e ON e.user_key = x.user_key AND e.key = x.entity_key
WHERE e.folded IS DISTINCT FROM @center::text AND x.tenant_key = @tenantKey AND (
  SELECT count(*) FROM (
    SELECT 1 FROM fact_entities o WHERE o.user_key = x.user_key AND o.entity_key = x.entity_key LIMIT @hub::bigint + 1
  ) AS named
) <= @hub::bigint
LIMIT @limit;

-- name: messages_of
SELECT x.fact_key, m.key FROM unnest(@keys::bigint[]) AS asked (key)
  JOIN fact_sources x ON x.user_key = @userKey AND x.fact_key = asked.key
  JOIN messages m ON m.user_key = x.user_key AND m.key = x.message_key
  JOIN sessions s ON s.user_key = m.user_key AND s.key = m.session_key AND s.tenant_key = m.tenant_key
WHERE x.tenant_key = @tenantKey LIMIT @limit;
