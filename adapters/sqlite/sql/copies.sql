-- name: owner
SELECT key FROM users WHERE id = @userId AND tenant_key = @tenantKey AND (@userKey IS NULL OR key = @userKey);

-- name: session
SELECT key, user_key AS userKey FROM sessions
WHERE id = @sessionId AND tenant_key = @tenantKey AND (@userKey IS NULL OR user_key = @userKey);

-- name: facts
SELECT f.key, f.id, f.said_at AS saidAt, f.text, f.subject, f.predicate, f.object, f.category, f.confidence,
  f.valid_from AS validFrom, f.valid_to AS validTo, f.state, f.ended_at AS endedAt, f.edited_at AS editedAt,
  f.created_at AS createdAt, f.updated_at AS updatedAt,
  (SELECT n.id FROM facts n WHERE n.key = f.superseded_by AND n.tenant_key = f.tenant_key) AS supersededBy
FROM facts f INDEXED BY facts_by_user JOIN sessions s ON s.key = f.session_key AND s.tenant_key = f.tenant_key
WHERE f.user_key = @ownerKey AND f.tenant_key = @tenantKey AND f.key > @after AND f.key <= @until
ORDER BY f.key LIMIT @limit;

-- name: terms
SELECT term FROM fact_terms WHERE fact_key = @key AND tenant_key = @tenantKey;

-- name: entities
SELECT e.name AS "of", n.name, n.said_at AS saidAt FROM fact_entities n JOIN entities e ON e.key = n.entity_key
WHERE n.fact_key = @key AND n.tenant_key = @tenantKey ORDER BY n.entity_key;

-- name: history
SELECT at, change, reason, before, after, is_undone AS isUndone FROM fact_history
WHERE fact_key = @key AND tenant_key = @tenantKey ORDER BY number;

-- name: mentions
SELECT saidAt, draft, terms FROM (
  SELECT m.key, m.said_at AS saidAt, m.draft, m.terms, row_number() OVER (ORDER BY m.said_at, m.key) AS early,
    row_number() OVER (ORDER BY m.said_at DESC, m.key DESC) AS late
  FROM fact_mentions m JOIN sessions s ON s.key = m.session_key AND s.tenant_key = m.tenant_key
  WHERE m.fact_key = @key AND m.tenant_key = @tenantKey
)
WHERE early <= @first OR late <= @newest ORDER BY key;

-- name: message_id
SELECT id FROM messages WHERE key = @messageKey AND tenant_key = @tenantKey;

-- name: episodes
SELECT e.key, e.id, e.title, e.summary, e.participants, e.key_phrases AS keyPhrases,
  e.started_at AS startedAt, e.ended_at AS endedAt, e.scale, e.components, e.model, e.created_at AS createdAt,
  e.updated_at AS updatedAt,
  (SELECT m.id FROM messages m WHERE m.session_key = e.session_key AND m.sequence >= e.first_sequence
    ORDER BY m.sequence LIMIT 1) AS firstMessageId,
  (SELECT m.id FROM messages m WHERE m.session_key = e.session_key AND m.sequence <= e.last_sequence
    ORDER BY m.sequence DESC LIMIT 1) AS lastMessageId,
  (SELECT count(*) FROM messages m
    WHERE m.session_key = e.session_key AND m.sequence BETWEEN e.first_sequence AND e.last_sequence) AS messages
FROM episodes e INDEXED BY episodes_by_user JOIN sessions s ON s.key = e.session_key AND s.tenant_key = e.tenant_key
WHERE e.user_key = @ownerKey AND e.tenant_key = @tenantKey AND e.key > @after AND e.key <= @until
ORDER BY e.key LIMIT @limit;

-- name: forgotten
SELECT f.sequence, m.id AS messageId, json_group_array(f.digests) AS digests
FROM forgotten_mentions f JOIN messages m ON m.session_key = f.session_key AND m.sequence = f.sequence
WHERE f.session_key = @sessionKey AND f.sequence > @after AND f.tenant_key = @tenantKey
GROUP BY f.sequence ORDER BY f.sequence LIMIT @limit;

-- name: pending
SELECT o.key, o.last_sequence AS lastSequence, o.first_sequence AS firstSequence, o.kind,
  (SELECT m.id FROM messages m WHERE m.session_key = o.session_key AND m.sequence >= o.first_sequence
    ORDER BY m.sequence LIMIT 1) AS firstMessageId,
  (SELECT m.id FROM messages m WHERE m.session_key = o.session_key AND m.sequence <= o.last_sequence
    ORDER BY m.sequence DESC LIMIT 1) AS lastMessageId
FROM outbox o WHERE o.session_key = @sessionKey AND o.tenant_key = @tenantKey
  AND (o.last_sequence, o.first_sequence, o.key) > (@afterLast, @afterFirst, @afterKey)
ORDER BY o.last_sequence, o.first_sequence, o.key LIMIT @limit;

-- name: place
SELECT m.key AS messageKey, m.session_key AS sessionKey, m.sequence
FROM messages m JOIN sessions s ON s.key = m.session_key AND s.tenant_key = m.tenant_key
WHERE m.id = @messageId AND m.user_key = @ownerKey AND m.tenant_key = @tenantKey;

-- name: count
SELECT count(*) FROM messages
WHERE session_key = @sessionKey AND tenant_key = @tenantKey AND sequence BETWEEN @firstSequence AND @lastSequence;

-- name: fact_key
SELECT key FROM facts WHERE id = @id AND user_key = @userKey AND tenant_key = @tenantKey;

-- name: insert_fact
INSERT INTO facts (
  tenant_key, user_key, generation, id, session_key, said_at, text, subject, predicate, object, category, confidence,
  valid_from, valid_to, state, ended_at, edited_at, created_at, updated_at
) VALUES (
  @tenantKey, @userKey, @generation, @id, @sessionKey, @saidAt, @text, @subject, @predicate, @object, @category, @confidence,
  @validFrom, @validTo, @state, @endedAt, @editedAt, @createdAt, @updatedAt
)
RETURNING key;

-- name: insert_event
INSERT INTO fact_history (tenant_key, user_key, fact_key, number, at, change, reason, before, after, is_undone)
VALUES (@tenantKey, @userKey, @factKey, @number, @at, @change, @reason, @before, @after, @isUndone);

-- name: supersede
UPDATE facts SET superseded_by = @newerKey, generation = @generation
WHERE key = @olderKey AND tenant_key = @tenantKey AND superseded_by IS NULL AND updated_at = @updatedAt;

-- name: episode_key
SELECT key FROM episodes WHERE id = @id AND user_key = @userKey AND tenant_key = @tenantKey;

-- name: insert_episode
INSERT INTO episodes (
  tenant_key, user_key, session_key, generation, id, first_sequence, last_sequence, title, summary, participants, key_phrases,
  started_at, ended_at, scale, components, model, created_at, updated_at
) VALUES (
  @tenantKey, @userKey, @sessionKey, @generation, @id, @firstSequence, @lastSequence, @title, @summary, @participants,
  @keyPhrases, @startedAt, @endedAt, @scale, @components, @model, @createdAt, @updatedAt
);

-- name: edit
UPDATE messages SET updated_at = @at
WHERE id = @messageId AND user_key = @userKey AND tenant_key = @tenantKey AND updated_at = created_at AND updated_at <> @at;
