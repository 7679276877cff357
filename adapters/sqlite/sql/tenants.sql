-- name: find
SELECT key FROM tenants WHERE name = @name;

-- name: insert
INSERT INTO tenants (name, created_at) VALUES (@name, @at) RETURNING key;
