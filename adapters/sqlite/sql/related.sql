-- name: entities_named
SELECT e.key FROM json_each(@names) n CROSS JOIN entities e ON e.user_key = @userKey AND e.folded = n.value
WHERE e.tenant_key = @tenantKey LIMIT @limit;

-- name: facts_of_entity
-- those that hold among the newest, so that this takes no longer when an entity has thousands
SELECT f.key FROM (
  SELECT fact_key FROM fact_entities
  WHERE entity_key = @entityKey AND tenant_key = @tenantKey ORDER BY said_at DESC LIMIT @limit
) CROSS JOIN facts f ON f.key = fact_key JOIN sessions s ON s.key = f.session_key AND s.tenant_key = f.tenant_key
WHERE f.user_key = @userKey AND f.tenant_key = @tenantKey AND f.state = 'active';

-- name: entities_of_facts
SELECT DISTINCT x.entity_key FROM json_each(@keys) k CROSS JOIN fact_entities x ON x.fact_key = k.value
  CROSS JOIN entities e ON e.key = x.entity_key
WHERE e.folded IS NOT @center AND x.user_key = @userKey AND x.tenant_key = @tenantKey AND (
  SELECT count(*) FROM (SELECT 1 FROM fact_entities o WHERE o.entity_key = x.entity_key LIMIT @hub + 1)
) <= @hub
LIMIT @limit;

-- name: messages_of_facts
SELECT x.fact_key AS factKey, m.key FROM json_each(@keys) k CROSS JOIN fact_sources x ON x.fact_key = k.value
  CROSS JOIN messages m ON m.key = x.message_key JOIN sessions s ON s.key = m.session_key AND s.tenant_key = m.tenant_key
WHERE x.user_key = @userKey AND x.tenant_key = @tenantKey LIMIT @limit;
