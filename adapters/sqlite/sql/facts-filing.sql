-- name: version
SELECT count(*) AS messages, coalesce(max(generation), 0) AS generation FROM messages
WHERE session_key = @sessionKey AND tenant_key = @tenantKey AND sequence BETWEEN @firstSequence AND @lastSequence;

-- name: owner_generation
SELECT facts_generation FROM users WHERE key = @userKey AND tenant_key = @tenantKey;

-- name: touch_owner
UPDATE users SET facts_generation = @generation WHERE key = @userKey AND tenant_key = @tenantKey;

-- name: owner_is_there
SELECT 1 FROM users WHERE key = @userKey AND tenant_key = @tenantKey;

-- name: place_of
SELECT session_key AS sessionKey, sequence FROM messages
WHERE key = @messageKey AND user_key = @userKey AND tenant_key = @tenantKey;

-- name: fact
SELECT key, id, session_key AS sessionKey, said_at AS saidAt, text, subject, predicate, object, category, confidence,
  valid_from AS validFrom, valid_to AS validTo, state, superseded_by AS supersededBy, ended_at AS endedAt, edited_at AS editedAt
FROM facts WHERE key = @key AND tenant_key = @tenantKey;

-- name: key_of
SELECT key FROM facts WHERE id = @id AND user_key = @userKey AND tenant_key = @tenantKey;

-- name: key_in_scope
SELECT f.key, f.user_key AS userKey FROM facts f JOIN sessions s ON s.key = f.session_key AND s.tenant_key = f.tenant_key
WHERE f.id = @id AND f.tenant_key = @tenantKey AND (@userKey IS NULL OR f.user_key = @userKey);

-- name: insert
INSERT INTO facts (
  tenant_key, user_key, generation, id, session_key, said_at, text, subject, predicate, object, category, confidence,
  valid_from, valid_to, state, created_at, updated_at
) VALUES (
  @tenantKey, @userKey, @generation, @id, @sessionKey, @saidAt, @text, @subject, @predicate, @object, @category, @confidence,
  @validFrom, @validTo, 'active', @at, @at
)
RETURNING key;

-- name: update
UPDATE facts SET
  generation = @generation, session_key = @sessionKey, said_at = @saidAt, text = @text, subject = @subject,
  predicate = @predicate, object = @object, category = @category, confidence = @confidence, valid_from = @validFrom,
  valid_to = @validTo, state = @state, superseded_by = @supersededBy, ended_at = @endedAt, edited_at = @editedAt, updated_at = @at
WHERE key = @key AND tenant_key = @tenantKey;

-- name: delete
DELETE FROM facts WHERE key = @key AND tenant_key = @tenantKey;

-- name: superseded_by
SELECT key FROM facts INDEXED BY facts_superseded
WHERE user_key = @userKey AND superseded_by = @key AND tenant_key = @tenantKey;

-- name: insert_mention
INSERT INTO fact_mentions (tenant_key, user_key, fact_key, session_key, sequence, said_at, draft, terms)
VALUES (@tenantKey, @userKey, @factKey, @sessionKey, @sequence, @saidAt, @draft, @terms)
RETURNING key;

-- name: insert_source
INSERT OR IGNORE INTO fact_sources (tenant_key, user_key, mention_key, message_key, fact_key, session_key, sequence)
VALUES (@tenantKey, @userKey, @mentionKey, @messageKey, @factKey, @sessionKey, @sequence);

-- name: insert_term
INSERT OR IGNORE INTO fact_terms (tenant_key, user_key, term, fact_key) VALUES (@tenantKey, @userKey, @term, @factKey);

-- name: delete_terms
DELETE FROM fact_terms WHERE fact_key = @factKey AND tenant_key = @tenantKey;

-- name: delete_mention
DELETE FROM fact_mentions WHERE key = @key AND tenant_key = @tenantKey;

-- name: mentions_of_range
SELECT key, fact_key AS factKey, sequence, draft FROM fact_mentions
WHERE session_key = @sessionKey AND tenant_key = @tenantKey AND sequence BETWEEN @firstSequence AND @lastSequence
ORDER BY sequence, key;

-- name: mentions_at
SELECT DISTINCT x.mention_key AS key, x.fact_key AS factKey FROM fact_sources x
WHERE x.session_key = @sessionKey AND x.sequence = @sequence AND x.tenant_key = @tenantKey
ORDER BY x.mention_key;

-- name: span_of_mention
SELECT min(sequence) AS firstSequence, max(sequence) AS lastSequence, count(*) AS messages FROM fact_sources
WHERE mention_key = @key AND session_key = @sessionKey AND tenant_key = @tenantKey;

