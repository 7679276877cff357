-- name: messages
-- up to the first that goes beyond what is read of a range at once, of how many
SELECT key, sequence, round, role, name, usual_speaker, content, created_at, generation, of FROM (
  SELECT r.*, count(*) OVER () AS of, sum(octet_length(r.content)) OVER (ORDER BY r.sequence) - octet_length(r.content) AS bytes_before
  FROM (
    SELECT m.key, m.sequence, m.round, m.role, spoken(m.name) AS name,
      CASE m.role WHEN 'user' THEN spoken(u.name) WHEN 'assistant' THEN spoken(a.name) END AS usual_speaker,
      searched(m.content, m.found_by) AS content, m.created_at, m.generation
    FROM messages m
      CROSS JOIN LATERAL (
        SELECT * FROM sessions WHERE user_key = m.user_key AND key = m.session_key AND tenant_key = m.tenant_key OFFSET 0
      ) AS s
      JOIN users u ON u.key = m.user_key
      JOIN agents a ON a.key = s.agent_key
    WHERE m.user_key = @userKey AND m.session_key = @sessionKey AND m.tenant_key = @tenantKey
      AND m.sequence BETWEEN @firstSequence AND @lastSequence
    ORDER BY m.sequence LIMIT @limit
  ) AS r
) AS found
WHERE bytes_before <= @bytes
ORDER BY sequence;

-- name: messages_before
SELECT m.key, m.sequence, m.round, m.role, spoken(m.name) AS name,
  CASE m.role WHEN 'user' THEN spoken(u.name) WHEN 'assistant' THEN spoken(a.name) END AS usual_speaker,
  searched(m.content, m.found_by) AS content, m.created_at, m.generation
FROM messages m
  CROSS JOIN LATERAL (
    SELECT * FROM sessions WHERE user_key = m.user_key AND key = m.session_key AND tenant_key = m.tenant_key OFFSET 0
  ) AS s
  JOIN users u ON u.key = m.user_key
  JOIN agents a ON a.key = s.agent_key
WHERE m.user_key = @userKey AND m.session_key = @sessionKey AND m.tenant_key = @tenantKey AND m.sequence < @firstSequence
ORDER BY m.sequence DESC LIMIT @limit;

-- name: version
SELECT count(*) AS messages, coalesce(max(generation), 0) AS generation FROM messages
WHERE user_key = @userKey AND session_key = @sessionKey AND tenant_key = @tenantKey
  AND sequence BETWEEN @firstSequence AND @lastSequence;
