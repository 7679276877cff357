-- Times are UTC epoch milliseconds. tenant_key stands in every table, so that every statement can check it.
-- AUTOINCREMENT where a key outlives its row in caches and indexes and must never be given out again.

CREATE TABLE tenants (
  key        INTEGER PRIMARY KEY AUTOINCREMENT,
  name       TEXT    NOT NULL UNIQUE,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
  key         INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_key  INTEGER NOT NULL REFERENCES tenants (key),
  id          TEXT    NOT NULL UNIQUE,
  name        TEXT    NOT NULL,
  description TEXT,
  -- moved on by every change that a result of a query could show
  generation  INTEGER NOT NULL DEFAULT 0,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  UNIQUE (tenant_key, name)
) STRICT;

CREATE TABLE agents (
  key         INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_key  INTEGER NOT NULL REFERENCES tenants (key),
  id          TEXT    NOT NULL UNIQUE,
  name        TEXT    NOT NULL,
  description TEXT,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  UNIQUE (tenant_key, name)
) STRICT;

CREATE TABLE sessions (
  key             INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_key      INTEGER NOT NULL REFERENCES tenants (key),
  id              TEXT    NOT NULL UNIQUE,
  user_key        INTEGER NOT NULL REFERENCES users (key) ON DELETE CASCADE,
  agent_key       INTEGER NOT NULL REFERENCES agents (key) ON DELETE CASCADE,
  name            TEXT    NOT NULL,
  -- the sequence of the newest message ever stored here; never goes back
  last_sequence   INTEGER NOT NULL DEFAULT 0,
  last_created_at INTEGER NOT NULL DEFAULT 0,
  -- 1 while the order of arrival is the order of creation, so that listing by time can walk the index
  chronological   INTEGER NOT NULL DEFAULT 1,
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL,
  UNIQUE (user_key, name)
) STRICT;
CREATE INDEX sessions_by_agent ON sessions (agent_key);
CREATE INDEX sessions_by_name ON sessions (tenant_key, name);

CREATE TABLE messages (
  key         INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_key  INTEGER NOT NULL,
  user_key    INTEGER NOT NULL,
  session_key INTEGER NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
  sequence    INTEGER NOT NULL,
  -- the sequence of the first message of the same POST
  round       INTEGER NOT NULL,
  -- the user's generation at which the row last changed
  generation  INTEGER NOT NULL,
  id          TEXT    NOT NULL UNIQUE,
  role        TEXT    NOT NULL CHECK (role IN ('user', 'assistant', 'system')),
  content     TEXT    NOT NULL,
  name        TEXT,
  metadata    TEXT,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  UNIQUE (session_key, sequence)
) STRICT;
CREATE INDEX messages_by_generation ON messages (user_key, generation);

CREATE TABLE knowledge (
  key        INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_key INTEGER NOT NULL,
  user_key   INTEGER NOT NULL REFERENCES users (key) ON DELETE CASCADE,
  generation INTEGER NOT NULL,
  id         TEXT    NOT NULL UNIQUE,
  content    TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX knowledge_by_generation ON knowledge (user_key, generation);

-- What an index of a user's memory must take out when it catches up. Keys only, never text.
CREATE TABLE retractions (
  tenant_key INTEGER NOT NULL,
  user_key   INTEGER NOT NULL REFERENCES users (key) ON DELETE CASCADE,
  generation INTEGER NOT NULL,
  kind       TEXT    NOT NULL CHECK (kind IN ('message', 'knowledge', 'session', 'all')),
  key        INTEGER NOT NULL,
  PRIMARY KEY (user_key, generation, kind, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
  key        INTEGER PRIMARY KEY,
  tenant_key INTEGER NOT NULL REFERENCES tenants (key),
  user_key   INTEGER REFERENCES users (key) ON DELETE CASCADE,
  id         TEXT    NOT NULL UNIQUE,
  name       TEXT,
  -- SHA-256 of the secret, hexadecimal; the secret itself is never stored
  hash       TEXT    NOT NULL UNIQUE,
  scopes     TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER
) STRICT;
CREATE INDEX api_keys_by_user ON api_keys (user_key);

-- One row for each request sent with an Idempotency-Key: the ids of what it made, no text, no secret.
CREATE TABLE idempotency (
  tenant_key INTEGER NOT NULL,
  method     TEXT    NOT NULL,
  path       TEXT    NOT NULL,
  claim      TEXT    NOT NULL,
  body_hash  TEXT    NOT NULL,
  ids        TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_key, method, path, claim)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (created_at);
