-- name: changed
-- up to the one that goes beyond the characters of a batch
SELECT key, session_key, sequence, role, name, content, created_at, generation FROM (
  SELECT r.*, sum(length(r.content)) OVER (ORDER BY r.generation, r.key) - length(r.content) AS characters_before
  FROM (
    SELECT m.key, m.session_key, m.sequence, m.role, spoken(m.name) AS name, searched(m.content, m.found_by) AS content,
      m.created_at, m.generation
    FROM messages m CROSS JOIN LATERAL (
      SELECT * FROM sessions WHERE user_key = m.user_key AND key = m.session_key AND tenant_key = m.tenant_key OFFSET 0
    ) AS s
    WHERE m.user_key = @userKey AND m.tenant_key = @tenantKey
      AND (m.generation, m.key) > (@generation, @key) AND m.key BETWEEN @firstKey AND @lastKey
    ORDER BY m.generation, m.key LIMIT @limit
  ) AS r
) AS found
WHERE characters_before < @characters
ORDER BY generation, key;

-- name: found
SELECT m.key, m.id, m.sequence, m.content, m.role, m.name, m.metadata, m.source, m.created_at, m.updated_at, m.token_count,
  s.id AS session_id, s.name AS session_name, a.id AS agent_id,
  EXISTS (
    SELECT 1 FROM (
      SELECT * FROM fact_sources WHERE user_key = m.user_key AND session_key = m.session_key AND sequence = m.sequence OFFSET 0
    ) AS x
      CROSS JOIN LATERAL (SELECT * FROM facts WHERE user_key = x.user_key AND key = x.fact_key OFFSET 0) AS f
    WHERE f.tenant_key = m.tenant_key AND (f.state = 'superseded' OR f.edited_at IS NOT NULL)
  ) AS is_outdated
FROM unnest(@keys::bigint[]) AS asked (key)
  CROSS JOIN LATERAL (SELECT * FROM messages WHERE user_key = @userKey AND key = asked.key OFFSET 0) AS m
  CROSS JOIN LATERAL (
    SELECT * FROM sessions WHERE user_key = m.user_key AND key = m.session_key AND tenant_key = m.tenant_key OFFSET 0
  ) AS s
  JOIN agents a ON a.key = s.agent_key
WHERE m.tenant_key = @tenantKey;
