-- name: sizes
-- the length of a blob is told without reading it
SELECT coalesce(sum(length(s.bytes)), 0) AS kept,
  coalesce(sum(length(s.bytes)) FILTER (WHERE o.segment_key IS NOT NULL AND NOT s.is_outdated), 0) AS outlined
FROM kept_segments s LEFT JOIN segment_outlines o ON o.segment_key = s.key
WHERE s.user_key = @userKey AND s.tenant_key = @tenantKey AND s.maker = @maker;

-- name: outlined
SELECT s.first_key AS firstKey, s.last_key AS lastKey
FROM kept_segments s JOIN segment_outlines o ON o.segment_key = s.key
WHERE s.user_key = @userKey AND s.tenant_key = @tenantKey AND s.maker = @maker AND NOT s.is_outdated ORDER BY s.last_key;

-- name: shapes
SELECT o.shapes FROM kept_segments s JOIN segment_outlines o ON o.segment_key = s.key
WHERE s.user_key = @userKey AND s.tenant_key = @tenantKey AND s.last_key = @lastKey AND s.first_key = @firstKey AND NOT s.is_outdated;

-- name: words
SELECT s.first_key AS firstKey, s.last_key AS lastKey, w.part, w.bytes
FROM kept_segments s CROSS JOIN segment_words w ON w.segment_key = s.key
WHERE s.user_key = @userKey AND s.tenant_key = @tenantKey AND s.maker = @maker AND NOT s.is_outdated
  AND w.part IN (SELECT value FROM json_each(@parts))
ORDER BY s.last_key, w.part;

-- name: blocks
SELECT s.first_key AS firstKey, s.last_key AS lastKey, b.block, b.bytes
FROM json_each(@blocks) w
  CROSS JOIN kept_segments s
    ON s.user_key = @userKey AND s.last_key = w.value ->> 'lastKey' AND s.first_key = w.value ->> 'firstKey'
  CROSS JOIN segment_blocks b ON b.segment_key = s.key AND b.block = w.value ->> 'block'
WHERE s.tenant_key = @tenantKey AND s.maker = @maker AND NOT s.is_outdated;

-- name: nearest
-- `+distance`: vec0 takes an order by distance alone, so the engine does the ordering
SELECT message_key FROM message_bits
WHERE bits MATCH vec_bit(@bits) AND k = @count AND tenant_key = @tenantKey AND user_key = @userKey
ORDER BY +distance, message_key;

-- name: nearest_among
SELECT message_key FROM message_bits
WHERE bits MATCH vec_bit(@bits) AND k = @count AND tenant_key = @tenantKey AND user_key = @userKey
  AND message_key IN (SELECT value FROM json_each(@among))
ORDER BY +distance, message_key;

-- name: is_removing
-- a user, or a session of one
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM users WHERE key = @userKey AND tenant_key = @tenantKey)
  OR EXISTS (SELECT 1 FROM removals WHERE user_key = @userKey AND tenant_key = @tenantKey);

-- name: present
SELECT m.key FROM messages m JOIN sessions s ON s.key = m.session_key AND s.tenant_key = m.tenant_key
WHERE m.user_key = @userKey AND m.tenant_key = @tenantKey;

-- name: message
SELECT 'message' AS kind, m.key, m.session_key AS sessionKey, m.sequence, m.role,
  m.spoken_name AS name, CASE m.role WHEN 'user' THEN u.spoken_name WHEN 'assistant' THEN a.spoken_name END AS usualSpeaker,
  m.searched AS content, m.created_at AS createdAt
FROM json_each(@keys) k CROSS JOIN messages m ON m.key = k.value
  JOIN sessions s ON s.key = m.session_key AND s.tenant_key = m.tenant_key
  JOIN users u ON u.key = m.user_key
  JOIN agents a ON a.key = s.agent_key
WHERE m.user_key = @userKey AND m.tenant_key = @tenantKey;

-- name: knowledge
SELECT 'knowledge' AS kind, n.key, NULL AS sessionKey, NULL AS sequence, NULL AS role, NULL AS name,
  NULL AS usualSpeaker, n.content, n.created_at AS createdAt
FROM json_each(@keys) k CROSS JOIN knowledge n ON n.key = k.value
WHERE n.user_key = @userKey AND n.tenant_key = @tenantKey AND EXISTS (SELECT 1 FROM users WHERE key = @userKey AND tenant_key = @tenantKey);

-- name: segment
-- as it was at a generation: what was made of it then must not outlive what has changed since
SELECT s.key FROM kept_segments s
WHERE s.user_key = @userKey AND s.tenant_key = @tenantKey AND s.last_key = @lastKey AND s.first_key = @firstKey
  AND s.maker = @maker AND NOT s.is_outdated
  AND EXISTS (SELECT 1 FROM users u WHERE u.key = s.user_key AND u.retracted_from <= @generation)
  AND NOT EXISTS (SELECT 1 FROM retractions r WHERE r.user_key = s.user_key AND r.generation > @generation)
  AND NOT EXISTS (
    SELECT 1 FROM messages m
    WHERE m.user_key = s.user_key AND m.generation > @generation AND m.key BETWEEN @firstKey AND @lastKey
  );

-- name: forget_outline
DELETE FROM segment_outlines WHERE segment_key = @segmentKey AND tenant_key = @tenantKey;

-- name: save_shapes
INSERT INTO segment_outlines (tenant_key, segment_key, shapes) VALUES (@tenantKey, @segmentKey, @shapes);

-- name: save_words
INSERT INTO segment_words (tenant_key, segment_key, part, bytes) VALUES (@tenantKey, @segmentKey, @part, @bytes);

-- name: save_block
INSERT INTO segment_blocks (tenant_key, segment_key, block, bytes) VALUES (@tenantKey, @segmentKey, @block, @bytes);

-- name: forget_bits
-- vec0 replaces nothing: it takes a row away, then another
DELETE FROM message_bits
WHERE message_key = @key AND tenant_key = @tenantKey AND user_key = @userKey AND @key BETWEEN @firstKey AND @lastKey;

-- name: save_bits
-- keys come from messages, as integers: vec0 refuses the numbers that are bound
INSERT INTO message_bits (tenant_key, user_key, message_key, bits)
SELECT tenant_key, user_key, key, vec_bit(@bits) FROM messages
WHERE key = @key AND user_key = @userKey AND tenant_key = @tenantKey AND key BETWEEN @firstKey AND @lastKey;
