-- name: owner
SELECT key FROM users WHERE id = @userId AND tenant_key = @tenantKey AND (@userKey::bigint IS NULL OR key = @userKey);

-- name: session
SELECT s.key FROM session_routes r JOIN sessions s ON s.user_key = r.user_key AND s.key = r.session_key
WHERE r.id = @sessionId AND s.user_key = @ownerKey AND s.tenant_key = @tenantKey;

-- name: last_key
SELECT coalesce(max(key), 0) AS key FROM facts WHERE user_key = @ownerKey AND tenant_key = @tenantKey;

-- name: list
SELECT f.key, f.id, f.text, f.subject, f.predicate, f.object, f.category, f.confidence, f.valid_from,
  CASE f.state WHEN 'superseded' THEN f.ended_at ELSE f.valid_to END AS valid_to, f.state, f.superseded_by, f.created_at,
  f.updated_at,
  greatest(f.edited_at, f.said_at, (
    SELECT max(o.said_at) FROM fact_mentions o WHERE o.user_key = f.user_key AND o.fact_key = f.key
  )) AS confirmed_at
FROM facts f
WHERE f.user_key = @ownerKey AND f.tenant_key = @tenantKey AND f.key > @after AND f.key <= @until
  AND (@subject::text IS NULL OR lower(f.subject) = lower(@subject)) AND (@category::text IS NULL OR f.category = @category)
  AND (@asOf::bigint IS NULL OR (
    f.state <> 'retracted' AND coalesce(f.valid_from, f.said_at) <= @asOf
    AND coalesce(CASE f.state WHEN 'superseded' THEN f.ended_at ELSE f.valid_to END, @asOf + 1) > @asOf
  ))
  AND (@sessionKey::bigint IS NULL OR EXISTS (
    SELECT 1 FROM fact_sources x WHERE x.user_key = f.user_key AND x.fact_key = f.key AND x.session_key = @sessionKey
  ))
  AND EXISTS (
    SELECT 1 FROM sessions s WHERE s.user_key = f.user_key AND s.key = f.session_key AND s.tenant_key = f.tenant_key
  )
ORDER BY f.key LIMIT @limit;

-- name: list_of_state
SELECT f.key, f.id, f.text, f.subject, f.predicate, f.object, f.category, f.confidence, f.valid_from,
  CASE f.state WHEN 'superseded' THEN f.ended_at ELSE f.valid_to END AS valid_to, f.state, f.superseded_by, f.created_at,
  f.updated_at,
  greatest(f.edited_at, f.said_at, (
    SELECT max(o.said_at) FROM fact_mentions o WHERE o.user_key = f.user_key AND o.fact_key = f.key
  )) AS confirmed_at
FROM facts f
WHERE f.user_key = @ownerKey AND f.state = @state AND f.tenant_key = @tenantKey AND f.key > @after AND f.key <= @until
  AND (@subject::text IS NULL OR lower(f.subject) = lower(@subject)) AND (@category::text IS NULL OR f.category = @category)
  AND (@asOf::bigint IS NULL OR (
    coalesce(f.valid_from, f.said_at) <= @asOf
    AND coalesce(CASE f.state WHEN 'superseded' THEN f.ended_at ELSE f.valid_to END, @asOf + 1) > @asOf
  ))
  AND (@sessionKey::bigint IS NULL OR EXISTS (
    SELECT 1 FROM fact_sources x WHERE x.user_key = f.user_key AND x.fact_key = f.key AND x.session_key = @sessionKey
  ))
  AND EXISTS (
    SELECT 1 FROM sessions s WHERE s.user_key = f.user_key AND s.key = f.session_key AND s.tenant_key = f.tenant_key
  )
ORDER BY f.key LIMIT @limit;

-- name: read
SELECT f.user_key, u.id AS user_id, f.key, f.id, f.text, f.subject, f.predicate, f.object, f.category, f.confidence, f.valid_from,
  CASE f.state WHEN 'superseded' THEN f.ended_at ELSE f.valid_to END AS valid_to, f.state, f.superseded_by, f.created_at,
  f.updated_at,
  greatest(f.edited_at, f.said_at, (
    SELECT max(o.said_at) FROM fact_mentions o WHERE o.user_key = f.user_key AND o.fact_key = f.key
  )) AS confirmed_at
