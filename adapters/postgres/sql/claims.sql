-- name: take
-- waits for one who holds the same claim; takes it when there is none or it is past its time
INSERT INTO idempotency AS i (user_key, tenant_key, bound_to, method, path, claim, body_hash, ids, created_at)
VALUES (@userKey, @tenantKey, @boundTo, @method, @path, @key, @bodyHash, '[]', @at)
ON CONFLICT (user_key, tenant_key, bound_to, method, path, claim) DO UPDATE SET
  body_hash = excluded.body_hash, ids = excluded.ids, created_at = excluded.created_at
WHERE i.created_at <= @staleBefore
RETURNING 1 AS taken;

-- name: find
SELECT body_hash, ids FROM idempotency
WHERE user_key = @userKey AND tenant_key = @tenantKey AND bound_to = @boundTo AND method = @method AND path = @path
  AND claim = @key;

-- name: fill
UPDATE idempotency SET ids = @ids
WHERE user_key = @userKey AND tenant_key = @tenantKey AND bound_to = @boundTo AND method = @method AND path = @path
  AND claim = @key;

-- name: forget_stale
-- every tenant's: a claim past its time belongs to nobody
DELETE FROM idempotency WHERE (user_key, tenant_key, bound_to, method, path, claim) IN (
  SELECT user_key, tenant_key, bound_to, method, path, claim FROM idempotency
  WHERE created_at <= @staleBefore ORDER BY created_at LIMIT @limit FOR UPDATE SKIP LOCKED
);
