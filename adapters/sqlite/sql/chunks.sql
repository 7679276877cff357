-- name: delete_range
-- Chunks of a session do not overlap, so they lie in the same order by either end: from the first that ends in the range
-- or after it, to the last that begins in it. Asked for by one end alone, all chunks before or after are walked.
DELETE FROM chunks
WHERE session_key = @sessionKey AND tenant_key = @tenantKey
  AND first_sequence <= @lastSequence AND last_sequence >= @firstSequence
  AND first_sequence >= (
    SELECT c.first_sequence FROM chunks c
    WHERE c.session_key = @sessionKey AND c.last_sequence >= @firstSequence ORDER BY c.last_sequence LIMIT 1
  );

-- name: covering
SELECT firstSequence, lastSequence FROM (
  SELECT first_sequence AS firstSequence, last_sequence AS lastSequence FROM chunks
  WHERE session_key = @sessionKey AND tenant_key = @tenantKey AND last_sequence >= @sequence
  ORDER BY last_sequence LIMIT 1
)
WHERE firstSequence <= @sequence;

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
-- it ends before the first message of another one, or where the session does
SELECT m.session_key AS key, s.id AS sessionId, m.round, coalesce((
  SELECT n.sequence FROM messages n
  WHERE n.session_key = m.session_key AND n.sequence > m.sequence AND n.round <> m.round
  ORDER BY n.sequence LIMIT 1
) - 1, s.last_sequence) AS lastSequence
FROM messages m JOIN sessions s ON s.key = m.session_key AND s.tenant_key = m.tenant_key
WHERE m.id = @roundId AND m.sequence = m.round AND m.tenant_key = @tenantKey
  AND (@userKey IS NULL OR m.user_key = @userKey);

-- name: count_range
SELECT count(*) FROM chunks INDEXED BY chunks_listed
WHERE session_key = @sessionKey AND tenant_key = @tenantKey
  AND first_sequence <= @lastSequence AND last_sequence >= @firstSequence
  AND (@embeddedOnly = 0 OR model IS NOT NULL);

-- name: list_created_at_asc
SELECT id, content, strategy, token_count AS tokenCount, model IS NOT NULL AS embedded,
  first_sequence AS firstSequence, last_sequence AS lastSequence, created_at AS createdAt
FROM chunks INDEXED BY chunks_listed
WHERE session_key = @sessionKey AND tenant_key = @tenantKey
  AND first_sequence <= @lastSequence AND last_sequence >= @firstSequence
  AND (@embeddedOnly = 0 OR model IS NOT NULL)
ORDER BY created_at, key LIMIT @limit;

-- name: list_created_at_desc
SELECT id, content, strategy, token_count AS tokenCount, model IS NOT NULL AS embedded,
  first_sequence AS firstSequence, last_sequence AS lastSequence, created_at AS createdAt
FROM chunks INDEXED BY chunks_listed
WHERE session_key = @sessionKey AND tenant_key = @tenantKey
  AND first_sequence <= @lastSequence AND last_sequence >= @firstSequence
  AND (@embeddedOnly = 0 OR model IS NOT NULL)
ORDER BY created_at DESC, key DESC LIMIT @limit;

-- name: list_otherwise_asc
-- orders that no index has are sorted out of the narrow rows of one, before any text is read
SELECT c.id, c.content, c.strategy, c.token_count AS tokenCount, c.model IS NOT NULL AS embedded,
  c.first_sequence AS firstSequence, c.last_sequence AS lastSequence, c.created_at AS createdAt
FROM (
  SELECT key AS place, CASE @sortBy WHEN 'chunk_id' THEN id ELSE strategy END AS by
  FROM chunks INDEXED BY chunks_listed
  WHERE session_key = @sessionKey AND tenant_key = @tenantKey
    AND first_sequence <= @lastSequence AND last_sequence >= @firstSequence
    AND (@embeddedOnly = 0 OR model IS NOT NULL)
  ORDER BY by, key LIMIT @limit
) CROSS JOIN chunks c ON c.key = place
ORDER BY by, c.key;

-- name: list_otherwise_desc
SELECT c.id, c.content, c.strategy, c.token_count AS tokenCount, c.model IS NOT NULL AS embedded,
  c.first_sequence AS firstSequence, c.last_sequence AS lastSequence, c.created_at AS createdAt
FROM (
  SELECT key AS place, CASE @sortBy WHEN 'chunk_id' THEN id ELSE strategy END AS by
  FROM chunks INDEXED BY chunks_listed
  WHERE session_key = @sessionKey AND tenant_key = @tenantKey
    AND first_sequence <= @lastSequence AND last_sequence >= @firstSequence
    AND (@embeddedOnly = 0 OR model IS NOT NULL)
  ORDER BY by DESC, key DESC LIMIT @limit
) CROSS JOIN chunks c ON c.key = place
ORDER BY by DESC, c.key DESC;

-- name: message_ids
SELECT id FROM messages
WHERE session_key = @sessionKey AND tenant_key = @tenantKey AND sequence BETWEEN @firstSequence AND @lastSequence
ORDER BY sequence;

-- name: count
SELECT count(*) AS total, count(model) AS embedded FROM chunks INDEXED BY chunks_by_user
WHERE user_key = (SELECT key FROM users WHERE id = @userId AND tenant_key = @tenantKey)
  AND tenant_key = @tenantKey AND (@userKey IS NULL OR user_key = @userKey)
  AND session_key NOT IN (
    SELECT target_key FROM removals
    WHERE user_key = (SELECT key FROM users WHERE id = @userId AND tenant_key = @tenantKey)
  );

-- name: count_of_session
SELECT count(*) AS total, count(model) AS embedded FROM chunks INDEXED BY chunks_by_user
WHERE user_key = (SELECT key FROM users WHERE id = @userId AND tenant_key = @tenantKey)
  AND session_key = (SELECT key FROM sessions WHERE id = @sessionId AND tenant_key = @tenantKey)
  AND tenant_key = @tenantKey AND (@userKey IS NULL OR user_key = @userKey);

-- name: of_gone_session
-- every tenant's: who deletes a session had it looked up in a tenant
SELECT first_sequence AS place, octet_length(content) + coalesce(octet_length(vector), 0) AS bytes
FROM chunks WHERE session_key = @key ORDER BY first_sequence LIMIT @limit;

-- name: remove_of_gone_session
-- every tenant's
DELETE FROM chunks WHERE session_key = @key AND first_sequence <= @upTo;
