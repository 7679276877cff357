-- name: session
SELECT key, user_key AS userKey, late_from AS lateFrom, last_sequence AS lastSequence FROM sessions
WHERE id = @sessionId AND tenant_key = @tenantKey AND (@userKey IS NULL OR user_key = @userKey);

-- name: take_sequences
-- finds the session, checks the scope and numbers the round in one step
UPDATE sessions SET
  last_sequence = last_sequence + @count,
  late_from = CASE
    WHEN late_from IS NULL AND NOT (@inOrder AND @firstCreatedAt >= last_created_at AND @firstId > last_id)
      THEN last_sequence + 1
    ELSE late_from
  END,
  last_created_at = max(last_created_at, @lastCreatedAt),
  last_id = max(last_id, @lastId)
WHERE id = @sessionId AND tenant_key = @tenantKey AND (@userKey IS NULL OR user_key = @userKey)
RETURNING key, user_key AS userKey, last_sequence - @count AS lastSequence, late_from IS NOT NULL AS late;

-- name: insert
INSERT INTO messages (
  tenant_key, user_key, session_key, sequence, round, generation, id, role, content, name, metadata, source, found_by,
  created_at, updated_at, late
) VALUES (
  @tenantKey, @userKey, @sessionKey, @sequence, @round, @generation, @id, @role, @content, @name, @metadata, @source,
  @foundBy, @createdAt, @createdAt, @late
);

-- name: list_timestamp_asc
-- what arrived in order is listed by sequence, up to the first that did not; what did not, by an index of its own
SELECT * FROM (
  SELECT * FROM (
    SELECT id, @sessionId AS sessionId, role, content, name, metadata, source, created_at AS createdAt,
      updated_at AS updatedAt, sequence, late
    FROM messages
    WHERE session_key = @sessionKey AND tenant_key = @tenantKey
      AND sequence > @inOrder AND sequence >= @from AND sequence < @inOrderBelow
    ORDER BY sequence LIMIT @limit
  )
  UNION ALL
  SELECT * FROM (
    SELECT id, @sessionId AS sessionId, role, content, name, metadata, source, created_at AS createdAt,
      updated_at AS updatedAt, sequence, late
    FROM messages INDEXED BY messages_late_by_time
    WHERE session_key = @sessionKey AND tenant_key = @tenantKey AND late = 1
      AND (created_at, sequence) > (@time, @sequence) AND sequence >= @from AND sequence < @below
    ORDER BY created_at, sequence LIMIT @limit
  )
) ORDER BY createdAt, sequence LIMIT @limit;

-- name: list_timestamp_desc
SELECT * FROM (
  SELECT * FROM (
    SELECT id, @sessionId AS sessionId, role, content, name, metadata, source, created_at AS createdAt,
      updated_at AS updatedAt, sequence, late
    FROM messages
    WHERE session_key = @sessionKey AND tenant_key = @tenantKey
      AND sequence < @inOrder AND sequence >= @from AND sequence < @inOrderBelow
    ORDER BY sequence DESC LIMIT @limit
  )
  UNION ALL
  SELECT * FROM (
    SELECT id, @sessionId AS sessionId, role, content, name, metadata, source, created_at AS createdAt,
      updated_at AS updatedAt, sequence, late
    FROM messages INDEXED BY messages_late_by_time
    WHERE session_key = @sessionKey AND tenant_key = @tenantKey AND late = 1
      AND (created_at, sequence) < (@time, @sequence) AND sequence >= @from AND sequence < @below
    ORDER BY created_at DESC, sequence DESC LIMIT @limit
  )
) ORDER BY createdAt DESC, sequence DESC LIMIT @limit;

-- name: list_id_asc
SELECT * FROM (
  SELECT * FROM (
    SELECT id, @sessionId AS sessionId, role, content, name, metadata, source, created_at AS createdAt,
      updated_at AS updatedAt, sequence, late
    FROM messages
    WHERE session_key = @sessionKey AND tenant_key = @tenantKey
      AND sequence > @inOrder AND sequence >= @from AND sequence < @inOrderBelow
    ORDER BY sequence LIMIT @limit
  )
  UNION ALL
  SELECT * FROM (
    SELECT id, @sessionId AS sessionId, role, content, name, metadata, source, created_at AS createdAt,
      updated_at AS updatedAt, sequence, late
    FROM messages INDEXED BY messages_late_by_id
    WHERE session_key = @sessionKey AND tenant_key = @tenantKey AND late = 1
      AND id > @id AND sequence >= @from AND sequence < @below
    ORDER BY id LIMIT @limit
  )
) ORDER BY id LIMIT @limit;

