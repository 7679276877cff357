-- name: version
SELECT count(*) AS messages, coalesce(max(generation), 0) AS generation FROM messages
WHERE user_key = @userKey AND session_key = @sessionKey AND tenant_key = @tenantKey
  AND sequence BETWEEN @firstSequence AND @lastSequence;

-- name: owner_generation
SELECT facts_generation FROM memories WHERE user_key = @userKey AND tenant_key = @tenantKey;

-- name: touch_owner
UPDATE memories SET facts_generation = @generation WHERE user_key = @userKey AND tenant_key = @tenantKey;

-- name: owner_is_there
SELECT 1 AS there FROM memories WHERE user_key = @userKey AND tenant_key = @tenantKey;

-- name: places_of
SELECT key AS message_key, session_key, sequence FROM messages
WHERE user_key = @userKey AND key = ANY (@messageKeys::bigint[]) AND tenant_key = @tenantKey;

-- name: fact
SELECT key, id, session_key, said_at, text, subject, predicate, object, category, confidence, valid_from, valid_to, state,
  superseded_by, ended_at, edited_at
FROM facts WHERE user_key = @userKey AND key = @key AND tenant_key = @tenantKey;

-- name: key_of
SELECT key FROM facts WHERE id = @id AND user_key = @userKey AND tenant_key = @tenantKey;

-- name: key_in_scope
SELECT f.key, f.user_key FROM facts f
  CROSS JOIN LATERAL (
    SELECT * FROM sessions WHERE user_key = f.user_key AND key = f.session_key AND tenant_key = f.tenant_key OFFSET 0
  ) AS s
WHERE f.id = @id AND f.tenant_key = @tenantKey AND (@userKey::bigint IS NULL OR f.user_key = @userKey);

-- name: insert
INSERT INTO facts (
  user_key, key, tenant_key, generation, id, session_key, said_at, text, subject, predicate, object, category, confidence,
  valid_from, valid_to, state, created_at, updated_at
) VALUES (
  @userKey, nextval('keys'), @tenantKey, @generation, @id, @sessionKey, @saidAt, @text, @subject, @predicate, @object,
  @category, @confidence, @validFrom, @validTo, 'active', @at, @at
)
RETURNING key;

-- name: update
UPDATE facts SET
  generation = @generation, session_key = @sessionKey, said_at = @saidAt, text = @text, subject = @subject,
  predicate = @predicate, object = @object, category = @category, confidence = @confidence, valid_from = @validFrom,
  valid_to = @validTo, state = @state, superseded_by = @supersededBy, ended_at = @endedAt, edited_at = @editedAt, updated_at = @at
WHERE user_key = @userKey AND key = @key AND tenant_key = @tenantKey;

-- name: delete
DELETE FROM facts WHERE user_key = @userKey AND key = @key AND tenant_key = @tenantKey;

-- name: superseded_by
SELECT key FROM facts WHERE user_key = @userKey AND superseded_by = @key AND tenant_key = @tenantKey ORDER BY key;

-- name: insert_mention
INSERT INTO fact_mentions (user_key, key, tenant_key, fact_key, session_key, sequence, said_at, text, draft, terms)
VALUES (@userKey, nextval('keys'), @tenantKey, @factKey, @sessionKey, @sequence, @saidAt, @text, @draft, @terms)
RETURNING key;

-- name: insert_source
INSERT INTO fact_sources (user_key, mention_key, message_key, tenant_key, fact_key, session_key, sequence)
VALUES (@userKey, @mentionKey, @messageKey, @tenantKey, @factKey, @sessionKey, @sequence)
ON CONFLICT DO NOTHING;

-- name: insert_terms
INSERT INTO fact_terms (user_key, fact_key, tenant_key, term)
SELECT @userKey, @factKey, @tenantKey, term FROM unnest(@terms::text[]) AS term
ON CONFLICT DO NOTHING;

-- name: delete_terms
DELETE FROM fact_terms WHERE user_key = @userKey AND fact_key = @factKey AND tenant_key = @tenantKey;

-- name: delete_mention
DELETE FROM fact_mentions WHERE user_key = @userKey AND key = @key AND tenant_key = @tenantKey;

-- name: mentions_of_range
SELECT m.key, m.fact_key, m.sequence, m.draft, f.id AS fact_id
FROM fact_mentions m JOIN facts f ON f.user_key = m.user_key AND f.key = m.fact_key
WHERE m.user_key = @userKey AND m.session_key = @sessionKey AND m.tenant_key = @tenantKey
  AND m.sequence BETWEEN @firstSequence AND @lastSequence
ORDER BY m.sequence, m.key;

-- name: mentions_at
SELECT DISTINCT mention_key AS key, fact_key FROM fact_sources
WHERE user_key = @userKey AND session_key = @sessionKey AND sequence = @sequence AND tenant_key = @tenantKey
ORDER BY mention_key;

-- name: span_of_mention
SELECT min(sequence) AS first_sequence, max(sequence) AS last_sequence, count(*) AS messages FROM fact_sources
WHERE user_key = @userKey AND mention_key = @key AND session_key = @sessionKey AND tenant_key = @tenantKey;

