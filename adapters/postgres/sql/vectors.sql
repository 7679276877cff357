-- name: file
INSERT INTO message_vectors (user_key, message_key, tenant_key, model, generation, scale, components)
SELECT user_key, key, tenant_key, @model, @generation, @scale, @components FROM messages
WHERE user_key = @userKey AND session_key = @sessionKey AND sequence = @sequence AND tenant_key = @tenantKey
ON CONFLICT (user_key, message_key) DO UPDATE SET
  model = excluded.model, generation = excluded.generation, scale = excluded.scale, components = excluded.components;

-- name: page
SELECT v.message_key AS key, v.scale, v.components, v.generation FROM message_vectors v
  JOIN memories u ON u.user_key = v.user_key AND u.tenant_key = v.tenant_key
WHERE v.user_key = @userKey AND v.tenant_key = @tenantKey AND v.model = @model
  AND (v.generation, v.message_key) > (@generation, @key)
  AND NOT EXISTS (
    SELECT 1 FROM removals r
    WHERE r.user_key = v.user_key AND r.last_key >= v.message_key AND r.first_key <= v.message_key
      AND r.target_key = (SELECT m.session_key FROM messages m WHERE m.user_key = v.user_key AND m.key = v.message_key)
  )
ORDER BY v.generation, v.message_key LIMIT @limit;

-- name: next_model_of_messages
-- every tenant's: the server has one model for all
SELECT model, octet_length(components)::bigint AS dimensions FROM message_vectors
WHERE model > @after ORDER BY model LIMIT 1;

-- name: next_model_of_chunks
-- every tenant's: the server has one model for all
SELECT model, (octet_length(vector) / 4)::bigint AS dimensions FROM chunks WHERE model > @after ORDER BY model LIMIT 1;

-- name: messages_without
-- every tenant's: the server has one model for all
SELECT m.key, m.tenant_key, m.user_key, m.generation, spoken(m.name) AS name, searched(m.content, m.found_by) AS content
FROM messages m JOIN sessions s ON s.user_key = m.user_key AND s.key = m.session_key AND s.tenant_key = m.tenant_key
WHERE (m.user_key, m.key) > (@afterUser, @afterKey) AND NOT EXISTS (
  SELECT 1 FROM message_vectors v WHERE v.user_key = m.user_key AND v.message_key = m.key AND v.model = @model
)
ORDER BY m.user_key, m.key LIMIT @limit;

-- name: chunks_without
-- every tenant's: the server has one model for all
SELECT c.key, c.tenant_key, c.id, c.content
FROM chunks c JOIN sessions s ON s.user_key = c.user_key AND s.key = c.session_key AND s.tenant_key = c.tenant_key
WHERE c.key > @after AND (c.model IS NULL OR c.model <> @model) ORDER BY c.key LIMIT @limit;

-- name: count_messages_without
-- every tenant's: the server has one model for all
SELECT count(*) AS count
FROM messages m JOIN sessions s ON s.user_key = m.user_key AND s.key = m.session_key AND s.tenant_key = m.tenant_key
WHERE NOT EXISTS (
  SELECT 1 FROM message_vectors v WHERE v.user_key = m.user_key AND v.message_key = m.key AND v.model = @model
);

-- name: count_chunks_without
-- every tenant's: the server has one model for all
SELECT count(*) AS count
FROM chunks c JOIN sessions s ON s.user_key = c.user_key AND s.key = c.session_key AND s.tenant_key = c.tenant_key
WHERE c.model IS NULL OR c.model <> @model;

-- name: episodes_without
-- every tenant's: the server has one model for all
SELECT e.key, e.tenant_key, e.user_key, e.generation,
  translate(CASE WHEN e.summary = '' THEN e.title ELSE e.title || chr(10) || e.summary END, chr(57344) || chr(57345), '')
    AS content
FROM episodes e JOIN sessions s ON s.user_key = e.user_key AND s.key = e.session_key AND s.tenant_key = e.tenant_key
WHERE (e.user_key, e.key) > (@afterUser, @afterKey) AND (e.model IS NULL OR e.model <> @model)
ORDER BY e.user_key, e.key LIMIT @limit;

-- name: count_episodes_without
-- every tenant's: the server has one model for all
SELECT count(*) AS count
FROM episodes e JOIN sessions s ON s.user_key = e.user_key AND s.key = e.session_key AND s.tenant_key = e.tenant_key
WHERE e.model IS NULL OR e.model <> @model;

-- name: file_episode
-- one that changed since it was read has a vector of its own
UPDATE episodes SET scale = @scale, components = @components, model = @model
WHERE user_key = @userKey AND key = @key AND tenant_key = @tenantKey AND generation = @generation;

-- name: unchanged
-- a message that changed since it was read waits for the background
SELECT 1 AS unchanged
FROM messages m JOIN sessions s ON s.user_key = m.user_key AND s.key = m.session_key AND s.tenant_key = m.tenant_key
WHERE m.user_key = @userKey AND m.key = @key AND m.tenant_key = @tenantKey AND m.generation = @generation;

-- name: file_read
INSERT INTO message_vectors (user_key, message_key, tenant_key, model, generation, scale, components)
VALUES (@userKey, @key, @tenantKey, @model, @generation, @scale, @components)
ON CONFLICT (user_key, message_key) DO UPDATE SET
  model = excluded.model, generation = excluded.generation, scale = excluded.scale, components = excluded.components;

-- name: file_chunk
-- a chunk never changes: another one takes its place
UPDATE chunks SET vector = @vector, model = @model WHERE key = @key AND id = @id AND tenant_key = @tenantKey;

-- name: forget
-- every tenant's: the server has one model for all
DELETE FROM message_vectors WHERE (user_key, message_key) IN (
  SELECT user_key, message_key FROM message_vectors ORDER BY user_key, message_key LIMIT @limit FOR UPDATE SKIP LOCKED
);
