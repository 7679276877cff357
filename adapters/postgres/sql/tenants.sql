-- name: find
SELECT key FROM tenants WHERE name = @name;

-- name: insert
INSERT INTO tenants (key, name, created_at) VALUES (nextval('keys'), @name, @at)
ON CONFLICT (name) DO NOTHING RETURNING key;