-- name: first_mentions
SELECT key, session_key AS sessionKey, said_at AS saidAt, draft, terms FROM fact_mentions
WHERE fact_key = @key AND tenant_key = @tenantKey ORDER BY said_at, key LIMIT @limit;

-- name: places_of_mentions
SELECT session_key AS sessionKey, sequence, draft, terms FROM fact_mentions WHERE fact_key = @key AND tenant_key = @tenantKey;

-- name: find_entity
SELECT key FROM entities WHERE user_key = @userKey AND folded = @folded AND tenant_key = @tenantKey;

-- name: insert_entity
INSERT INTO entities (tenant_key, user_key, id, folded, name, kind) VALUES (@tenantKey, @userKey, @id, @folded, @name, @kind)
RETURNING key;

-- name: name_entity
INSERT OR REPLACE INTO fact_entities (tenant_key, user_key, entity_key, fact_key, name, said_at)
VALUES (@tenantKey, @userKey, @entityKey, @factKey, @name, @saidAt);

-- name: entities_of
SELECT entity_key FROM fact_entities WHERE fact_key = @factKey AND tenant_key = @tenantKey;

-- name: unname_entities
DELETE FROM fact_entities WHERE fact_key = @factKey AND tenant_key = @tenantKey;

-- name: delete_entity_of_nothing
DELETE FROM entities
WHERE key = @key AND tenant_key = @tenantKey AND NOT EXISTS (SELECT 1 FROM fact_entities n WHERE n.entity_key = entities.key);

-- name: last_event
SELECT coalesce(max(number), 0) FROM fact_history WHERE fact_key = @factKey AND tenant_key = @tenantKey;

-- name: insert_event
INSERT INTO fact_history (tenant_key, user_key, fact_key, number, at, change, reason, before, after)
VALUES (@tenantKey, @userKey, @factKey, @number, @at, @change, @reason, @before, @after);

-- name: forget_events
DELETE FROM fact_history WHERE fact_key = @factKey AND tenant_key = @tenantKey AND number <= @upTo;

-- name: last_to_undo
SELECT number, change, before FROM fact_history
WHERE fact_key = @factKey AND tenant_key = @tenantKey AND is_undone = 0 AND change IN ('edited', 'superseded')
  AND before IS NOT NULL
ORDER BY number DESC LIMIT 1;

-- name: mark_undone
UPDATE fact_history SET is_undone = 1 WHERE fact_key = @factKey AND number = @number AND tenant_key = @tenantKey;

-- name: forget_mention
INSERT OR IGNORE INTO forgotten_mentions (tenant_key, user_key, session_key, sequence, digests)
VALUES (@tenantKey, @userKey, @sessionKey, @sequence, @digests);

-- name: forgotten_at
SELECT digests FROM forgotten_mentions
WHERE session_key = @sessionKey AND sequence = @sequence AND tenant_key = @tenantKey;

-- name: remember_at
DELETE FROM forgotten_mentions WHERE session_key = @sessionKey AND sequence = @sequence AND tenant_key = @tenantKey;

-- name: mentions_of_gone_session
-- every tenant's: who deletes a session had it looked up in a tenant
SELECT key, fact_key AS factKey, tenant_key AS tenantKey, user_key AS userKey FROM fact_mentions
WHERE session_key = @key ORDER BY sequence, key LIMIT @limit;

-- name: forgotten_of_gone_session
-- every tenant's
SELECT sequence AS place, octet_length(digests) AS bytes FROM forgotten_mentions
WHERE session_key = @key ORDER BY sequence LIMIT @limit;

-- name: remove_forgotten_of_gone_session
-- every tenant's
DELETE FROM forgotten_mentions WHERE session_key = @key AND sequence <= @upTo;

-- name: facts_of_gone_user
-- every tenant's
SELECT key AS place, octet_length(text) AS bytes FROM facts INDEXED BY facts_by_user
WHERE user_key = @key ORDER BY key LIMIT @limit;

-- name: remove_facts_of_gone_user
-- every tenant's
DELETE FROM facts WHERE user_key = @key AND key <= @upTo;

-- name: entities_of_gone_user
-- every tenant's
SELECT key AS place, octet_length(name) AS bytes FROM entities INDEXED BY entities_by_user
WHERE user_key = @key ORDER BY key LIMIT @limit;

-- name: remove_entities_of_gone_user
-- every tenant's
DELETE FROM entities WHERE user_key = @key AND key <= @upTo;
