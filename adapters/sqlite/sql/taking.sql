-- name: due
-- every tenant's: the background serves all. The last conditions are those of take: what is shown can be had
SELECT key, id, kind, tenant_key AS tenantKey, user_key AS userKey, session_key AS sessionKey, queue_key AS queueKey,
  position, first_sequence AS firstSequence, last_sequence AS lastSequence, priority, attempts, next_attempt_at AS dueAt
FROM (
  SELECT * FROM outbox WHERE state = 'waiting' AND priority = @priority AND next_attempt_at <= @now
  UNION ALL
  SELECT outbox.* FROM leases CROSS JOIN outbox INDEXED BY outbox_running ON outbox.owner = leases.owner
  WHERE leases.ends_at < @now AND outbox.state = 'running' AND outbox.priority = @priority
) AS task
WHERE (task.kind = 'notify') = @notices AND NOT EXISTS (
  -- another process is at it
  SELECT 1 FROM outbox AS other INDEXED BY outbox_queue_running JOIN leases ON leases.owner = other.owner
  WHERE other.queue_key = task.queue_key AND other.state = 'running' AND other.kind = task.kind
    AND other.tenant_key = task.tenant_key AND other.owner <> @owner AND leases.ends_at >= @now
)
AND NOT EXISTS (
  -- what was said first comes first, also while it waits for a retry
  SELECT 1 FROM outbox AS other
  WHERE other.queue_key = task.queue_key AND other.position < task.position AND other.state <> 'failed'
    AND other.kind = task.kind AND other.tenant_key = task.tenant_key
    AND NOT (other.state = 'running' AND EXISTS (SELECT 1 FROM leases WHERE owner = other.owner AND ends_at >= @now))
)
ORDER BY next_attempt_at, key LIMIT @limit;

-- name: take
UPDATE outbox AS task SET state = 'running', open = 0, owner = @owner, updated_at = @now
WHERE key = @key
  AND (
    state = 'waiting' OR (
      state = 'running' AND NOT EXISTS (SELECT 1 FROM leases WHERE owner = task.owner AND ends_at >= @now)
    )
  )
  AND NOT EXISTS (
    -- another process is at it
    SELECT 1 FROM outbox AS other INDEXED BY outbox_queue_running JOIN leases ON leases.owner = other.owner
    WHERE other.queue_key = task.queue_key AND other.state = 'running' AND other.kind = task.kind
      AND other.tenant_key = task.tenant_key AND other.owner <> @owner AND leases.ends_at >= @now
  )
  AND NOT EXISTS (
    -- what was said first comes first, also while it waits for a retry
    SELECT 1 FROM outbox AS other
    WHERE other.queue_key = task.queue_key AND other.position < task.position AND other.state <> 'failed'
      AND other.kind = task.kind AND other.tenant_key = task.tenant_key
      AND NOT (other.state = 'running' AND EXISTS (SELECT 1 FROM leases WHERE owner = other.owner AND ends_at >= @now))
  )
RETURNING key, id, kind, tenant_key AS tenantKey, user_key AS userKey, session_key AS sessionKey, queue_key AS queueKey,
  position, first_sequence AS firstSequence, last_sequence AS lastSequence, priority, attempts, next_attempt_at AS dueAt;

-- name: extend_lease
INSERT INTO leases (owner, ends_at, extended_at) VALUES (@owner, @leaseUntil, @now)
ON CONFLICT (owner) DO UPDATE SET ends_at = excluded.ends_at, extended_at = excluded.extended_at;

-- name: forget_leases
-- every process's that has ended and left nothing behind
DELETE FROM leases WHERE ends_at < @now AND owner <> @owner AND NOT EXISTS (
  SELECT 1 FROM outbox INDEXED BY outbox_running WHERE owner = leases.owner AND state = 'running'
);

-- name: keys_held
SELECT key FROM outbox INDEXED BY outbox_running WHERE owner = @owner AND state = 'running';

-- name: rewind_leases
UPDATE leases SET ends_at = min(ends_at, @now - 1), extended_at = @now
WHERE owner <> @owner AND extended_at > @now + 60000;

-- name: last_of_some
-- every tenant's
SELECT max(key) FROM (SELECT key FROM outbox WHERE key > @after ORDER BY key LIMIT @limit);

-- name: rewind
-- every tenant's: one clock serves all. Replicas may differ by a little, which is no sign of a clock that was wrong
UPDATE outbox SET
  next_attempt_at = min(next_attempt_at, @now), created_at = min(created_at, @now), updated_at = @now
WHERE key > @after AND key <= @last
  AND max(created_at, updated_at) > @now + 60000 AND (state <> 'running' OR owner <> @owner);

-- name: retry
UPDATE outbox SET state = 'waiting', owner = NULL, attempts = @attempts, reason = @reason, next_attempt_at = @dueAt,
  updated_at = @at
WHERE key = @key AND owner = @owner AND state = 'running';

-- name: release
UPDATE outbox SET state = 'waiting', owner = NULL, next_attempt_at = @at, updated_at = @at
WHERE key = @key AND owner = @owner AND state = 'running';

-- name: fail
UPDATE outbox SET state = 'failed', owner = NULL, attempts = @attempts, reason = @reason, updated_at = @at
WHERE key = @key AND owner = @owner AND state = 'running';

-- name: complete
DELETE FROM outbox WHERE key = @key AND owner = @owner AND state = 'running' AND tenant_key = @tenantKey;

-- name: held
SELECT key, id, kind, tenant_key AS tenantKey, user_key AS userKey, session_key AS sessionKey, queue_key AS queueKey,
  position, first_sequence AS firstSequence, last_sequence AS lastSequence, priority, attempts, next_attempt_at AS dueAt
FROM outbox WHERE key = @key AND owner = @owner AND state = 'running';

-- name: shorten
UPDATE outbox SET state = 'waiting', owner = NULL, last_sequence = @lastSequence, next_attempt_at = @at, updated_at = @at
WHERE key = @key AND owner = @owner AND state = 'running';
