-- name: begin
-- waits for a process that is at it
INSERT INTO derivations AS d (kind, version, reached, until)
VALUES (@kind, @version, 0, (SELECT coalesce(max(key), 0) FROM sessions))
ON CONFLICT (kind) DO UPDATE SET version = excluded.version, reached = 0, until = excluded.until
WHERE d.version <> excluded.version;

-- name: hold
SELECT reached, until FROM derivations WHERE kind = @kind FOR UPDATE;

-- name: forget
DELETE FROM derivations WHERE kind = @kind;

-- name: reach
UPDATE derivations SET reached = @reached WHERE kind = @kind;

-- name: sessions
-- every tenant's
SELECT s.key AS session_key, s.tenant_key, s.user_key, s.last_sequence
FROM sessions s JOIN memories m ON m.user_key = s.user_key AND m.tenant_key = s.tenant_key
WHERE s.key > @reached AND s.key <= @until AND s.tenant_key <> 0
ORDER BY s.key LIMIT @limit;

-- name: generations
SELECT user_key, generation FROM memories WHERE user_key = ANY (@userKeys::bigint[]);