-- name: list_id_desc
SELECT * FROM (
  SELECT * FROM (
    SELECT id, @sessionId AS sessionId, role, content, name, metadata, source, created_at AS createdAt,
      updated_at AS updatedAt, sequence, late
    FROM messages
    WHERE session_key = @sessionKey AND tenant_key = @tenantKey
      AND sequence < @inOrder AND sequence >= @from AND sequence < @inOrderBelow
    ORDER BY sequence DESC LIMIT @limit
  )
  UNION ALL
  SELECT * FROM (
    SELECT id, @sessionId AS sessionId, role, content, name, metadata, source, created_at AS createdAt,
      updated_at AS updatedAt, sequence, late
    FROM messages INDEXED BY messages_late_by_id
    WHERE session_key = @sessionKey AND tenant_key = @tenantKey AND late = 1
      AND id < @id AND sequence >= @from AND sequence < @below
    ORDER BY id DESC LIMIT @limit
  )
) ORDER BY id DESC LIMIT @limit;

-- name: read
SELECT id, @sessionId AS sessionId, role, content, name, metadata, source, created_at AS createdAt, updated_at AS updatedAt
FROM messages
WHERE session_key = @sessionKey AND tenant_key = @tenantKey
  AND id = @id;

-- name: locate
SELECT key, sequence, name, metadata FROM messages
WHERE id = @id AND session_key = @sessionKey AND tenant_key = @tenantKey;

-- name: update
UPDATE messages SET
  role = @role, content = @content, name = @name, metadata = @metadata, source = @source,
  found_by = @foundBy, generation = @generation, updated_at = @at,
  -- of what it said before
  token_count = NULL
WHERE key = @key AND tenant_key = @tenantKey;

-- name: delete
DELETE FROM messages WHERE key = @key AND tenant_key = @tenantKey;

-- name: open_from
-- the first of the messages that nobody has taken to work on yet
SELECT first_sequence FROM outbox WHERE session_key = @sessionKey AND kind = 'index' AND open = 1 AND tenant_key = @tenantKey;

-- name: locations
SELECT m.id, @sessionId AS sessionId, m.sequence, coalesce((
  -- chunks of a session do not overlap: if any holds the message, it is the first that does not end before it
  SELECT CASE WHEN c.first_sequence <= m.sequence THEN c.created_at END FROM chunks c
  WHERE c.session_key = m.session_key AND c.tenant_key = m.tenant_key AND c.last_sequence >= m.sequence
  ORDER BY c.last_sequence LIMIT 1
), m.updated_at) AS updatedAt
FROM messages m
WHERE m.session_key = @sessionKey AND m.tenant_key = @tenantKey AND m.sequence > @after AND m.sequence <= @until
ORDER BY m.sequence LIMIT @limit;

-- name: stored_before
-- every tenant's: how long messages are kept is a setting of the server
SELECT m.id, m.tenant_key AS tenantKey, s.id AS sessionId
FROM messages m JOIN sessions s ON s.key = m.session_key AND s.tenant_key = m.tenant_key
WHERE m.id > @after AND m.id < @before ORDER BY m.id LIMIT @limit;

-- name: location
SELECT m.id, s.id AS sessionId, m.sequence, coalesce((
  -- chunks of a session do not overlap: if any holds the message, it is the first that does not end before it
  SELECT CASE WHEN c.first_sequence <= m.sequence THEN c.created_at END FROM chunks c
  WHERE c.session_key = m.session_key AND c.tenant_key = m.tenant_key AND c.last_sequence >= m.sequence
  ORDER BY c.last_sequence LIMIT 1
), m.updated_at) AS updatedAt
FROM messages m JOIN sessions s ON s.key = m.session_key AND s.tenant_key = m.tenant_key
WHERE m.id = @id AND m.tenant_key = @tenantKey AND (@userKey IS NULL OR m.user_key = @userKey);
