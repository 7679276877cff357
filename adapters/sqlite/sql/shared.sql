-- name: bump_generation
UPDATE users SET generation = generation + 1
WHERE key = @userKey AND tenant_key = @tenantKey
RETURNING generation;

-- name: retract
INSERT OR IGNORE INTO retractions (tenant_key, user_key, generation, kind, key)
VALUES (@tenantKey, @userKey, @generation, @kind, @key);

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

-- name: forget_retractions
-- when all is withdrawn it does not matter what was withdrawn before
DELETE FROM retractions WHERE user_key = @userKey AND tenant_key = @tenantKey;
