-- A new name of a user or an agent reaches what was made of messages behind the answer: until a segment is made anew, it is
-- read as it is, and known to be outdated. Deleting segments for it had the next question read all texts of a memory.
ALTER TABLE index_segments ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
-- The generation at which the user, or an agent of theirs, was last given another name.
ALTER TABLE users ADD COLUMN named_at INTEGER NOT NULL DEFAULT 0;

-- Users and agents whose new name has not reached all of their sessions.
CREATE TABLE renamings (
  key        INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_key INTEGER NOT NULL,
  kind       TEXT    NOT NULL CHECK (kind IN ('user', 'agent')),
  target_key INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  -- the key of the last of the sessions that it has reached
  reached    INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Only so many retractions of a user are kept. An index that is older than the first of them is read anew.
ALTER TABLE users ADD COLUMN retracted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN retracted_from INTEGER NOT NULL DEFAULT 0;
UPDATE users SET retracted_from = generation WHERE key IN (SELECT user_key FROM retractions);
DELETE FROM retractions;

DROP VIEW kept_segments;
-- The segments that can be read: not those of a user who is gone, nor those that show what a deleted session held.
CREATE VIEW kept_segments AS
SELECT s.key, s.tenant_key, s.user_key, s.first_key, s.last_key, s.maker, s.bytes, s.generation < u.named_at AS is_outdated
FROM index_segments s JOIN users u ON u.key = s.user_key AND u.tenant_key = s.tenant_key
WHERE NOT EXISTS (
  SELECT 1 FROM removals r
  WHERE r.user_key = s.user_key AND r.last_key >= s.first_key AND r.first_key <= s.last_key
);