FROM facts f JOIN users u ON u.key = f.user_key AND u.tenant_key = f.tenant_key
  CROSS JOIN LATERAL (
    SELECT * FROM sessions WHERE user_key = f.user_key AND key = f.session_key AND tenant_key = f.tenant_key OFFSET 0
  ) AS s
WHERE f.id = ANY (@ids::text[]) AND f.tenant_key = @tenantKey AND (@userKey::bigint IS NULL OR f.user_key = @userKey);

-- name: of_messages
SELECT DISTINCT f.key, f.id
FROM unnest(@messageIds::text[]) AS asked (id)
  JOIN messages m ON m.id = asked.id AND m.user_key = @ownerKey
  JOIN fact_sources x ON x.user_key = m.user_key AND x.session_key = m.session_key AND x.sequence = m.sequence
  JOIN facts f ON f.user_key = x.user_key AND f.key = x.fact_key
WHERE m.tenant_key = @tenantKey
ORDER BY f.key LIMIT @limit;

-- name: ids_of
SELECT f.key, f.id FROM facts f
  CROSS JOIN LATERAL (
    SELECT * FROM sessions WHERE user_key = f.user_key AND key = f.session_key AND tenant_key = f.tenant_key OFFSET 0
  ) AS s
WHERE f.user_key = @ownerKey AND f.key = ANY (@keys::bigint[]) AND f.tenant_key = @tenantKey;

-- name: entities_of
SELECT fact_key, name FROM fact_entities
WHERE user_key = @ownerKey AND fact_key = ANY (@keys::bigint[]) AND tenant_key = @tenantKey
ORDER BY entity_key;

-- name: messages_of
SELECT asked.key AS fact_key, said.id
FROM unnest(@keys::bigint[]) AS asked (key) CROSS JOIN LATERAL (
  SELECT m.id, m.created_at, m.key FROM fact_sources x
    JOIN messages m ON m.user_key = x.user_key AND m.key = x.message_key
    CROSS JOIN LATERAL (
      SELECT * FROM sessions WHERE user_key = m.user_key AND key = m.session_key AND tenant_key = m.tenant_key OFFSET 0
    ) AS s
  WHERE x.user_key = @ownerKey AND x.fact_key = asked.key AND x.tenant_key = @tenantKey
  GROUP BY m.user_key, m.key ORDER BY m.created_at DESC, m.key DESC LIMIT @limit
) AS said
ORDER BY asked.key, said.created_at DESC, said.key DESC;

-- name: superseded_of
SELECT asked.key AS fact_key, older.id
FROM unnest(@keys::bigint[]) AS asked (key) CROSS JOIN LATERAL (
  SELECT f.id, f.key FROM facts f
    CROSS JOIN LATERAL (
      SELECT * FROM sessions WHERE user_key = f.user_key AND key = f.session_key AND tenant_key = f.tenant_key OFFSET 0
    ) AS s
  WHERE f.user_key = @ownerKey AND f.superseded_by = asked.key AND f.tenant_key = @tenantKey AND f.state = 'superseded'
  ORDER BY f.key DESC LIMIT @limit
) AS older
ORDER BY asked.key, older.key DESC;

-- name: history
SELECT at, change, reason, before, after FROM fact_history
WHERE user_key = @ownerKey AND fact_key = @key AND tenant_key = @tenantKey ORDER BY number;

-- name: last_entity
SELECT coalesce(max(key), 0) AS key FROM entities WHERE user_key = @ownerKey AND tenant_key = @tenantKey;

-- name: entities
SELECT e.key, e.id, e.name, e.kind,
  (SELECT count(*) FROM fact_entities n WHERE n.user_key = e.user_key AND n.entity_key = e.key) AS facts,
  (
    SELECT n.said_at FROM fact_entities n WHERE n.user_key = e.user_key AND n.entity_key = e.key ORDER BY n.said_at LIMIT 1
  ) AS first_seen,
  (
    SELECT n.said_at FROM fact_entities n
    WHERE n.user_key = e.user_key AND n.entity_key = e.key ORDER BY n.said_at DESC LIMIT 1
  ) AS last_seen
