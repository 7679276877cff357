-- name: extend
-- the newest range of a session grows while nobody has taken it; a new one starts otherwise
INSERT INTO outbox (
  tenant_key, user_key, session_key, id, kind, queue_key, position, first_sequence, last_sequence, priority, state, open,
  next_attempt_at, created_at, updated_at
) VALUES (
  @tenantKey, @userKey, @sessionKey, @id, @kind, @queueKey, @position, @firstSequence, @lastSequence, @priority, 'waiting', 1,
  @dueAt, @at, @at
)
ON CONFLICT (session_key, kind) WHERE open = 1 DO UPDATE SET
  last_sequence = excluded.last_sequence, priority = max(priority, excluded.priority),
  next_attempt_at = min(next_attempt_at, excluded.next_attempt_at), updated_at = excluded.updated_at
RETURNING key, id, queue_key AS queueKey, position, first_sequence AS firstSequence, last_sequence AS lastSequence, priority,
  attempts, next_attempt_at AS dueAt;

-- name: close
UPDATE outbox SET open = 0 WHERE session_key = @sessionKey AND tenant_key = @tenantKey AND open = 1;

-- name: insert
INSERT INTO outbox (
  tenant_key, user_key, session_key, id, kind, queue_key, position, first_sequence, last_sequence, priority, state, open,
  attempts, next_attempt_at, created_at, updated_at
) VALUES (
  @tenantKey, @userKey, @sessionKey, @id, @kind, @queueKey, @position, @firstSequence, @lastSequence, @priority, 'waiting', 0,
  @attempts, @dueAt, @at, @at
);

-- name: list
SELECT o.key, o.id, o.kind, u.id AS userId, s.id AS sessionId, o.state, o.attempts, o.reason, o.created_at AS createdAt,
  o.updated_at AS updatedAt, CASE o.state WHEN 'waiting' THEN o.next_attempt_at END AS nextAttemptAt
FROM outbox o INDEXED BY outbox_by_state JOIN sessions s ON s.key = o.session_key JOIN users u ON u.key = o.user_key
WHERE o.tenant_key = @tenantKey AND o.state = @state AND o.key < @below AND (@kind IS NULL OR o.kind = @kind)
ORDER BY o.key DESC LIMIT @limit;

-- name: list_of_user
SELECT o.key, o.id, o.kind, u.id AS userId, s.id AS sessionId, o.state, o.attempts, o.reason, o.created_at AS createdAt,
  o.updated_at AS updatedAt, CASE o.state WHEN 'waiting' THEN o.next_attempt_at END AS nextAttemptAt
FROM outbox o INDEXED BY outbox_by_user JOIN sessions s ON s.key = o.session_key JOIN users u ON u.key = o.user_key
WHERE o.tenant_key = @tenantKey AND o.user_key = @userKey AND o.state = @state AND o.key < @below AND (@kind IS NULL OR o.kind = @kind)
ORDER BY o.key DESC LIMIT @limit;

-- name: get
SELECT o.key, o.id, o.kind, u.id AS userId, s.id AS sessionId, o.state, o.attempts, o.reason, o.created_at AS createdAt,
  o.updated_at AS updatedAt, CASE o.state WHEN 'waiting' THEN o.next_attempt_at END AS nextAttemptAt
FROM outbox o JOIN sessions s ON s.key = o.session_key JOIN users u ON u.key = o.user_key
WHERE o.id = @id AND o.tenant_key = @tenantKey AND (@userKey IS NULL OR o.user_key = @userKey);

-- name: redrive
UPDATE outbox SET state = 'waiting', attempts = 0, next_attempt_at = @at, updated_at = @at
WHERE id = @id AND state = 'failed' AND tenant_key = @tenantKey AND (@userKey IS NULL OR user_key = @userKey)
RETURNING key, id, kind, (SELECT id FROM users WHERE key = user_key) AS userId,
  (SELECT id FROM sessions WHERE key = session_key) AS sessionId, state, attempts, reason, created_at AS createdAt,
  updated_at AS updatedAt, next_attempt_at AS nextAttemptAt;

-- name: redrive_all
UPDATE outbox SET state = 'waiting', attempts = 0, next_attempt_at = @at, updated_at = @at
WHERE key IN (
  SELECT key FROM outbox
  WHERE tenant_key = @tenantKey AND state = 'failed' AND (@userKey IS NULL OR user_key = @userKey)
    AND (@kind IS NULL OR kind = @kind)
  ORDER BY key LIMIT @limit
);

-- name: count
SELECT count(*) FROM outbox WHERE tenant_key = @tenantKey AND state = @state;

-- name: count_of_user
SELECT count(*) FROM outbox WHERE user_key = @userKey AND tenant_key = @tenantKey AND state = @state;

-- name: oldest_waiting
-- keys ascend in the order of creation
SELECT created_at FROM outbox WHERE tenant_key = @tenantKey AND state = 'waiting' ORDER BY key LIMIT 1;

-- name: oldest_waiting_of_user
SELECT created_at FROM outbox
WHERE user_key = @userKey AND tenant_key = @tenantKey AND state = 'waiting' ORDER BY key LIMIT 1;

-- name: outstanding
SELECT kind, first_sequence AS firstSequence, last_sequence AS lastSequence, state, attempts, reason,
  updated_at AS updatedAt
FROM outbox
WHERE session_key = @sessionKey AND tenant_key = @tenantKey
  AND first_sequence <= @lastSequence AND last_sequence >= @firstSequence
ORDER BY first_sequence, key;

-- name: revive
-- what was given up of messages that have changed since deserves another try
UPDATE outbox SET state = 'waiting', attempts = 0, reason = NULL, next_attempt_at = @at, updated_at = @at
WHERE session_key = @sessionKey AND tenant_key = @tenantKey AND state = 'failed'
  AND first_sequence <= @sequence AND last_sequence >= @sequence;

-- name: covers
SELECT 1 FROM outbox
WHERE session_key = @sessionKey AND tenant_key = @tenantKey AND kind = @kind
  AND first_sequence <= @sequence AND last_sequence >= @sequence
LIMIT 1;
