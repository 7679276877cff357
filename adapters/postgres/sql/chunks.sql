-- name: delete_range
-- Chunks of a session do not overlap, so they lie in the same order by either end: from the first that ends in the range
-- or after it, to the last that begins in it. Asked for by one end alone, all chunks before or after are walked.
DELETE FROM chunks
WHERE user_key = @userKey AND session_key = @sessionKey AND tenant_key = @tenantKey
  AND first_sequence <= @lastSequence AND last_sequence >= @firstSequence
  AND first_sequence >= (
    SELECT c.first_sequence FROM chunks c
    WHERE c.user_key = @userKey AND c.session_key = @sessionKey AND c.last_sequence >= @firstSequence
    ORDER BY c.last_sequence LIMIT 1
  );

-- name: covering
SELECT first_sequence, last_sequence FROM (
  SELECT first_sequence, last_sequence FROM chunks
  WHERE user_key = @userKey AND session_key = @sessionKey AND tenant_key = @tenantKey AND last_sequence >= @sequence
  ORDER BY last_sequence LIMIT 1
) AS first
WHERE first_sequence <= @sequence;

-- name: insert
INSERT INTO chunks (
  user_key, session_key, first_sequence, last_sequence, key, tenant_key, id, content, strategy, token_count, vector, model,
  created_at
) VALUES (
  @userKey, @sessionKey, @firstSequence, @lastSequence, nextval('keys'), @tenantKey, @id, @content, @strategy, @tokenCount,
  @vector, @model, @at
);

-- name: set_token_counts
UPDATE messages m SET token_count = counted.tokens
FROM unnest(@sequences::bigint[], @tokens::bigint[]) AS counted (sequence, tokens)
WHERE m.user_key = @userKey AND m.session_key = @sessionKey AND m.sequence = counted.sequence AND m.tenant_key = @tenantKey;

-- name: round
-- it ends before the first message of another one, or where the session does
SELECT m.user_key, m.session_key AS key, s.id AS session_id, m.round, coalesce((
  SELECT n.sequence FROM messages n
  WHERE n.user_key = m.user_key AND n.session_key = m.session_key AND n.sequence > m.sequence AND n.round <> m.round
  ORDER BY n.sequence LIMIT 1
) - 1, s.last_sequence) AS last_sequence
FROM messages m JOIN sessions s ON s.user_key = m.user_key AND s.key = m.session_key AND s.tenant_key = m.tenant_key
WHERE m.id = @roundId AND m.sequence = m.round AND m.tenant_key = @tenantKey
  AND (@userKey::bigint IS NULL OR m.user_key = @userKey);

-- name: count_range
SELECT count(*) AS count FROM chunks
WHERE user_key = @ownerKey AND session_key = @sessionKey AND tenant_key = @tenantKey
  AND first_sequence <= @lastSequence AND last_sequence >= @firstSequence
  AND (NOT @embeddedOnly::boolean OR model IS NOT NULL);

-- name: list_created_at_asc
SELECT id, content, strategy, token_count, model IS NOT NULL AS embedded, first_sequence, last_sequence, created_at
FROM chunks
WHERE user_key = @ownerKey AND session_key = @sessionKey AND tenant_key = @tenantKey
  AND first_sequence <= @lastSequence AND last_sequence >= @firstSequence
  AND (NOT @embeddedOnly::boolean OR model IS NOT NULL)
ORDER BY created_at, key LIMIT @limit;

-- name: list_created_at_desc
SELECT id, content, strategy, token_count, model IS NOT NULL AS embedded, first_sequence, last_sequence, created_at
FROM chunks
WHERE user_key = @ownerKey AND session_key = @sessionKey AND tenant_key = @tenantKey
  AND first_sequence <= @lastSequence AND last_sequence >= @firstSequence
  AND (NOT @embeddedOnly::boolean OR model IS NOT NULL)
ORDER BY created_at DESC, key DESC LIMIT @limit;

-- name: list_chunk_id_asc
SELECT id, content, strategy, token_count, model IS NOT NULL AS embedded, first_sequence, last_sequence, created_at
FROM chunks
WHERE user_key = @ownerKey AND session_key = @sessionKey AND tenant_key = @tenantKey
  AND first_sequence <= @lastSequence AND last_sequence >= @firstSequence
  AND (NOT @embeddedOnly::boolean OR model IS NOT NULL)
ORDER BY id, key LIMIT @limit;

-- name: list_chunk_id_desc
SELECT id, content, strategy, token_count, model IS NOT NULL AS embedded, first_sequence, last_sequence, created_at
FROM chunks
WHERE user_key = @ownerKey AND session_key = @sessionKey AND tenant_key = @tenantKey
  AND first_sequence <= @lastSequence AND last_sequence >= @firstSequence
  AND (NOT @embeddedOnly::boolean OR model IS NOT NULL)
ORDER BY id DESC, key DESC LIMIT @limit;

-- name: list_strategy_asc
SELECT id, content, strategy, token_count, model IS NOT NULL AS embedded, first_sequence, last_sequence, created_at
FROM chunks
WHERE user_key = @ownerKey AND session_key = @sessionKey AND tenant_key = @tenantKey
  AND first_sequence <= @lastSequence AND last_sequence >= @firstSequence
  AND (NOT @embeddedOnly::boolean OR model IS NOT NULL)
ORDER BY strategy, key LIMIT @limit;

-- name: list_strategy_desc
SELECT id, content, strategy, token_count, model IS NOT NULL AS embedded, first_sequence, last_sequence, created_at
FROM chunks
WHERE user_key = @ownerKey AND session_key = @sessionKey AND tenant_key = @tenantKey
  AND first_sequence <= @lastSequence AND last_sequence >= @firstSequence
  AND (NOT @embeddedOnly::boolean OR model IS NOT NULL)
ORDER BY strategy DESC, key DESC LIMIT @limit;

-- name: message_ids
SELECT sequence, id FROM messages
WHERE user_key = @ownerKey AND session_key = @sessionKey AND tenant_key = @tenantKey
  AND sequence BETWEEN @firstSequence AND @lastSequence
ORDER BY sequence;

-- name: count
-- not those of sessions that are being removed
SELECT count(*) AS total, count(c.model) AS embedded
FROM users u JOIN chunks c ON c.user_key = u.key AND c.tenant_key = u.tenant_key
  JOIN sessions s ON s.user_key = c.user_key AND s.key = c.session_key AND s.tenant_key = c.tenant_key
WHERE u.id = @userId AND u.tenant_key = @tenantKey AND (@userKey::bigint IS NULL OR u.key = @userKey);

-- name: count_of_session
SELECT count(*) AS total, count(c.model) AS embedded
FROM users u JOIN session_routes r ON r.user_key = u.key
  JOIN chunks c ON c.user_key = r.user_key AND c.session_key = r.session_key AND c.tenant_key = u.tenant_key
WHERE u.id = @userId AND u.tenant_key = @tenantKey AND r.id = @sessionId
  AND (@userKey::bigint IS NULL OR u.key = @userKey);

-- name: of_gone_session
-- every tenant's: who deletes a session had it looked up in a tenant
SELECT first_sequence AS place, octet_length(content) + coalesce(octet_length(vector), 0) AS bytes
FROM chunks WHERE user_key = @userKey AND session_key = @key ORDER BY first_sequence LIMIT @limit;

-- name: remove_of_gone_session
-- every tenant's
DELETE FROM chunks WHERE user_key = @userKey AND session_key = @key AND first_sequence <= @upTo;
