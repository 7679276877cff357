-- name: extend
-- the newest range of a session grows while nobody has taken it; a new one starts otherwise
INSERT INTO outbox AS o (
  user_key, key, tenant_key, session_key, id, kind, queue_key, position, first_sequence, last_sequence, priority, state, open,
  next_attempt_at, created_at, updated_at
) VALUES (
  @userKey, nextval('keys'), @tenantKey, @sessionKey, @id, @kind, @queueKey, @position, @firstSequence, @lastSequence,
  @priority, 'waiting', true, @dueAt, @at, @at
)
ON CONFLICT (user_key, session_key, kind) WHERE open DO UPDATE SET
  last_sequence = excluded.last_sequence, priority = greatest(o.priority, excluded.priority),
  next_attempt_at = least(o.next_attempt_at, excluded.next_attempt_at), updated_at = excluded.updated_at
RETURNING key, id, kind, tenant_key, user_key, session_key, queue_key, position, first_sequence, last_sequence, priority, attempts,
  next_attempt_at AS due_at;

-- name: close
UPDATE outbox SET open = false WHERE user_key = @userKey AND session_key = @sessionKey AND tenant_key = @tenantKey AND open;

-- name: insert
INSERT INTO outbox (
  user_key, key, tenant_key, session_key, id, kind, queue_key, position, first_sequence, last_sequence, priority, state, open,
  attempts, next_attempt_at, created_at, updated_at
) VALUES (
  @userKey, nextval('keys'), @tenantKey, @sessionKey, @id, @kind, @queueKey, @position, @firstSequence, @lastSequence,
  @priority, 'waiting', false, @attempts, @dueAt, @at, @at
);

-- name: list
SELECT o.key, o.id, o.kind, u.id AS user_id, s.id AS session_id, o.state, o.attempts, o.reason, o.created_at, o.updated_at,
  CASE o.state WHEN 'waiting' THEN o.next_attempt_at END AS next_attempt_at
FROM outbox o JOIN sessions s ON s.user_key = o.user_key AND s.key = o.session_key JOIN users u ON u.key = o.user_key
WHERE o.tenant_key = @tenantKey AND o.state = @state AND o.key < @below AND (@kind::text IS NULL OR o.kind = @kind)
ORDER BY o.key DESC LIMIT @limit;

-- name: list_of_user
SELECT o.key, o.id, o.kind, u.id AS user_id, s.id AS session_id, o.state, o.attempts, o.reason, o.created_at, o.updated_at,
  CASE o.state WHEN 'waiting' THEN o.next_attempt_at END AS next_attempt_at
FROM outbox o JOIN sessions s ON s.user_key = o.user_key AND s.key = o.session_key JOIN users u ON u.key = o.user_key
WHERE o.user_key = @userKey AND o.tenant_key = @tenantKey AND o.state = @state AND o.key < @below
  AND (@kind::text IS NULL OR o.kind = @kind)
ORDER BY o.key DESC LIMIT @limit;

-- name: get
SELECT o.key, o.id, o.kind, u.id AS user_id, s.id AS session_id, o.state, o.attempts, o.reason, o.created_at, o.updated_at,
  CASE o.state WHEN 'waiting' THEN o.next_attempt_at END AS next_attempt_at
FROM outbox o JOIN sessions s ON s.user_key = o.user_key AND s.key = o.session_key JOIN users u ON u.key = o.user_key
WHERE o.id = @id AND o.tenant_key = @tenantKey AND (@userKey::bigint IS NULL OR o.user_key = @userKey);

-- name: redrive
UPDATE outbox SET state = 'waiting', attempts = 0, next_attempt_at = @at, updated_at = @at
WHERE id = @id AND state = 'failed' AND tenant_key = @tenantKey AND (@userKey::bigint IS NULL OR user_key = @userKey);

-- name: redrive_all
UPDATE outbox SET state = 'waiting', attempts = 0, next_attempt_at = @at, updated_at = @at
WHERE (user_key, key) IN (
  SELECT user_key, key FROM outbox
  WHERE tenant_key = @tenantKey AND state = 'failed' AND (@userKey::bigint IS NULL OR user_key = @userKey)
    AND (@kind::text IS NULL OR kind = @kind)
  ORDER BY key LIMIT @limit FOR UPDATE
);

-- name: counts
SELECT state, count(*) AS count FROM outbox WHERE tenant_key = @tenantKey AND state = ANY ('{waiting,running,failed}')
GROUP BY state;

-- name: counts_of_user
SELECT state, count(*) AS count FROM outbox
WHERE user_key = @userKey AND tenant_key = @tenantKey AND state = ANY ('{waiting,running,failed}')
GROUP BY state;

-- name: oldest_waiting
-- keys ascend in the order of creation
SELECT created_at FROM outbox WHERE tenant_key = @tenantKey AND state = 'waiting' ORDER BY key LIMIT 1;

-- name: oldest_waiting_of_user
SELECT created_at FROM outbox
WHERE user_key = @userKey AND tenant_key = @tenantKey AND state = 'waiting' ORDER BY key LIMIT 1;

-- name: outstanding
SELECT kind, first_sequence, last_sequence, state, attempts, reason, updated_at FROM outbox
WHERE user_key = @ownerKey AND session_key = @sessionKey AND tenant_key = @tenantKey
  AND first_sequence <= @lastSequence AND last_sequence >= @firstSequence
ORDER BY first_sequence, key;

-- name: revive
-- what was given up of messages that have changed since deserves another try
UPDATE outbox SET state = 'waiting', attempts = 0, reason = NULL, next_attempt_at = @at, updated_at = @at
WHERE user_key = @userKey AND session_key = @sessionKey AND tenant_key = @tenantKey AND state = 'failed'
  AND first_sequence <= @sequence AND last_sequence >= @sequence;

-- name: covers
SELECT 1 AS covers FROM outbox
WHERE user_key = @userKey AND session_key = @sessionKey AND tenant_key = @tenantKey AND kind = @kind
  AND first_sequence <= @sequence AND last_sequence >= @sequence
LIMIT 1;
