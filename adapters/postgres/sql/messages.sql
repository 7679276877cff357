-- name: session
SELECT s.key, s.user_key, s.late_from, s.last_sequence
FROM session_routes r JOIN sessions s ON s.user_key = r.user_key AND s.key = r.session_key
WHERE r.id = @sessionId AND s.tenant_key = @tenantKey AND (@userKey::bigint IS NULL OR s.user_key = @userKey);

-- name: session_by_key
-- once more, when the user is locked
SELECT key, user_key, late_from, last_sequence FROM sessions
WHERE user_key = @ownerKey AND key = @sessionKey AND tenant_key = @tenantKey;

-- name: take_sequences
UPDATE sessions SET
  last_sequence = last_sequence + @count,
  late_from = CASE
    WHEN late_from IS NULL
      AND NOT (@inOrder::boolean AND @firstCreatedAt::bigint >= last_created_at AND @firstId::text > last_id)
      THEN last_sequence + 1
    ELSE late_from
  END,
  last_created_at = greatest(last_created_at, @lastCreatedAt),
  last_id = greatest(last_id, @lastId)
WHERE user_key = @ownerKey AND key = @sessionKey AND tenant_key = @tenantKey
RETURNING last_sequence - @count AS before, late_from IS NOT NULL AS late;

-- name: insert
INSERT INTO messages (
  user_key, key, tenant_key, session_key, sequence, round, generation, id, role, content, name, metadata, source, found_by,
  late, created_at, updated_at
) VALUES (
  @ownerKey, @key, @tenantKey, @sessionKey, @sequence, @round, @generation, @id, @role, @content, @name, @metadata, @source,
  @foundBy, @late, @createdAt, @createdAt
);

-- name: list_timestamp_asc
-- what arrived in order is listed by sequence, up to the first that did not; what did not, by an index of its own
SELECT * FROM (
  (
    SELECT id, @sessionId::text AS session_id, role, content, name, metadata, source, created_at, updated_at, sequence, late
    FROM messages
    WHERE user_key = @ownerKey AND session_key = @sessionKey AND tenant_key = @tenantKey
      AND sequence > @inOrder AND sequence >= @from AND sequence < @inOrderBelow
    ORDER BY sequence LIMIT @limit
  )
  UNION ALL
  (
    SELECT id, @sessionId::text AS session_id, role, content, name, metadata, source, created_at, updated_at, sequence, late
    FROM messages
    WHERE user_key = @ownerKey AND session_key = @sessionKey AND tenant_key = @tenantKey AND late
      AND (created_at, sequence) > (@time, @sequence) AND sequence >= @from AND sequence < @below
    ORDER BY created_at, sequence LIMIT @limit
  )
) AS found ORDER BY created_at, sequence LIMIT @limit;

-- name: list_timestamp_desc
-- what arrived in order is listed by sequence, up to the first that did not; what did not, by an index of its own
SELECT * FROM (
  (
    SELECT id, @sessionId::text AS session_id, role, content, name, metadata, source, created_at, updated_at, sequence, late
    FROM messages
    WHERE user_key = @ownerKey AND session_key = @sessionKey AND tenant_key = @tenantKey
      AND sequence < @inOrder AND sequence >= @from AND sequence < @inOrderBelow
    ORDER BY sequence DESC LIMIT @limit
  )
  UNION ALL
  (
    SELECT id, @sessionId::text AS session_id, role, content, name, metadata, source, created_at, updated_at, sequence, late
    FROM messages
    WHERE user_key = @ownerKey AND session_key = @sessionKey AND tenant_key = @tenantKey AND late
      AND (created_at, sequence) < (@time, @sequence) AND sequence >= @from AND sequence < @below
    ORDER BY created_at DESC, sequence DESC LIMIT @limit
  )
) AS found ORDER BY created_at DESC, sequence DESC LIMIT @limit;

-- name: list_id_asc
-- what arrived in order is listed by sequence, up to the first that did not; what did not, by an index of its own
SELECT * FROM (
  (
    SELECT id, @sessionId::text AS session_id, role, content, name, metadata, source, created_at, updated_at, sequence, late
    FROM messages
    WHERE user_key = @ownerKey AND session_key = @sessionKey AND tenant_key = @tenantKey
      AND sequence > @inOrder AND sequence >= @from AND sequence < @inOrderBelow
    ORDER BY sequence LIMIT @limit
  )
  UNION ALL
  (
    SELECT id, @sessionId::text AS session_id, role, content, name, metadata, source, created_at, updated_at, sequence, late
    FROM messages
    WHERE user_key = @ownerKey AND session_key = @sessionKey AND tenant_key = @tenantKey AND late
      AND id > @id AND sequence >= @from AND sequence < @below
    ORDER BY id LIMIT @limit
  )
) AS found ORDER BY id LIMIT @limit;

