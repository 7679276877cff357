-- name: changed
SELECT f.key, NULL AS sessionKey, NULL AS sequence, NULL AS role, NULL AS name, f.text AS content,
  f.said_at AS createdAt, f.generation
FROM facts f JOIN sessions s ON s.key = f.session_key AND s.tenant_key = f.tenant_key
WHERE f.user_key = @userKey AND f.tenant_key = @tenantKey
  AND (f.generation, f.key) > (@generation, @key) AND f.state <> 'retracted'
ORDER BY f.generation, f.key LIMIT @limit;

-- name: found
SELECT f.key, f.id, NULL AS sequence, f.text AS content, NULL AS role, NULL AS name, NULL AS metadata,
  NULL AS source, f.said_at AS createdAt, f.updated_at AS updatedAt, NULL AS tokenCount,
  NULL AS sessionId, NULL AS sessionName, NULL AS agentId,
  CASE f.state WHEN 'superseded' THEN f.superseded_by END AS supersededBy
FROM json_each(@keys) k CROSS JOIN facts f ON f.key = k.value
  JOIN sessions s ON s.key = f.session_key AND s.tenant_key = f.tenant_key
WHERE f.user_key = @userKey AND f.tenant_key = @tenantKey AND f.state <> 'retracted';
