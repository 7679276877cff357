-- name: bump_generation
UPDATE users SET generation = generation + 1
WHERE key = @userKey AND tenant_key = @tenantKey
RETURNING generation;

-- name: retract
INSERT OR IGNORE INTO retractions (tenant_key, user_key, generation, kind, key, first_key, last_key)
VALUES (@tenantKey, @userKey, @generation, @kind, @key, @firstKey, @lastKey);

-- name: find_claim
SELECT body_hash AS bodyHash, ids FROM idempotency
WHERE tenant_key = @tenantKey AND user_key = @boundTo AND method = @method AND path = @path AND claim = @key AND created_at > @staleBefore;

-- name: keep_claim
INSERT OR REPLACE INTO idempotency (tenant_key, user_key, method, path, claim, body_hash, ids, created_at)
VALUES (@tenantKey, @boundTo, @method, @path, @key, @bodyHash, @ids, @at);

-- name: forget_stale_claims
-- every tenant's: a claim past its time belongs to nobody
DELETE FROM idempotency WHERE (tenant_key, user_key, method, path, claim) IN (
  SELECT tenant_key, user_key, method, path, claim FROM idempotency WHERE created_at <= @staleBefore ORDER BY created_at LIMIT 20
);

-- name: count_retracted
UPDATE users SET retracted = retracted + @count WHERE key = @userKey AND tenant_key = @tenantKey RETURNING retracted;

-- name: oldest_retracted
-- the generation of the last of so many
SELECT generation FROM retractions WHERE user_key = @userKey AND tenant_key = @tenantKey
ORDER BY generation LIMIT 1 OFFSET @count - 1;

-- name: forget_retractions
DELETE FROM retractions WHERE user_key = @userKey AND tenant_key = @tenantKey AND generation <= @upTo;

-- name: raise_retracted_from
UPDATE users SET retracted = retracted - @count, retracted_from = @generation
WHERE key = @userKey AND tenant_key = @tenantKey;
