-- A user, an agent or a session that is deleted is hidden at once and removed behind the answer, in slices: a million messages
-- in one transaction held up every other write for half a minute.

-- What is hidden belongs to tenant 0, under an id and a name that nobody can ask for. Every statement asks for a tenant, so
-- nothing of it can be seen, and its name is free.
INSERT INTO tenants (key, name, created_at) VALUES (0, lower(hex(randomblob(16))), 0);

-- Renaming and hiding both change a name; what a new name does to segments is up to the renaming.
DROP TRIGGER index_segments_of_renamed_user;
DROP TRIGGER index_segments_of_renamed_agent;

CREATE TABLE removals (
  key        INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_key INTEGER NOT NULL,
  kind       TEXT    NOT NULL CHECK (kind IN ('user', 'agent', 'session')),
  target_key INTEGER NOT NULL,
  -- 0: its sessions are being hidden, and their tasks deleted. 1: its rows are being deleted. 2: it waits for its sessions
  stage      INTEGER NOT NULL,
  -- the key of the last of its sessions that is hidden
  reached    INTEGER NOT NULL DEFAULT 0,
  -- of a session alone: whose it is, and between which keys its messages lie. Segments of the user that reach into this
  -- range show some of them
  user_key   INTEGER,
  first_key  INTEGER,
  last_key   INTEGER
) STRICT;
CREATE INDEX removals_by_stage ON removals (stage, key);
CREATE INDEX removals_by_user ON removals (user_key, last_key) WHERE user_key IS NOT NULL;

-- The segments that can be read: not those of a user who is gone, nor those that show what a deleted session held.
CREATE VIEW kept_segments AS
SELECT s.key, s.tenant_key, s.user_key, s.first_key, s.last_key, s.maker, s.bytes FROM index_segments s
WHERE EXISTS (SELECT 1 FROM users u WHERE u.key = s.user_key AND u.tenant_key = s.tenant_key)
  AND NOT EXISTS (
    SELECT 1 FROM removals r
    WHERE r.user_key = s.user_key AND r.last_key >= s.first_key AND r.first_key <= s.last_key
  );
