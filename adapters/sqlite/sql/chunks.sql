-- name: stretch
SELECT m.sequence, m.round, m.role, m.name,
  CASE m.role WHEN 'user' THEN u.name WHEN 'assistant' THEN a.name END AS usualSpeaker, m.content, m.generation
FROM messages m
  JOIN sessions s ON s.key = m.session_key
  JOIN users u ON u.key = m.user_key
  JOIN agents a ON a.key = s.agent_key
WHERE m.session_key = @sessionKey AND m.tenant_key = @tenantKey
  AND m.sequence BETWEEN @firstSequence AND @lastSequence
ORDER BY m.sequence;

-- name: version
SELECT count(*) AS messages, coalesce(max(generation), 0) AS generation FROM messages
WHERE session_key = @sessionKey AND tenant_key = @tenantKey AND sequence BETWEEN @firstSequence AND @lastSequence;

-- name: delete_stretch
DELETE FROM chunks
WHERE session_key = @sessionKey AND tenant_key = @tenantKey
  AND first_sequence <= @lastSequence AND last_sequence >= @firstSequence;

-- name: covering
SELECT first_sequence AS firstSequence, last_sequence AS lastSequence FROM chunks
WHERE session_key = @sessionKey AND tenant_key = @tenantKey AND first_sequence <= @sequence AND last_sequence >= @sequence;

-- name: insert
INSERT INTO chunks (
  tenant_key, user_key, session_key, id, first_sequence, last_sequence, content, strategy, token_count, vector, model,
  created_at
) VALUES (
  @tenantKey, @userKey, @sessionKey, @id, @firstSequence, @lastSequence, @content, @strategy, @tokenCount, @vector, @model,
  @at
);

-- name: set_token_count
UPDATE messages SET token_count = @tokens
WHERE session_key = @sessionKey AND tenant_key = @tenantKey AND sequence = @sequence;

-- name: session
SELECT key, id AS sessionId FROM sessions
WHERE id = @sessionId AND tenant_key = @tenantKey AND (@userKey IS NULL OR user_key = @userKey);

-- name: round
SELECT m.session_key AS key, s.id AS sessionId, m.round, max(r.sequence) AS lastSequence
FROM messages m
  JOIN sessions s ON s.key = m.session_key
  JOIN messages r ON r.session_key = m.session_key AND r.round = m.round AND r.tenant_key = m.tenant_key
WHERE m.id = @roundId AND m.sequence = m.round AND m.tenant_key = @tenantKey
  AND (@userKey IS NULL OR m.user_key = @userKey)
GROUP BY m.key;

-- name: list
SELECT c.id, c.content, c.strategy, c.token_count AS tokenCount, c.vector IS NOT NULL AS embedded,
  c.first_sequence AS firstSequence, c.last_sequence AS lastSequence, c.created_at AS createdAt,
  count(*) OVER () AS total
FROM chunks c
WHERE c.session_key = @sessionKey AND c.tenant_key = @tenantKey
  AND c.first_sequence <= @lastSequence AND c.last_sequence >= @firstSequence
  AND (@embeddedOnly = 0 OR c.vector IS NOT NULL)
ORDER BY
  CASE WHEN @order = 'asc' THEN
    CASE @sortBy WHEN 'chunk_id' THEN c.id WHEN 'strategy' THEN c.strategy ELSE printf('%020d', c.created_at) END
  END,
  CASE WHEN @order = 'desc' THEN
    CASE @sortBy WHEN 'chunk_id' THEN c.id WHEN 'strategy' THEN c.strategy ELSE printf('%020d', c.created_at) END
  END DESC,
  CASE WHEN @order = 'asc' THEN c.key END, c.key DESC
LIMIT @limit;

-- name: message_ids
SELECT id FROM messages
WHERE session_key = @sessionKey AND tenant_key = @tenantKey AND sequence BETWEEN @firstSequence AND @lastSequence
ORDER BY sequence;

-- name: count
SELECT count(*) AS total, count(c.vector) AS embedded
FROM chunks c JOIN users u ON u.key = c.user_key JOIN sessions s ON s.key = c.session_key
WHERE u.id = @userId AND c.tenant_key = @tenantKey AND (@userKey IS NULL OR c.user_key = @userKey)
  AND (@sessionId IS NULL OR s.id = @sessionId);
