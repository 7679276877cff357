-- name: lock
-- every change of a memory takes this first, of several users in order of key
SELECT user_key FROM memories WHERE user_key = ANY (@userKeys::bigint[]) ORDER BY user_key FOR NO KEY UPDATE;

-- name: increment
UPDATE memories SET generation = generation + 1 WHERE user_key = @userKey AND tenant_key = @tenantKey
RETURNING generation;

-- name: take_message_keys
UPDATE memories SET generation = generation + 1, last_key = last_key + @count
WHERE user_key = @userKey AND tenant_key = @tenantKey
RETURNING generation, last_key - @count AS before;

-- name: take_knowledge_keys
UPDATE memories SET generation = generation + 1, last_knowledge_key = last_knowledge_key + @count
WHERE user_key = @userKey AND tenant_key = @tenantKey
RETURNING generation, last_knowledge_key - @count AS before;

-- name: generations
-- of all who are asked about in one turn
SELECT user_key, tenant_key, generation FROM memories WHERE user_key = ANY (@userKeys::bigint[]);

-- name: retract
INSERT INTO retractions (user_key, generation, kind, key, tenant_key, first_key, last_key)
VALUES (@userKey, @generation, @kind, @key, @tenantKey, @firstKey, @lastKey)
ON CONFLICT DO NOTHING;

-- name: count_retracted
UPDATE memories SET retracted = retracted + @count WHERE user_key = @userKey AND tenant_key = @tenantKey
RETURNING retracted;

-- name: oldest_retracted
-- the generation of the last of so many
SELECT generation FROM retractions WHERE user_key = @userKey AND tenant_key = @tenantKey
ORDER BY generation LIMIT 1 OFFSET @count - 1;

-- name: forget_retractions
DELETE FROM retractions WHERE user_key = @userKey AND tenant_key = @tenantKey AND generation <= @upTo;

-- name: raise_retracted_from
UPDATE memories SET retracted = retracted - @count, retracted_from = @generation
WHERE user_key = @userKey AND tenant_key = @tenantKey;