FROM entities e
WHERE e.user_key = @ownerKey AND e.tenant_key = @tenantKey AND e.key > @after AND e.key <= @until
  AND EXISTS (
    -- not one that a session alone names which is being removed
    SELECT 1 FROM fact_entities n JOIN facts f ON f.user_key = n.user_key AND f.key = n.fact_key
      CROSS JOIN LATERAL (
        SELECT * FROM sessions WHERE user_key = f.user_key AND key = f.session_key AND tenant_key = f.tenant_key OFFSET 0
      ) AS s
    WHERE n.user_key = e.user_key AND n.entity_key = e.key
  )
ORDER BY e.key LIMIT @limit;

-- name: aliases
SELECT asked.key AS entity_key, other.name
FROM unnest(@keys::bigint[], @names::text[]) AS asked (key, name) CROSS JOIN LATERAL (
  SELECT DISTINCT n.name FROM fact_entities n
  WHERE n.user_key = @ownerKey AND n.entity_key = asked.key AND n.tenant_key = @tenantKey AND n.name <> asked.name
  ORDER BY n.name LIMIT @limit
) AS other
ORDER BY asked.key, other.name;

-- name: facts_generation
SELECT facts_generation AS generation FROM memories WHERE user_key = @userKey AND tenant_key = @tenantKey;

-- name: nominated
SELECT asked.number, found.fact_key
FROM unnest(@numbers::bigint[], @terms::text[]) AS asked (number, term) CROSS JOIN LATERAL (
  SELECT t.fact_key FROM fact_terms t
  WHERE t.user_key = @userKey AND md5(t.term) = md5(asked.term) AND t.term = asked.term AND t.tenant_key = @tenantKey
  ORDER BY t.fact_key DESC LIMIT @limit
) AS found;

-- name: nominees
SELECT f.key, f.id, f.text, f.subject, f.predicate, f.object, f.category, f.confidence, f.valid_from AS valid_from_ms,
  f.valid_to AS valid_to_ms, f.said_at, f.state, f.edited_at,
  (
    -- not by what is being replaced, or was retracted
    SELECT n.said_at FROM facts n
    WHERE n.user_key = f.user_key AND n.key = f.superseded_by AND n.state <> 'retracted' AND EXISTS (
      SELECT 1 FROM fact_mentions o
      WHERE o.user_key = n.user_key AND o.fact_key = n.key
        AND NOT (o.session_key = @sessionKey AND o.sequence BETWEEN @firstSequence AND @lastSequence)
    )
  ) AS superseded_at,
  NOT EXISTS (
    SELECT 1 FROM fact_mentions o
    WHERE o.user_key = f.user_key AND o.fact_key = f.key
      AND NOT (o.session_key = @sessionKey AND o.sequence BETWEEN @firstSequence AND @lastSequence)
  ) AS is_of_range
FROM facts f CROSS JOIN LATERAL (
  SELECT * FROM sessions WHERE user_key = f.user_key AND key = f.session_key AND tenant_key = f.tenant_key OFFSET 0
) AS s
WHERE f.user_key = @userKey AND f.key = ANY (@keys::bigint[]) AND f.tenant_key = @tenantKey;

-- name: mentions_of_range
SELECT asked.key AS fact_key, said.draft
FROM unnest(@keys::bigint[]) AS asked (key) CROSS JOIN LATERAL (
  SELECT m.draft, m.said_at, m.key FROM fact_mentions m
  WHERE m.user_key = @userKey AND m.fact_key = asked.key AND m.tenant_key = @tenantKey AND m.session_key = @sessionKey
    AND m.sequence BETWEEN @firstSequence AND @lastSequence
  ORDER BY m.said_at, m.key LIMIT @limit
) AS said
ORDER BY asked.key, said.said_at, said.key;
