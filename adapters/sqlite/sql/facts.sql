-- name: owner
SELECT key FROM users
WHERE id = @userId AND tenant_key = @tenantKey AND (@userKey IS NULL OR key = @userKey);

-- name: session
SELECT key FROM sessions WHERE id = @sessionId AND user_key = @ownerKey AND tenant_key = @tenantKey;

-- name: last_key
SELECT coalesce(max(key), 0) FROM facts WHERE user_key = @ownerKey AND tenant_key = @tenantKey;

-- name: list
SELECT f.key, f.id, f.text, f.subject, f.predicate, f.object, f.category, f.confidence, f.valid_from AS validFrom,
  CASE f.state WHEN 'superseded' THEN f.ended_at ELSE f.valid_to END AS validTo, f.state,
  f.superseded_by AS supersededBy, f.created_at AS createdAt, f.updated_at AS updatedAt,
  max(coalesce(f.edited_at, f.said_at), coalesce((
    SELECT max(o.said_at) FROM fact_mentions o WHERE o.fact_key = f.key
  ), f.said_at)) AS confirmedAt
FROM facts f INDEXED BY facts_by_user
WHERE f.user_key = @ownerKey AND f.tenant_key = @tenantKey AND f.key > @after AND f.key <= @until
  AND (@subject IS NULL OR lower(f.subject) = lower(@subject)) AND (@category IS NULL OR f.category = @category)
  AND (@asOf IS NULL OR (
    f.state <> 'retracted' AND coalesce(f.valid_from, f.said_at) <= @asOf
    AND coalesce(CASE f.state WHEN 'superseded' THEN f.ended_at ELSE f.valid_to END, @asOf + 1) > @asOf
  ))
  AND (@sessionKey IS NULL OR EXISTS (
    SELECT 1 FROM fact_sources x WHERE x.fact_key = f.key AND x.session_key = @sessionKey
  ))
  AND EXISTS (SELECT 1 FROM sessions s WHERE s.key = f.session_key AND s.tenant_key = f.tenant_key)
ORDER BY f.key LIMIT @limit;

-- name: list_of_state
SELECT f.key, f.id, f.text, f.subject, f.predicate, f.object, f.category, f.confidence, f.valid_from AS validFrom,
  CASE f.state WHEN 'superseded' THEN f.ended_at ELSE f.valid_to END AS validTo, f.state,
  f.superseded_by AS supersededBy, f.created_at AS createdAt, f.updated_at AS updatedAt,
  max(coalesce(f.edited_at, f.said_at), coalesce((
    SELECT max(o.said_at) FROM fact_mentions o WHERE o.fact_key = f.key
  ), f.said_at)) AS confirmedAt
FROM facts f INDEXED BY facts_by_state
WHERE f.user_key = @ownerKey AND f.state = @state AND f.tenant_key = @tenantKey AND f.key > @after AND f.key <= @until
  AND (@subject IS NULL OR lower(f.subject) = lower(@subject)) AND (@category IS NULL OR f.category = @category)
  AND (@asOf IS NULL OR (
    coalesce(f.valid_from, f.said_at) <= @asOf
    AND coalesce(CASE f.state WHEN 'superseded' THEN f.ended_at ELSE f.valid_to END, @asOf + 1) > @asOf
  ))
  AND (@sessionKey IS NULL OR EXISTS (
    SELECT 1 FROM fact_sources x WHERE x.fact_key = f.key AND x.session_key = @sessionKey
  ))
  AND EXISTS (SELECT 1 FROM sessions s WHERE s.key = f.session_key AND s.tenant_key = f.tenant_key)
ORDER BY f.key LIMIT @limit;

-- name: read
SELECT f.key, f.user_key AS userKey, u.id AS userId, f.id, f.text, f.subject, f.predicate, f.object, f.category, f.confidence,
  f.valid_from AS validFrom, CASE f.state WHEN 'superseded' THEN f.ended_at ELSE f.valid_to END AS validTo, f.state,
  f.superseded_by AS supersededBy, f.created_at AS createdAt, f.updated_at AS updatedAt,
  max(coalesce(f.edited_at, f.said_at), coalesce((
    SELECT max(o.said_at) FROM fact_mentions o WHERE o.fact_key = f.key
  ), f.said_at)) AS confirmedAt
FROM facts f JOIN users u ON u.key = f.user_key AND u.tenant_key = f.tenant_key
  JOIN sessions s ON s.key = f.session_key AND s.tenant_key = f.tenant_key
WHERE f.id = @id AND f.tenant_key = @tenantKey AND (@userKey IS NULL OR f.user_key = @userKey);

