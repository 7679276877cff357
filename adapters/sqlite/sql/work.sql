-- name: messages
SELECT m.key, m.sequence, m.round, m.role, m.spoken_name AS name,
  CASE m.role WHEN 'user' THEN u.spoken_name WHEN 'assistant' THEN a.spoken_name END AS usualSpeaker, m.searched AS content,
  m.created_at AS createdAt, m.generation
FROM messages m
  JOIN sessions s ON s.key = m.session_key AND s.tenant_key = m.tenant_key
  JOIN users u ON u.key = m.user_key
  JOIN agents a ON a.key = s.agent_key
WHERE m.session_key = @sessionKey AND m.tenant_key = @tenantKey
  AND m.sequence BETWEEN @firstSequence AND @lastSequence
ORDER BY m.sequence;

-- name: messages_before
SELECT m.key, m.sequence, m.round, m.role, m.spoken_name AS name,
  CASE m.role WHEN 'user' THEN u.spoken_name WHEN 'assistant' THEN a.spoken_name END AS usualSpeaker, m.searched AS content,
  m.created_at AS createdAt, m.generation
FROM messages m
  JOIN sessions s ON s.key = m.session_key AND s.tenant_key = m.tenant_key
  JOIN users u ON u.key = m.user_key
  JOIN agents a ON a.key = s.agent_key
WHERE m.session_key = @sessionKey AND m.tenant_key = @tenantKey
  AND m.sequence < @firstSequence
ORDER BY m.sequence DESC LIMIT @limit;

-- name: version
SELECT count(*) AS messages, coalesce(max(generation), 0) AS generation FROM messages
WHERE session_key = @sessionKey AND tenant_key = @tenantKey AND sequence BETWEEN @firstSequence AND @lastSequence;
