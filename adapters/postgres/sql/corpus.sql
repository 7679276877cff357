-- name: retractions
SELECT kind, key FROM retractions
WHERE user_key = @userKey AND tenant_key = @tenantKey AND generation > @after
ORDER BY generation;

-- name: bounds
SELECT generation, retracted_from FROM memories WHERE user_key = @userKey AND tenant_key = @tenantKey;

-- name: segments
-- those of a user who is there, that show nothing of what is being removed
SELECT s.first_key, s.last_key FROM index_segments s
  JOIN memories m ON m.user_key = s.user_key AND m.tenant_key = s.tenant_key
WHERE s.user_key = @userKey AND s.tenant_key = @tenantKey AND s.maker = @maker
  AND NOT EXISTS (
    SELECT 1 FROM removals r
    WHERE r.user_key = s.user_key AND r.last_key >= s.first_key AND r.first_key <= s.last_key
  )
ORDER BY s.last_key;

-- name: segment
SELECT s.bytes FROM index_segments s JOIN memories m ON m.user_key = s.user_key AND m.tenant_key = s.tenant_key
WHERE s.user_key = @userKey AND s.last_key = @lastKey AND s.first_key = @firstKey AND s.tenant_key = @tenantKey
  AND NOT EXISTS (
    SELECT 1 FROM removals r
    WHERE r.user_key = s.user_key AND r.last_key >= s.first_key AND r.first_key <= s.last_key
  );

-- name: forget_foreign_segments
-- what an earlier version or another model made
DELETE FROM index_segments WHERE user_key = @userKey AND tenant_key = @tenantKey AND maker <> @maker;

-- name: may_keep_segment
-- not one that overlaps another in part, that reaches into what is being removed, or that shows what has changed since
SELECT 1 AS may FROM memories u
WHERE u.user_key = @userKey AND u.tenant_key = @tenantKey
  AND u.retracted_from <= @generation
  AND NOT EXISTS (
    SELECT 1 FROM index_segments s
    WHERE s.user_key = u.user_key AND s.last_key >= @firstKey AND s.first_key <= @lastKey
      AND (s.first_key < @firstKey OR s.last_key > @lastKey)
  )
  AND NOT EXISTS (
    SELECT 1 FROM removals r WHERE r.user_key = u.user_key AND r.last_key >= @firstKey AND r.first_key <= @lastKey
  )
  AND NOT EXISTS (
    SELECT 1 FROM retractions r
    WHERE r.user_key = u.user_key AND r.generation > @generation AND r.last_key >= @firstKey AND r.first_key <= @lastKey
  )
  AND NOT EXISTS (
    SELECT 1 FROM messages m
    WHERE m.user_key = u.user_key AND m.generation > @generation AND m.key BETWEEN @firstKey AND @lastKey
  );

-- name: forget_segments_within
DELETE FROM index_segments
WHERE user_key = @userKey AND tenant_key = @tenantKey AND first_key >= @firstKey AND last_key <= @lastKey;

-- name: save_segment
INSERT INTO index_segments (user_key, last_key, first_key, tenant_key, maker, generation, bytes)
VALUES (@userKey, @lastKey, @firstKey, @tenantKey, @maker, @generation, @bytes);

-- name: sessions_of_agent
SELECT key FROM sessions
WHERE user_key = @userKey AND agent_key = @agentKey AND key > @after AND tenant_key = @tenantKey ORDER BY key LIMIT @limit;

