-- name: changed
-- up to the one that goes beyond the characters of a batch
SELECT key, NULL::bigint AS session_key, NULL::bigint AS sequence, NULL::text AS role, NULL::text AS name, content, created_at,
  generation
FROM (
  SELECT r.*, sum(length(r.content)) OVER (ORDER BY r.generation, r.key) - length(r.content) AS characters_before
  FROM (
    SELECT n.key, n.content, n.created_at, n.generation
    FROM knowledge n JOIN memories m ON m.user_key = n.user_key AND m.tenant_key = n.tenant_key
    WHERE n.user_key = @userKey AND n.tenant_key = @tenantKey AND (n.generation, n.key) > (@generation, @key)
    ORDER BY n.generation, n.key LIMIT @limit
  ) AS r
) AS found
WHERE characters_before < @characters
ORDER BY generation, key;

-- name: found
SELECT n.key, n.id, NULL::bigint AS sequence, n.content, NULL::text AS role, NULL::text AS name, NULL::text AS metadata,
  NULL::text AS source, n.created_at, n.updated_at, NULL::bigint AS token_count, NULL::text AS session_id,
  NULL::text AS session_name, NULL::text AS agent_id
FROM knowledge n JOIN memories m ON m.user_key = n.user_key AND m.tenant_key = n.tenant_key
WHERE n.user_key = @userKey AND n.key = ANY (@keys::bigint[]) AND n.tenant_key = @tenantKey;
