-- name: owner
SELECT key FROM users WHERE id = @userId AND tenant_key = @tenantKey AND (@userKey::bigint IS NULL OR key = @userKey);

-- name: session
SELECT s.key, s.user_key FROM session_routes r JOIN sessions s ON s.user_key = r.user_key AND s.key = r.session_key
WHERE r.id = @sessionId AND s.tenant_key = @tenantKey AND (@userKey::bigint IS NULL OR s.user_key = @userKey);

-- name: facts
SELECT f.key, f.id, f.said_at, f.text, f.subject, f.predicate, f.object, f.category, f.confidence, f.valid_from, f.valid_to,
  f.state, f.ended_at, f.edited_at, f.created_at, f.updated_at,
  (SELECT n.id FROM facts n WHERE n.user_key = f.user_key AND n.key = f.superseded_by AND n.tenant_key = f.tenant_key)
    AS superseded_by
FROM facts f JOIN sessions s ON s.user_key = f.user_key AND s.key = f.session_key AND s.tenant_key = f.tenant_key
WHERE f.user_key = @ownerKey AND f.tenant_key = @tenantKey AND f.key > @after AND f.key <= @until
ORDER BY f.key LIMIT @limit;

-- name: terms
SELECT fact_key, term FROM fact_terms
WHERE user_key = @ownerKey AND fact_key = ANY (@keys::bigint[]) AND tenant_key = @tenantKey;

-- name: entities
SELECT n.fact_key, e.name AS of, n.name, n.said_at
FROM fact_entities n JOIN entities e ON e.user_key = n.user_key AND e.key = n.entity_key
WHERE n.user_key = @ownerKey AND n.fact_key = ANY (@keys::bigint[]) AND n.tenant_key = @tenantKey
ORDER BY n.fact_key, n.entity_key;

-- name: history
SELECT fact_key, at, change, reason, before, after, is_undone FROM fact_history
WHERE user_key = @ownerKey AND fact_key = ANY (@keys::bigint[]) AND tenant_key = @tenantKey ORDER BY fact_key, number;

-- name: mentions
SELECT fact_key, said_at, draft, terms FROM (
  SELECT m.fact_key, m.key, m.said_at, m.draft, m.terms,
    row_number() OVER (PARTITION BY m.fact_key ORDER BY m.said_at, m.key) AS early,
    row_number() OVER (PARTITION BY m.fact_key ORDER BY m.said_at DESC, m.key DESC) AS late
  FROM fact_mentions m
    JOIN sessions s ON s.user_key = m.user_key AND s.key = m.session_key AND s.tenant_key = m.tenant_key
  WHERE m.user_key = @ownerKey AND m.fact_key = ANY (@keys::bigint[]) AND m.tenant_key = @tenantKey
) AS m
WHERE early <= @first::bigint OR late <= @newest::bigint ORDER BY fact_key, key;

-- name: message_ids
SELECT key, id FROM messages WHERE user_key = @ownerKey AND key = ANY (@keys::bigint[]) AND tenant_key = @tenantKey;

-- name: episodes
SELECT e.key, e.id, e.title, e.summary, e.participants, e.key_phrases, e.started_at, e.ended_at, e.scale,
  e.components, e.model, e.created_at, e.updated_at,
  (SELECT m.id FROM messages m WHERE m.user_key = e.user_key AND m.session_key = e.session_key
    AND m.sequence >= e.first_sequence ORDER BY m.sequence LIMIT 1) AS first_message_id,
  (SELECT m.id FROM messages m WHERE m.user_key = e.user_key AND m.session_key = e.session_key
    AND m.sequence <= e.last_sequence ORDER BY m.sequence DESC LIMIT 1) AS last_message_id,
  (SELECT count(*) FROM messages m WHERE m.user_key = e.user_key AND m.session_key = e.session_key
    AND m.sequence BETWEEN e.first_sequence AND e.last_sequence) AS messages
FROM episodes e JOIN sessions s ON s.user_key = e.user_key AND s.key = e.session_key AND s.tenant_key = e.tenant_key
WHERE e.user_key = @ownerKey AND e.tenant_key = @tenantKey AND e.key > @after AND e.key <= @until
ORDER BY e.key LIMIT @limit;