-- name: list_id_desc
-- what arrived in order is listed by sequence, up to the first that did not; what did not, by an index of its own
SELECT * FROM (
  (
    SELECT id, @sessionId::text AS session_id, role, content, name, metadata, source, created_at, updated_at, sequence, late
    FROM messages
    WHERE user_key = @ownerKey AND session_key = @sessionKey AND tenant_key = @tenantKey
      AND sequence < @inOrder AND sequence >= @from AND sequence < @inOrderBelow
    ORDER BY sequence DESC LIMIT @limit
  )
  UNION ALL
  (
    SELECT id, @sessionId::text AS session_id, role, content, name, metadata, source, created_at, updated_at, sequence, late
    FROM messages
    WHERE user_key = @ownerKey AND session_key = @sessionKey AND tenant_key = @tenantKey AND late
      AND id < @id AND sequence >= @from AND sequence < @below
    ORDER BY id DESC LIMIT @limit
  )
) AS found ORDER BY id DESC LIMIT @limit;

-- name: read
SELECT id, @sessionId::text AS session_id, role, content, name, metadata, source, created_at, updated_at FROM messages
WHERE id = ANY (@ids::text[]) AND user_key = @ownerKey AND session_key = @sessionKey AND tenant_key = @tenantKey;

-- name: locate
SELECT id, key, sequence, name, metadata FROM messages
WHERE id = ANY (@ids::text[]) AND user_key = @ownerKey AND session_key = @sessionKey AND tenant_key = @tenantKey;

-- name: update
UPDATE messages SET
  role = @role, content = @content, name = @name, metadata = @metadata, source = @source,
  found_by = @foundBy, generation = @generation, updated_at = @at,
  -- of what it said before
  token_count = NULL
WHERE user_key = @ownerKey AND key = @key AND tenant_key = @tenantKey;

-- name: delete
DELETE FROM messages WHERE user_key = @ownerKey AND key = ANY (@keys::bigint[]) AND tenant_key = @tenantKey;

-- name: forget_segments
-- those that show one of these messages
DELETE FROM index_segments s USING unnest(@keys::bigint[]) AS changed (key)
WHERE s.user_key = @ownerKey AND s.last_key >= changed.key AND s.first_key <= changed.key;

-- name: forget_vectors
DELETE FROM message_vectors WHERE user_key = @ownerKey AND message_key = ANY (@keys::bigint[]);

-- name: open_from
-- the first of the messages that nobody has taken to work on yet
SELECT first_sequence FROM outbox
WHERE user_key = @ownerKey AND session_key = @sessionKey AND kind = 'index' AND open AND tenant_key = @tenantKey;

-- name: locations
SELECT m.id, @sessionId::text AS session_id, m.sequence, coalesce((
  -- chunks of a session do not overlap: if any holds the message, it is the first that does not end before it
  SELECT CASE WHEN c.first_sequence <= m.sequence THEN c.created_at END FROM chunks c
  WHERE c.user_key = m.user_key AND c.session_key = m.session_key AND c.last_sequence >= m.sequence
  ORDER BY c.last_sequence LIMIT 1
), m.updated_at) AS updated_at
FROM messages m
WHERE m.user_key = @ownerKey AND m.session_key = @sessionKey AND m.tenant_key = @tenantKey
  AND m.sequence > @after AND m.sequence <= @until
ORDER BY m.sequence LIMIT @limit;

-- name: stored_before
-- every tenant's: how long messages are kept is a setting of the server
SELECT m.id, m.tenant_key, s.id AS session_id
FROM messages m JOIN sessions s ON s.user_key = m.user_key AND s.key = m.session_key AND s.tenant_key = m.tenant_key
WHERE m.id > @after AND m.id < @before ORDER BY m.id LIMIT @limit;

-- name: location
SELECT m.id, s.id AS session_id, m.sequence, coalesce((
  SELECT CASE WHEN c.first_sequence <= m.sequence THEN c.created_at END FROM chunks c
  WHERE c.user_key = m.user_key AND c.session_key = m.session_key AND c.last_sequence >= m.sequence
  ORDER BY c.last_sequence LIMIT 1
), m.updated_at) AS updated_at
FROM messages m JOIN sessions s ON s.user_key = m.user_key AND s.key = m.session_key AND s.tenant_key = m.tenant_key
WHERE m.id = @id AND m.tenant_key = @tenantKey AND (@userKey::bigint IS NULL OR m.user_key = @userKey);

-- name: append_rounds
SELECT place, user_key, session_key, first_sequence, last_sequence, tasks FROM append_rounds(@rounds::jsonb);
