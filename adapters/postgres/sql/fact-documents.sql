-- name: changed
-- up to the one that goes beyond the characters of a batch
SELECT key, NULL::bigint AS session_key, NULL::bigint AS sequence, NULL::text AS role, NULL::text AS name, content, created_at,
  generation
FROM (
  SELECT r.*, sum(length(r.content)) OVER (ORDER BY r.generation, r.key) - length(r.content) AS characters_before
  FROM (
    SELECT f.key, f.text AS content, f.said_at AS created_at, f.generation
    FROM facts f CROSS JOIN LATERAL (
      SELECT * FROM sessions WHERE user_key = f.user_key AND key = f.session_key AND tenant_key = f.tenant_key OFFSET 0
    ) AS s
    WHERE f.user_key = @userKey AND f.tenant_key = @tenantKey
      AND (f.generation, f.key) > (@generation, @key) AND f.state <> 'retracted'
    ORDER BY f.generation, f.key LIMIT @limit
  ) AS r
) AS found
WHERE characters_before < @characters
ORDER BY generation, key;

-- name: found
SELECT f.key, f.id, NULL::bigint AS sequence, f.text AS content, NULL::text AS role, NULL::text AS name,
  NULL::text AS metadata, NULL::text AS source, f.said_at AS created_at, f.updated_at, NULL::bigint AS token_count,
  NULL::text AS session_id, NULL::text AS session_name, NULL::text AS agent_id,
  CASE f.state WHEN 'superseded' THEN f.superseded_by END AS superseded_by
FROM unnest(@keys::bigint[]) AS asked (key)
  CROSS JOIN LATERAL (SELECT * FROM facts WHERE user_key = @userKey AND key = asked.key OFFSET 0) AS f
  CROSS JOIN LATERAL (
    SELECT * FROM sessions WHERE user_key = f.user_key AND key = f.session_key AND tenant_key = f.tenant_key OFFSET 0
  ) AS s
WHERE f.tenant_key = @tenantKey AND f.state <> 'retracted';