-- name: forgotten
SELECT f.sequence, m.id AS message_id, json_agg(f.digests)::text AS digests
FROM forgotten_mentions f
  JOIN messages m ON m.user_key = f.user_key AND m.session_key = f.session_key AND m.sequence = f.sequence
WHERE f.user_key = @ownerKey AND f.session_key = @sessionKey AND f.sequence > @after AND f.tenant_key = @tenantKey
GROUP BY f.sequence, m.id ORDER BY f.sequence LIMIT @limit;

-- name: pending
SELECT o.key, o.last_sequence, o.first_sequence, o.kind,
  (SELECT m.id FROM messages m WHERE m.user_key = o.user_key AND m.session_key = o.session_key
    AND m.sequence >= o.first_sequence ORDER BY m.sequence LIMIT 1) AS first_message_id,
  (SELECT m.id FROM messages m WHERE m.user_key = o.user_key AND m.session_key = o.session_key
    AND m.sequence <= o.last_sequence ORDER BY m.sequence DESC LIMIT 1) AS last_message_id
FROM outbox o WHERE o.user_key = @ownerKey AND o.session_key = @sessionKey AND o.tenant_key = @tenantKey
  AND (o.last_sequence, o.first_sequence, o.key) > (@afterLast, @afterFirst, @afterKey)
ORDER BY o.last_sequence, o.first_sequence, o.key LIMIT @limit;

-- name: places
SELECT m.id, m.key AS message_key, m.session_key, m.sequence
FROM messages m JOIN sessions s ON s.user_key = m.user_key AND s.key = m.session_key AND s.tenant_key = m.tenant_key
WHERE m.user_key = @userKey AND m.id = ANY (@ids::text[]) AND m.tenant_key = @tenantKey;

-- name: count
SELECT count(*) AS messages FROM messages
WHERE user_key = @userKey AND session_key = @sessionKey AND tenant_key = @tenantKey
  AND sequence BETWEEN @firstSequence AND @lastSequence;

-- name: insert_fact
INSERT INTO facts (
  user_key, key, tenant_key, generation, id, session_key, said_at, text, subject, predicate, object, category, confidence,
  valid_from, valid_to, state, ended_at, edited_at, created_at, updated_at
) VALUES (
  @userKey, nextval('keys'), @tenantKey, @generation, @id, @sessionKey, @saidAt, @text, @subject, @predicate, @object,
  @category, @confidence, @validFrom, @validTo, @state, @endedAt, @editedAt, @createdAt, @updatedAt
)
RETURNING key;

-- name: insert_event
INSERT INTO fact_history (user_key, fact_key, number, tenant_key, at, change, reason, before, after, is_undone)
VALUES (@userKey, @factKey, @number, @tenantKey, @at, @change, @reason, @before, @after, @isUndone);

-- name: supersede
UPDATE facts SET superseded_by = @newerKey, generation = @generation
WHERE user_key = @userKey AND key = @olderKey AND tenant_key = @tenantKey AND superseded_by IS NULL
  AND updated_at = @updatedAt;

-- name: episode_key
SELECT key FROM episodes WHERE user_key = @userKey AND id = @id AND tenant_key = @tenantKey;

-- name: insert_episode
INSERT INTO episodes (
  user_key, session_key, first_sequence, last_sequence, key, tenant_key, generation, id, title, summary, participants,
  key_phrases, started_at, ended_at, scale, components, model, created_at, updated_at
) VALUES (
  @userKey, @sessionKey, @firstSequence, @lastSequence, nextval('keys'), @tenantKey, @generation, @id, @title, @summary,
  @participants, @keyPhrases, @startedAt, @endedAt, @scale, @components, @model, @createdAt, @updatedAt
);

-- name: edit
UPDATE messages SET updated_at = @at
WHERE user_key = @userKey AND id = @messageId AND tenant_key = @tenantKey AND updated_at = created_at AND updated_at <> @at;