-- name: first_mentions
SELECT key, session_key, said_at, draft, terms FROM fact_mentions
WHERE user_key = @userKey AND fact_key = @key AND tenant_key = @tenantKey ORDER BY said_at, key LIMIT @limit;

-- name: places_of_mentions
SELECT session_key, sequence, draft, terms FROM fact_mentions
WHERE user_key = @userKey AND fact_key = @key AND tenant_key = @tenantKey;

-- name: find_entity
SELECT key FROM entities
WHERE user_key = @userKey AND md5(folded) = md5(@folded) AND folded = @folded AND tenant_key = @tenantKey;

-- name: insert_entity
INSERT INTO entities (user_key, key, tenant_key, id, folded, name, kind)
VALUES (@userKey, nextval('keys'), @tenantKey, @id, @folded, @name, @kind)
RETURNING key;

-- name: name_entity
INSERT INTO fact_entities (user_key, entity_key, fact_key, tenant_key, name, said_at)
VALUES (@userKey, @entityKey, @factKey, @tenantKey, @name, @saidAt)
ON CONFLICT (user_key, entity_key, fact_key) DO UPDATE SET name = excluded.name, said_at = excluded.said_at;

-- name: entities_of
SELECT entity_key FROM fact_entities WHERE user_key = @userKey AND fact_key = @factKey AND tenant_key = @tenantKey;

-- name: unname_entities
DELETE FROM fact_entities WHERE user_key = @userKey AND fact_key = @factKey AND tenant_key = @tenantKey;

-- name: delete_entities_of_nothing
DELETE FROM entities e
WHERE e.user_key = @userKey AND e.key = ANY (@keys::bigint[]) AND e.tenant_key = @tenantKey
  AND NOT EXISTS (SELECT 1 FROM fact_entities n WHERE n.user_key = e.user_key AND n.entity_key = e.key);

-- name: last_event
SELECT coalesce(max(number), 0) AS number FROM fact_history
WHERE user_key = @userKey AND fact_key = @factKey AND tenant_key = @tenantKey;

-- name: insert_event
INSERT INTO fact_history (user_key, fact_key, number, tenant_key, at, change, reason, before, after)
VALUES (@userKey, @factKey, @number, @tenantKey, @at, @change, @reason, @before, @after);

-- name: forget_events
DELETE FROM fact_history
WHERE user_key = @userKey AND fact_key = @factKey AND tenant_key = @tenantKey AND number <= @upTo;

-- name: last_to_undo
SELECT number, before FROM fact_history
WHERE user_key = @userKey AND fact_key = @factKey AND tenant_key = @tenantKey AND NOT is_undone
  AND change IN ('edited', 'superseded') AND before IS NOT NULL
ORDER BY number DESC LIMIT 1;

-- name: mark_undone
UPDATE fact_history SET is_undone = true
WHERE user_key = @userKey AND fact_key = @factKey AND number = @number AND tenant_key = @tenantKey;

-- name: forget_mention
INSERT INTO forgotten_mentions (user_key, session_key, sequence, tenant_key, digests)
VALUES (@userKey, @sessionKey, @sequence, @tenantKey, @digests)
ON CONFLICT DO NOTHING;

-- name: forgotten_at
SELECT digests FROM forgotten_mentions
WHERE user_key = @userKey AND session_key = @sessionKey AND sequence = @sequence AND tenant_key = @tenantKey;

-- name: remember_at
DELETE FROM forgotten_mentions
WHERE user_key = @userKey AND session_key = @sessionKey AND sequence = @sequence AND tenant_key = @tenantKey;

-- name: mentions_of_gone_session
-- every tenant's: who deletes a session had it looked up in a tenant
SELECT key, fact_key, tenant_key FROM fact_mentions
WHERE user_key = @userKey AND session_key = @key ORDER BY sequence, key LIMIT @limit;

-- name: forgotten_of_gone_session
-- every tenant's
SELECT sequence AS place, octet_length(digests) AS bytes FROM forgotten_mentions
WHERE user_key = @userKey AND session_key = @key ORDER BY sequence LIMIT @limit;

-- name: remove_forgotten_of_gone_session
-- every tenant's
DELETE FROM forgotten_mentions WHERE user_key = @userKey AND session_key = @key AND sequence <= @upTo;

-- name: facts_of_gone_user
-- every tenant's
SELECT key AS place, octet_length(text) AS bytes FROM facts WHERE user_key = @key ORDER BY key LIMIT @limit;

-- name: remove_facts_of_gone_user
-- every tenant's
DELETE FROM facts WHERE user_key = @key AND key <= @upTo;

-- name: entities_of_gone_user
-- every tenant's
SELECT key AS place, octet_length(name) AS bytes FROM entities WHERE user_key = @key ORDER BY key LIMIT @limit;

-- name: remove_entities_of_gone_user
-- every tenant's
DELETE FROM entities WHERE user_key = @key AND key <= @upTo;