-- name: of_messages
SELECT DISTINCT f.id
FROM json_each(@messageIds) a CROSS JOIN messages m ON m.id = a.value
  CROSS JOIN fact_sources x ON x.session_key = m.session_key AND x.sequence = m.sequence
  CROSS JOIN facts f ON f.key = x.fact_key
WHERE m.user_key = @ownerKey AND m.tenant_key = @tenantKey
ORDER BY f.key LIMIT @limit;

-- name: id_of
SELECT f.id FROM facts f JOIN sessions s ON s.key = f.session_key AND s.tenant_key = f.tenant_key
WHERE f.key = @key AND f.tenant_key = @tenantKey;

-- name: entities_of
SELECT name FROM fact_entities WHERE fact_key = @key AND tenant_key = @tenantKey ORDER BY entity_key;

-- name: messages_of
SELECT m.id FROM fact_sources x JOIN messages m ON m.key = x.message_key
  JOIN sessions s ON s.key = m.session_key AND s.tenant_key = x.tenant_key
WHERE x.fact_key = @key AND x.tenant_key = @tenantKey
GROUP BY m.key ORDER BY m.created_at DESC, m.key DESC LIMIT @limit;

-- name: superseded_of
SELECT f.id FROM facts f INDEXED BY facts_superseded JOIN sessions s ON s.key = f.session_key AND s.tenant_key = f.tenant_key
WHERE f.user_key = @ownerKey AND f.superseded_by = @key AND f.tenant_key = @tenantKey AND f.state = 'superseded'
ORDER BY f.key DESC LIMIT @limit;

-- name: history
SELECT at, change, reason, before, after FROM fact_history
WHERE fact_key = @key AND tenant_key = @tenantKey ORDER BY number;

-- name: last_entity
SELECT coalesce(max(key), 0) FROM entities WHERE user_key = @ownerKey AND tenant_key = @tenantKey;

-- name: entities
SELECT e.key, e.id, e.name, e.kind,
  (SELECT count(*) FROM fact_entities n WHERE n.entity_key = e.key) AS facts,
  (SELECT n.said_at FROM fact_entities n WHERE n.entity_key = e.key ORDER BY n.said_at LIMIT 1) AS firstSeen,
  (SELECT n.said_at FROM fact_entities n WHERE n.entity_key = e.key ORDER BY n.said_at DESC LIMIT 1) AS lastSeen
FROM entities e INDEXED BY entities_by_user
WHERE e.user_key = @ownerKey AND e.tenant_key = @tenantKey AND e.key > @after AND e.key <= @until
  AND EXISTS (
    -- not one that a session alone names which is being removed
    SELECT 1 FROM fact_entities n JOIN facts f ON f.key = n.fact_key
      JOIN sessions s ON s.key = f.session_key AND s.tenant_key = f.tenant_key
    WHERE n.entity_key = e.key
  )
ORDER BY e.key LIMIT @limit;

-- name: aliases
SELECT DISTINCT name FROM fact_entities WHERE entity_key = @key AND tenant_key = @tenantKey AND name <> @name
ORDER BY name LIMIT @limit;

-- name: facts_generation
SELECT facts_generation FROM users WHERE key = @userKey AND tenant_key = @tenantKey;

-- name: nominated
SELECT fact_key FROM fact_terms
WHERE user_key = @userKey AND term = @term AND tenant_key = @tenantKey ORDER BY fact_key DESC LIMIT @limit;

-- name: nominee
SELECT f.id, f.text, f.subject, f.predicate, f.object, f.category, f.confidence, f.valid_from AS validFromMs,
  f.valid_to AS validToMs, f.said_at AS saidAt, f.state, f.edited_at AS editedAt,
  (
    -- not by what is being replaced, or was retracted
    SELECT n.said_at FROM facts n
    WHERE n.key = f.superseded_by AND n.state <> 'retracted' AND EXISTS (
      SELECT 1 FROM fact_mentions o
      WHERE o.fact_key = n.key
        AND NOT (o.session_key = @sessionKey AND o.sequence BETWEEN @firstSequence AND @lastSequence)
    )
  ) AS supersededAt,
  NOT EXISTS (
    SELECT 1 FROM fact_mentions o
    WHERE o.fact_key = f.key
      AND NOT (o.session_key = @sessionKey AND o.sequence BETWEEN @firstSequence AND @lastSequence)
  ) AS isOfRange
FROM facts f JOIN sessions s ON s.key = f.session_key AND s.tenant_key = f.tenant_key
WHERE f.key = @key AND f.tenant_key = @tenantKey;

-- name: mentions_of_range
SELECT draft FROM fact_mentions
WHERE fact_key = @key AND tenant_key = @tenantKey AND session_key = @sessionKey
  AND sequence BETWEEN @firstSequence AND @lastSequence
ORDER BY said_at, key LIMIT @limit;
