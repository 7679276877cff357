-- Exact, by the tokenizer of the language models that read it; null until the background has counted.
ALTER TABLE messages ADD COLUMN token_count INTEGER;

-- The durable list of background work: stretches of sessions that a stage still has to go over. Written in the
-- transaction of the messages. A message is at a stage when no row of that kind that is not done covers its sequence.
CREATE TABLE outbox (
  key             INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_key      INTEGER NOT NULL,
  user_key        INTEGER NOT NULL,
  session_key     INTEGER NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
  id              TEXT    NOT NULL UNIQUE,
  kind            TEXT    NOT NULL,
  first_sequence  INTEGER NOT NULL,
  last_sequence   INTEGER NOT NULL,
  priority        INTEGER NOT NULL,
  state           TEXT    NOT NULL CHECK (state IN ('waiting', 'running', 'failed', 'done')),
  -- 1 while messages that are added still extend it: the newest stretch of its session, which nobody has taken yet
  open            INTEGER NOT NULL,
  attempts        INTEGER NOT NULL DEFAULT 0,
  reason          TEXT,
  next_attempt_at INTEGER NOT NULL,
  owner           TEXT,
  lease_until     INTEGER NOT NULL DEFAULT 0,
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX outbox_open ON outbox (session_key, kind) WHERE open = 1;
CREATE INDEX outbox_unfinished ON outbox (session_key, first_sequence) WHERE state <> 'done';
CREATE INDEX outbox_waiting ON outbox (next_attempt_at) WHERE state = 'waiting';
CREATE INDEX outbox_running ON outbox (lease_until) WHERE state = 'running';
CREATE INDEX outbox_by_state ON outbox (tenant_key, state, key);

-- Pieces of conversations, made by the background work: what a stretch of messages says, with its embedding.
CREATE TABLE chunks (
  key            INTEGER PRIMARY KEY,
  tenant_key     INTEGER NOT NULL,
  user_key       INTEGER NOT NULL,
  session_key    INTEGER NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
  id             TEXT    NOT NULL UNIQUE,
  first_sequence INTEGER NOT NULL,
  last_sequence  INTEGER NOT NULL,
  content        TEXT    NOT NULL,
  strategy       TEXT    NOT NULL,
  token_count    INTEGER NOT NULL,
  -- 32-bit floats, little-endian, and the fingerprint of the model that made them
  vector         BLOB,
  model          TEXT,
  created_at     INTEGER NOT NULL,
  UNIQUE (session_key, first_sequence)
) STRICT;
CREATE INDEX chunks_by_user ON chunks (user_key);

-- Messages stored before there was background work are work now. An identifier in the form of a UUIDv7 of the present.
INSERT INTO outbox (
  tenant_key, user_key, session_key, id, kind, first_sequence, last_sequence, priority, state, open, next_attempt_at,
  created_at, updated_at
)
SELECT s.tenant_key, s.user_key, s.key,
  lower(
    substr(h.now, 1, 8) || '-' || substr(h.now, 9, 4) || '-7' || substr(hex(randomblob(2)), 2) || '-8' ||
    substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))
  ),
  'index', 1, s.last_sequence, 1, 'waiting', 0, 0, h.now_ms, h.now_ms
FROM sessions s,
  (SELECT printf('%012x', unixepoch('subsec') * 1000) AS now, cast(unixepoch('subsec') * 1000 AS INTEGER) AS now_ms) h
WHERE EXISTS (SELECT 1 FROM messages m WHERE m.session_key = s.key);
