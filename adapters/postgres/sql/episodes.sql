-- name: before
-- it ends right before the range, or reaches into it
SELECT key, generation, first_sequence, last_sequence FROM (
  SELECT e.key, e.generation, e.first_sequence, e.last_sequence FROM episodes e
    JOIN sessions s ON s.user_key = e.user_key AND s.key = e.session_key AND s.tenant_key = e.tenant_key
  WHERE e.user_key = @userKey AND e.session_key = @sessionKey AND e.tenant_key = @tenantKey
    AND e.first_sequence < @firstSequence
  ORDER BY e.first_sequence DESC LIMIT 1
) AS last
WHERE last_sequence >= @firstSequence::bigint - 1;

-- name: overlapping
-- Episodes of a session do not overlap: from the last that begins before the range, if it reaches into it, to the last that
-- begins in it.
SELECT key, first_sequence, last_sequence FROM episodes
WHERE user_key = @userKey AND session_key = @sessionKey AND tenant_key = @tenantKey AND last_sequence >= @firstSequence
  AND first_sequence <= @lastSequence AND first_sequence >= coalesce((
    SELECT e.first_sequence FROM episodes e
    WHERE e.user_key = @userKey AND e.session_key = @sessionKey AND e.first_sequence <= @firstSequence
    ORDER BY e.first_sequence DESC LIMIT 1
  ), 0)
ORDER BY first_sequence;

-- name: insert
INSERT INTO episodes (
  user_key, session_key, first_sequence, last_sequence, key, tenant_key, generation, id, title, summary, participants,
  key_phrases, started_at, ended_at, scale, components, model, created_at, updated_at
) VALUES (
  @userKey, @sessionKey, @firstSequence, @lastSequence, nextval('keys'), @tenantKey, @generation, @id, @title, @summary,
  @participants, @keyPhrases, @startedAt, @endedAt, @scale, @components, @model, @at, @at
);

-- name: update
UPDATE episodes SET
  generation = @generation, last_sequence = @lastSequence, title = @title, summary = @summary, participants = @participants,
  key_phrases = @keyPhrases, started_at = @startedAt, ended_at = @endedAt, scale = @scale, components = @components,
  model = @model, updated_at = @at
WHERE user_key = @userKey AND key = @key AND tenant_key = @tenantKey;

-- name: delete
DELETE FROM episodes WHERE user_key = @userKey AND key = @key AND tenant_key = @tenantKey;

-- name: owner
SELECT key FROM users WHERE id = @userId AND tenant_key = @tenantKey AND (@userKey::bigint IS NULL OR key = @userKey);

-- name: session
SELECT key FROM sessions WHERE user_key = @ownerKey AND tenant_key = @tenantKey AND key = (
  SELECT session_key FROM session_routes WHERE id = @sessionId
);

-- name: last_key
SELECT coalesce(max(key), 0) AS key FROM episodes WHERE user_key = @ownerKey AND tenant_key = @tenantKey;

-- name: list
SELECT e.key, e.id, s.id AS session_id, e.session_key, e.first_sequence, e.last_sequence, e.title, e.summary, e.participants,
  e.key_phrases, e.started_at, e.ended_at, e.created_at, e.updated_at, spoken(u.name) AS user, spoken(a.name) AS agent,
  NOT EXISTS (
    SELECT 1 FROM episodes l
    WHERE l.user_key = e.user_key AND l.session_key = e.session_key AND l.first_sequence > e.first_sequence
  ) AS is_open
FROM episodes e JOIN sessions s ON s.user_key = e.user_key AND s.key = e.session_key AND s.tenant_key = e.tenant_key
  JOIN users u ON u.key = e.user_key
  JOIN agents a ON a.key = s.agent_key
WHERE e.user_key = @ownerKey AND e.tenant_key = @tenantKey AND e.key > @after AND e.key <= @until
ORDER BY e.key LIMIT @limit;

-- name: list_of_session
SELECT e.key, e.id, s.id AS session_id, e.session_key, e.first_sequence, e.last_sequence, e.title, e.summary, e.participants,
  e.key_phrases, e.started_at, e.ended_at, e.created_at, e.updated_at, spoken(u.name) AS user, spoken(a.name) AS agent,
  NOT EXISTS (
    SELECT 1 FROM episodes l
    WHERE l.user_key = e.user_key AND l.session_key = e.session_key AND l.first_sequence > e.first_sequence
  ) AS is_open
FROM episodes e JOIN sessions s ON s.user_key = e.user_key AND s.key = e.session_key AND s.tenant_key = e.tenant_key
  JOIN users u ON u.key = e.user_key
  JOIN agents a ON a.key = s.agent_key
WHERE e.user_key = @ownerKey AND e.session_key = @sessionKey AND e.tenant_key = @tenantKey AND e.first_sequence > @after
ORDER BY e.first_sequence LIMIT @limit;

-- name: read
SELECT e.key, e.id, s.id AS session_id, e.session_key, e.first_sequence, e.last_sequence, e.title, e.summary, e.participants,
  e.key_phrases, e.started_at, e.ended_at, e.created_at, e.updated_at, spoken(u.name) AS user, spoken(a.name) AS agent,
  NOT EXISTS (
    SELECT 1 FROM episodes l
    WHERE l.user_key = e.user_key AND l.session_key = e.session_key AND l.first_sequence > e.first_sequence
  ) AS is_open
FROM episodes e JOIN sessions s ON s.user_key = e.user_key AND s.key = e.session_key AND s.tenant_key = e.tenant_key
  JOIN users u ON u.key = e.user_key
  JOIN agents a ON a.key = s.agent_key
WHERE e.user_key = @ownerKey AND e.id = ANY (@ids::text[]) AND e.tenant_key = @tenantKey;

-- name: message_ids
SELECT id FROM messages
WHERE user_key = @ownerKey AND session_key = @sessionKey AND tenant_key = @tenantKey
  AND sequence BETWEEN @firstSequence AND @lastSequence
ORDER BY sequence;

-- name: of_gone_session
-- every tenant's: who deletes a session had it looked up in a tenant
SELECT first_sequence AS place,
  octet_length(title) + octet_length(summary) + coalesce(octet_length(components), 0) AS bytes
FROM episodes WHERE user_key = @userKey AND session_key = @key ORDER BY first_sequence LIMIT @limit;

-- name: remove_of_gone_session
-- every tenant's
DELETE FROM episodes WHERE user_key = @userKey AND session_key = @key AND first_sequence <= @upTo;
