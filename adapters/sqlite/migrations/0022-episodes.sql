-- Consecutive messages of a session about one thing (M1). Those of a session do not overlap; the last one may still grow.
CREATE TABLE episodes (
  key            INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_key     INTEGER NOT NULL,
  user_key       INTEGER NOT NULL,
  session_key    INTEGER NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
  generation     INTEGER NOT NULL,
  id             TEXT    NOT NULL UNIQUE,
  first_sequence INTEGER NOT NULL,
  last_sequence  INTEGER NOT NULL,
  -- with marks in place of the names of the user and the agent, which are put in when they are read
  title          TEXT    NOT NULL,
  summary        TEXT    NOT NULL,
  -- JSON arrays of texts
  participants   TEXT    NOT NULL,
  key_phrases    TEXT    NOT NULL,
  started_at     INTEGER NOT NULL,
  ended_at       INTEGER NOT NULL,
  -- a byte a component, each times the scale, and the fingerprint of the model that made it
  scale          REAL,
  components     BLOB,
  model          TEXT,
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL,
  UNIQUE (session_key, first_sequence)
) STRICT;
CREATE INDEX episodes_by_user ON episodes (user_key);
CREATE INDEX episodes_by_generation ON episodes (user_key, generation);

-- Messages from before there were episodes are work now, behind everything else. An identifier in the form of a UUIDv7 of the
-- present.
INSERT INTO outbox (
  tenant_key, user_key, session_key, id, kind, queue_key, position, first_sequence, last_sequence, priority, state, open,
  next_attempt_at, created_at, updated_at
)
SELECT s.tenant_key, s.user_key, s.key,
  lower(
    substr(h.now, 1, 8) || '-' || substr(h.now, 9, 4) || '-7' || substr(hex(randomblob(2)), 2) || '-8' ||
    substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))
  ),
  'summarise', 'session:' || s.key, 1, 1, s.last_sequence, 1, 'waiting', 0, 0, h.now_ms, h.now_ms
FROM sessions s,
  (SELECT printf('%012x', unixepoch('subsec') * 1000) AS now, cast(unixepoch('subsec') * 1000 AS INTEGER) AS now_ms) h
WHERE s.tenant_key > 0 AND EXISTS (SELECT 1 FROM messages m WHERE m.session_key = s.key);
