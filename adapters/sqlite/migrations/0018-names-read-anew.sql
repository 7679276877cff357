-- A question that names an account reads the names of that moment: what is made of messages shows none, so a new name makes
-- nothing outdated, and nobody has to be told of it.
DROP VIEW kept_segments;
-- The segments that can be read: not those of a user who is gone, nor those that show what a deleted session held.
CREATE VIEW kept_segments AS
SELECT s.key, s.tenant_key, s.user_key, s.first_key, s.last_key, s.maker, s.bytes
FROM index_segments s JOIN users u ON u.key = s.user_key AND u.tenant_key = s.tenant_key
WHERE NOT EXISTS (
  SELECT 1 FROM removals r
  WHERE r.user_key = s.user_key AND r.last_key >= s.first_key AND r.first_key <= s.last_key
);
ALTER TABLE users DROP COLUMN named_at;
DELETE FROM renamings;
