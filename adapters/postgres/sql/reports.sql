-- name: owner
SELECT o.created_at, s.id AS session_id, u.id AS user_id
FROM outbox o
  JOIN sessions s ON s.user_key = o.user_key AND s.key = o.session_key AND s.tenant_key = o.tenant_key
  JOIN users u ON u.key = o.user_key AND u.tenant_key = o.tenant_key
WHERE o.user_key = @userKey AND o.key = @key AND o.tenant_key = @tenantKey AND o.session_key = @sessionKey;

-- name: messages
SELECT id, sequence, generation FROM messages
WHERE user_key = @userKey AND session_key = @sessionKey AND tenant_key = @tenantKey
  AND sequence BETWEEN @firstSequence AND @lastSequence
ORDER BY sequence LIMIT 1000;

-- name: others
SELECT id, kind, state, attempts, reason, first_sequence, last_sequence FROM outbox
WHERE user_key = @userKey AND session_key = @sessionKey AND tenant_key = @tenantKey AND kind <> 'notify'
  AND first_sequence <= @lastSequence AND last_sequence >= @firstSequence
ORDER BY first_sequence, key LIMIT 1000;

-- name: closed_episodes
-- The last before the range may have been cut when the range was read, into some that end long before it.
SELECT e.id FROM episodes e
WHERE e.user_key = @userKey AND e.session_key = @sessionKey AND e.tenant_key = @tenantKey
  AND e.first_sequence BETWEEN @firstSequence::bigint - 100 AND @lastSequence AND e.last_sequence <= @lastSequence
  AND (e.last_sequence >= @firstSequence::bigint - 1 OR e.generation > @generation)
  AND EXISTS (
    SELECT 1 FROM episodes later
    WHERE later.user_key = @userKey AND later.session_key = @sessionKey AND later.first_sequence > e.last_sequence
  )
ORDER BY e.first_sequence LIMIT 1000;

-- name: added_facts
-- those whose oldest mention is of the range
SELECT f.id FROM facts f
WHERE f.user_key = @userKey AND f.tenant_key = @tenantKey AND f.state <> 'retracted' AND f.key IN (
  SELECT fact_key FROM fact_mentions
  WHERE user_key = @userKey AND session_key = @sessionKey AND tenant_key = @tenantKey
    AND sequence BETWEEN @firstSequence AND @lastSequence
) AND (
  SELECT session_key = @sessionKey AND sequence BETWEEN @firstSequence AND @lastSequence FROM fact_mentions
  WHERE user_key = @userKey AND fact_key = f.key ORDER BY key LIMIT 1
)
ORDER BY f.key LIMIT 1000;

-- name: superseded_facts
-- what a fact of the range took the place of, and what took the place of one
WITH said AS (
  SELECT DISTINCT fact_key AS key FROM fact_mentions
  WHERE user_key = @userKey AND session_key = @sessionKey AND tenant_key = @tenantKey
    AND sequence BETWEEN @firstSequence AND @lastSequence
)
SELECT older.id, newer.id AS by FROM said
  JOIN facts newer ON newer.user_key = @userKey AND newer.key = said.key
  JOIN facts older ON older.user_key = @userKey AND older.superseded_by = newer.key
WHERE older.state = 'superseded' AND older.tenant_key = @tenantKey AND older.generation > @generation
UNION
SELECT older.id, newer.id AS by FROM said
  JOIN facts older ON older.user_key = @userKey AND older.key = said.key
  JOIN facts newer ON newer.user_key = @userKey AND newer.key = older.superseded_by
WHERE older.state = 'superseded' AND older.tenant_key = @tenantKey AND older.generation > @generation
LIMIT 1000;
