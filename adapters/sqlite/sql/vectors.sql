-- name: file
INSERT OR REPLACE INTO message_vectors (tenant_key, user_key, message_key, model, generation, scale, components)
SELECT tenant_key, user_key, key, @model, @generation, @scale, @components FROM messages
WHERE session_key = @sessionKey AND tenant_key = @tenantKey AND sequence = @sequence;

-- name: page
SELECT message_key AS key, scale, components, generation FROM message_vectors
WHERE user_key = @userKey AND tenant_key = @tenantKey AND model = @model
  AND (generation, message_key) > (@generation, @key)
  AND EXISTS (SELECT 1 FROM users WHERE key = @userKey AND tenant_key = @tenantKey)
  AND NOT EXISTS (
    SELECT 1 FROM removals r JOIN messages m ON m.key = message_key AND m.session_key = r.target_key
    WHERE r.user_key = @userKey AND r.last_key >= message_key AND r.first_key <= message_key
  )
ORDER BY generation, message_key LIMIT @limit;

-- name: next_model_of_messages
-- every tenant's: the server has one model for all
SELECT model, length(components) AS dimensions FROM message_vectors WHERE model > @after ORDER BY model LIMIT 1;

-- name: next_model_of_chunks
-- every tenant's: the server has one model for all
SELECT model, length(vector) / 4 AS dimensions FROM chunks WHERE model > @after ORDER BY model LIMIT 1;

-- name: messages_without
-- every tenant's: the server has one model for all
SELECT m.key, m.tenant_key AS tenantKey, m.user_key AS userKey, m.generation, m.spoken_name AS name, m.searched AS content
FROM messages m JOIN sessions s ON s.key = m.session_key AND s.tenant_key = m.tenant_key
WHERE m.key > @after AND NOT EXISTS (SELECT 1 FROM message_vectors v WHERE v.message_key = m.key AND v.model = @model)
ORDER BY m.key LIMIT @limit;

-- name: chunks_without
-- every tenant's: the server has one model for all
SELECT c.key, c.tenant_key AS tenantKey, c.id, c.content
FROM chunks c JOIN sessions s ON s.key = c.session_key AND s.tenant_key = c.tenant_key
WHERE c.key > @after AND (c.model IS NULL OR c.model <> @model) ORDER BY c.key LIMIT @limit;

-- name: count_messages_without
-- every tenant's: the server has one model for all
SELECT count(*) FROM messages m JOIN sessions s ON s.key = m.session_key AND s.tenant_key = m.tenant_key
WHERE NOT EXISTS (SELECT 1 FROM message_vectors v WHERE v.message_key = m.key AND v.model = @model);

-- name: count_chunks_without
-- every tenant's: the server has one model for all
SELECT count(*) FROM chunks c JOIN sessions s ON s.key = c.session_key AND s.tenant_key = c.tenant_key
WHERE c.model IS NULL OR c.model <> @model;

-- name: episodes_without
-- every tenant's: the server has one model for all
SELECT e.key, e.tenant_key AS tenantKey, e.user_key AS userKey, e.generation,
  replace(replace(iif(e.summary = '', e.title, e.title || char(10) || e.summary), char(57344), ''), char(57345), '') AS content
FROM episodes e JOIN sessions s ON s.key = e.session_key AND s.tenant_key = e.tenant_key
WHERE e.key > @after AND (e.model IS NULL OR e.model <> @model) ORDER BY e.key LIMIT @limit;

-- name: count_episodes_without
-- every tenant's: the server has one model for all
SELECT count(*) FROM episodes e JOIN sessions s ON s.key = e.session_key AND s.tenant_key = e.tenant_key
WHERE e.model IS NULL OR e.model <> @model;

-- name: file_episode
-- one that changed since it was read has a vector of its own
UPDATE episodes SET scale = @scale, components = @components, model = @model
WHERE key = @key AND tenant_key = @tenantKey AND generation = @generation;

-- name: unchanged
-- a message that changed since it was read waits for the background
SELECT 1 FROM messages m JOIN sessions s ON s.key = m.session_key AND s.tenant_key = m.tenant_key
WHERE m.key = @key AND m.tenant_key = @tenantKey AND m.generation = @generation;

-- name: file_read
INSERT OR REPLACE INTO message_vectors (tenant_key, user_key, message_key, model, generation, scale, components)
SELECT tenant_key, user_key, key, @model, @generation, @scale, @components FROM messages
WHERE key = @key AND tenant_key = @tenantKey;

-- name: file_chunk
-- a chunk never changes: another one takes its place
UPDATE chunks SET vector = @vector, model = @model WHERE id = @id AND tenant_key = @tenantKey;

-- name: forget
-- every tenant's: the server has one model for all
DELETE FROM message_vectors WHERE message_key IN (SELECT message_key FROM message_vectors LIMIT @limit);