-- name: account_names
-- the user, then the agents from one to the next in the index, because a user may have any number of sessions with each
WITH RECURSIVE steps (agent_key, count) AS (
  SELECT -1::bigint, 0
  UNION ALL
  SELECT (
    SELECT s.agent_key FROM sessions s
    WHERE s.user_key = @userKey AND s.agent_key > steps.agent_key AND s.tenant_key = @tenantKey
    ORDER BY s.agent_key LIMIT 1
  ), steps.count + 1
  FROM steps WHERE steps.agent_key IS NOT NULL AND steps.count < 16
)
SELECT true AS is_user, spoken(name) AS name, 0 AS count FROM users WHERE key = @userKey AND tenant_key = @tenantKey
UNION ALL
SELECT false, spoken(a.name), steps.count FROM steps JOIN agents a ON a.key = steps.agent_key AND a.tenant_key = @tenantKey
ORDER BY count;

-- name: replaced
-- from what a message says along what superseded it, to what holds; twice what a message says twice. UNION would make a table of hashes
-- beforehand for all rows that the planner expects, which took 0.8 ms with 100,000 users
WITH RECURSIVE chain (message_key, text, key, steps) AS (
  SELECT x.message_key, f.text, f.key, 0
  FROM unnest(@keys::bigint[]) AS asked (key)
    CROSS JOIN LATERAL (SELECT * FROM messages WHERE user_key = @userKey AND key = asked.key OFFSET 0) AS m
    CROSS JOIN LATERAL (
      SELECT * FROM fact_sources WHERE user_key = m.user_key AND session_key = m.session_key AND sequence = m.sequence OFFSET 0
    ) AS x
    CROSS JOIN LATERAL (SELECT * FROM facts WHERE user_key = x.user_key AND key = x.fact_key OFFSET 0) AS f
  WHERE m.tenant_key = @tenantKey AND (
    f.state = 'superseded' OR (
      f.edited_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM fact_mentions o WHERE o.user_key = f.user_key AND o.fact_key = f.key AND o.text = f.text
      )
    )
  )
  UNION ALL
  SELECT c.message_key, c.text, f.superseded_by, c.steps + 1
  FROM chain c CROSS JOIN LATERAL (SELECT * FROM facts WHERE user_key = @userKey AND key = c.key OFFSET 0) AS f
  WHERE f.state = 'superseded' AND f.superseded_by IS NOT NULL AND c.steps < 64
)
SELECT c.message_key, c.text, f.key AS fact_key, f.subject, coalesce(f.edited_at, f.valid_from, f.said_at) AS since,
  -- of mentions that say what the fact says, or something like it: not when a person wrote it
  (
    SELECT json_agg(said.key ORDER BY said.key DESC) FROM (
      SELECT DISTINCT m.key FROM fact_sources x JOIN messages m ON m.user_key = x.user_key AND m.key = x.message_key
      WHERE x.user_key = @userKey AND x.fact_key = f.key AND x.tenant_key = @tenantKey AND (
        f.edited_at IS NULL OR EXISTS (
          SELECT 1 FROM fact_mentions o WHERE o.user_key = f.user_key AND o.fact_key = f.key AND o.text = f.text
        )
      )
      ORDER BY m.key DESC LIMIT @limit
    ) AS said
  ) AS message_keys
FROM chain c
  CROSS JOIN LATERAL (SELECT * FROM facts WHERE user_key = @userKey AND key = c.key OFFSET 0) AS f
  CROSS JOIN LATERAL (
    SELECT * FROM sessions WHERE user_key = f.user_key AND key = f.session_key AND tenant_key = f.tenant_key OFFSET 0
  ) AS s
WHERE f.state = 'active' AND f.tenant_key = @tenantKey;

-- name: metadata
SELECT m.key, m.metadata, m.source
FROM unnest(@keys::bigint[]) AS asked (key)
  CROSS JOIN LATERAL (SELECT * FROM messages WHERE user_key = @userKey AND key = asked.key OFFSET 0) AS m
  CROSS JOIN LATERAL (
    SELECT * FROM sessions WHERE user_key = m.user_key AND key = m.session_key AND tenant_key = m.tenant_key OFFSET 0
  ) AS s
WHERE m.tenant_key = @tenantKey
  AND (m.metadata IS NOT NULL OR m.source IS NOT NULL);
