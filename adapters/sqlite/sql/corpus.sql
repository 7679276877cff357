-- name: generation
SELECT generation FROM users WHERE key = @userKey AND tenant_key = @tenantKey;

-- name: retractions
SELECT kind, key FROM retractions
WHERE user_key = @userKey AND tenant_key = @tenantKey AND generation > @after
ORDER BY generation;

-- name: bounds
SELECT generation, retracted_from AS retractedFrom FROM users WHERE key = @userKey AND tenant_key = @tenantKey;

-- name: segments
SELECT first_key AS firstKey, last_key AS lastKey FROM kept_segments
WHERE user_key = @userKey AND tenant_key = @tenantKey AND maker = @maker ORDER BY last_key;

-- name: segment
SELECT bytes FROM kept_segments
WHERE user_key = @userKey AND tenant_key = @tenantKey AND last_key = @lastKey AND first_key = @firstKey;

-- name: forget_foreign_segments
-- what an earlier version or another model made
DELETE FROM index_segments WHERE user_key = @userKey AND tenant_key = @tenantKey AND maker <> @maker;

-- name: may_keep_segment
-- not one that overlaps another in part, that reaches into what is being removed, or that shows what has changed since
SELECT 1 FROM users u
WHERE u.key = @userKey AND u.tenant_key = @tenantKey
  AND u.retracted_from <= @generation
  AND NOT EXISTS (
    SELECT 1 FROM index_segments s
    WHERE s.user_key = u.key AND s.last_key >= @firstKey AND s.first_key <= @lastKey
      AND (s.first_key < @firstKey OR s.last_key > @lastKey)
  )
  AND NOT EXISTS (
    SELECT 1 FROM removals r WHERE r.user_key = u.key AND r.last_key >= @firstKey AND r.first_key <= @lastKey
  )
  AND NOT EXISTS (
    SELECT 1 FROM retractions r
    WHERE r.user_key = u.key AND r.generation > @generation AND r.last_key >= @firstKey AND r.first_key <= @lastKey
  )
  AND NOT EXISTS (
    SELECT 1 FROM messages m
    WHERE m.user_key = u.key AND m.generation > @generation AND m.key BETWEEN @firstKey AND @lastKey
  );

-- name: forget_segments_within
DELETE FROM index_segments
WHERE user_key = @userKey AND tenant_key = @tenantKey AND first_key >= @firstKey AND last_key <= @lastKey;

-- name: save_segment
INSERT INTO index_segments (tenant_key, user_key, first_key, last_key, maker, generation, bytes)
VALUES (@tenantKey, @userKey, @firstKey, @lastKey, @maker, @generation, @bytes);

-- name: sessions_of_agent
SELECT key FROM sessions
WHERE user_key = @userKey AND tenant_key = @tenantKey AND agent_key = @agentKey AND key > @after ORDER BY key LIMIT @limit;

-- name: user_name
SELECT spoken_name FROM users WHERE key = @userKey AND tenant_key = @tenantKey;

-- name: agent_names
WITH RECURSIVE some (agentKey, count) AS (
  VALUES (-1, 0)
  UNION ALL
  SELECT (
    SELECT agent_key FROM sessions
    WHERE user_key = @userKey AND agent_key > agentKey AND tenant_key = @tenantKey ORDER BY agent_key LIMIT 1
  ), count + 1
  FROM some WHERE agentKey IS NOT NULL AND count < 16
)
SELECT spoken_name FROM some CROSS JOIN agents ON key = agentKey AND +tenant_key = @tenantKey;

-- name: replaced
-- from what a message says along what superseded it, to what holds
WITH RECURSIVE chain (messageKey, text, key, steps) AS (
  SELECT m.key, f.text, f.key, 0
  FROM json_each(@keys) k CROSS JOIN messages m ON m.key = k.value
    CROSS JOIN fact_sources x ON x.session_key = m.session_key AND x.sequence = m.sequence
    CROSS JOIN facts f ON f.key = x.fact_key
  WHERE m.user_key = @userKey AND m.tenant_key = @tenantKey AND (
    f.state = 'superseded' OR (
      f.edited_at IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM fact_mentions o WHERE o.fact_key = f.key AND json_extract(o.draft, '$.text') = f.text)
    )
  )
  UNION
  SELECT c.messageKey, c.text, f.superseded_by, c.steps + 1
  FROM chain c CROSS JOIN facts f ON f.key = c.key
  WHERE f.state = 'superseded' AND f.superseded_by IS NOT NULL AND c.steps < 64
)
SELECT c.messageKey, c.text, f.key AS factKey, f.subject, coalesce(f.edited_at, f.valid_from, f.said_at) AS since
FROM chain c CROSS JOIN facts f ON f.key = c.key JOIN sessions s ON s.key = f.session_key AND s.tenant_key = f.tenant_key
WHERE f.state = 'active' AND f.tenant_key = @tenantKey;

-- name: sources
-- of mentions that say what the fact says, or something like it: not when a person wrote it
SELECT DISTINCT m.key FROM fact_sources x CROSS JOIN messages m ON m.key = x.message_key
WHERE x.fact_key = @factKey AND x.tenant_key = @tenantKey AND EXISTS (
  SELECT 1 FROM facts f WHERE f.key = x.fact_key AND (
    f.edited_at IS NULL
    OR EXISTS (SELECT 1 FROM fact_mentions o WHERE o.fact_key = f.key AND json_extract(o.draft, '$.text') = f.text)
  )
)
ORDER BY m.key DESC LIMIT @limit;

-- name: metadata
SELECT m.key, m.metadata, m.source
FROM json_each(@keys) k CROSS JOIN messages m ON m.key = k.value
  JOIN sessions s ON s.key = m.session_key AND s.tenant_key = m.tenant_key
WHERE m.user_key = @userKey AND m.tenant_key = @tenantKey
  AND (m.metadata IS NOT NULL OR m.source IS NOT NULL);
