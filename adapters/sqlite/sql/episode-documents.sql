-- name: changed
-- without the marks that stand for names of accounts
SELECT e.key, e.session_key AS sessionKey, e.first_sequence AS sequence, NULL AS role, NULL AS name,
  replace(replace(iif(e.summary = '', e.title, e.title || char(10) || e.summary), char(57344), ''), char(57345), '') AS content,
  e.ended_at AS createdAt, e.generation
FROM episodes e JOIN sessions s ON s.key = e.session_key AND s.tenant_key = e.tenant_key
WHERE e.user_key = @userKey AND e.tenant_key = @tenantKey AND (e.generation, e.key) > (@generation, @key)
ORDER BY e.generation, e.key LIMIT @limit;

-- name: found
SELECT e.key, e.id, NULL AS sequence, iif(e.summary = '', e.title, e.title || char(10) || e.summary) AS content,
  NULL AS role, NULL AS name, NULL AS metadata, NULL AS source, e.ended_at AS createdAt, e.updated_at AS updatedAt,
  NULL AS tokenCount, s.id AS sessionId, s.name AS sessionName, a.id AS agentId,
  u.spoken_name AS spokenUser, a.spoken_name AS spokenAgent
FROM json_each(@keys) k CROSS JOIN episodes e ON e.key = k.value
  JOIN sessions s ON s.key = e.session_key AND s.tenant_key = e.tenant_key
  JOIN users u ON u.key = e.user_key
  JOIN agents a ON a.key = s.agent_key
WHERE e.user_key = @userKey AND e.tenant_key = @tenantKey;
