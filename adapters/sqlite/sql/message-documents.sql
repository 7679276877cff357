-- name: changed
SELECT m.key, m.session_key AS sessionKey, m.sequence, m.role, m.spoken_name AS name, m.searched AS content,
  m.created_at AS createdAt, m.generation
FROM messages m JOIN sessions s ON s.key = m.session_key AND s.tenant_key = m.tenant_key
WHERE m.user_key = @userKey AND m.tenant_key = @tenantKey
  AND (m.generation, m.key) > (@generation, @key) AND m.key BETWEEN @firstKey AND @lastKey
ORDER BY m.generation, m.key LIMIT @limit;

-- name: found
SELECT m.key, m.id, m.sequence, m.content, m.role, m.name, m.metadata, m.source,
  m.created_at AS createdAt, m.updated_at AS updatedAt, m.token_count AS tokenCount,
  s.id AS sessionId, s.name AS sessionName, a.id AS agentId,
  EXISTS (
    SELECT 1 FROM fact_sources x CROSS JOIN facts f ON f.key = x.fact_key
    WHERE x.session_key = m.session_key AND x.sequence = m.sequence AND f.tenant_key = m.tenant_key
      AND (f.state = 'superseded' OR f.edited_at IS NOT NULL)
  ) AS isOutdated
FROM json_each(@keys) k CROSS JOIN messages m ON m.key = k.value
  JOIN sessions s ON s.key = m.session_key AND s.tenant_key = m.tenant_key
  JOIN agents a ON a.key = s.agent_key
WHERE m.user_key = @userKey AND m.tenant_key = @tenantKey;
