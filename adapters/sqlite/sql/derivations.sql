-- name: get
SELECT version, reached, until FROM derivations WHERE kind = @kind;

-- name: forget
DELETE FROM derivations WHERE kind = @kind;

-- name: begin
INSERT INTO derivations (kind, version, reached, until)
VALUES (@kind, @version, 0, (SELECT coalesce(max(key), 0) FROM sessions))
ON CONFLICT (kind) DO UPDATE SET version = excluded.version, reached = 0, until = excluded.until;

-- name: reach
UPDATE derivations SET reached = @reached WHERE kind = @kind;

-- name: sessions
-- every tenant's
SELECT s.key AS sessionKey, s.tenant_key AS tenantKey, s.user_key AS userKey, s.last_sequence AS lastSequence, u.generation
FROM sessions s JOIN users u ON u.key = s.user_key AND u.tenant_key = s.tenant_key
WHERE s.key > @reached AND s.key <= @until AND s.tenant_key <> 0
ORDER BY s.key LIMIT @limit;
