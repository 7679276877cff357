-- The schema of version 23. Written by UPDATE_GOLDEN=1 bun test test/adapters/sqlite/schema.test.ts

CREATE VIEW kept_segments AS
SELECT s.key, s.tenant_key, s.user_key, s.first_key, s.last_key, s.maker, s.bytes
FROM index_segments s JOIN users u ON u.key = s.user_key AND u.tenant_key = s.tenant_key
WHERE NOT EXISTS (
  SELECT 1 FROM removals r
  WHERE r.user_key = s.user_key AND r.last_key >= s.first_key AND r.first_key <= s.last_key
);

CREATE TRIGGER index_segment_of_changed_message AFTER UPDATE OF role, content, name ON messages BEGIN
  DELETE FROM index_segments
  WHERE first_key <= OLD.key AND key = (
    SELECT key FROM index_segments WHERE user_key = OLD.user_key AND last_key >= OLD.key ORDER BY last_key LIMIT 1
  );
END;

CREATE TRIGGER index_segment_of_deleted_message AFTER DELETE ON messages BEGIN
  DELETE FROM index_segments
  WHERE first_key <= OLD.key AND key = (
    SELECT key FROM index_segments WHERE user_key = OLD.user_key AND last_key >= OLD.key ORDER BY last_key LIMIT 1
  );
END;

CREATE TRIGGER vector_of_changed_message AFTER UPDATE OF role, content, name ON messages BEGIN
  DELETE FROM message_vectors WHERE message_key = OLD.key;
END;

CREATE TABLE agents (
  key         INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_key  INTEGER NOT NULL REFERENCES tenants (key),
  id          TEXT    NOT NULL UNIQUE,
  name        TEXT    NOT NULL,
  description TEXT,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL, spoken_name TEXT
  GENERATED ALWAYS AS (iif(octet_length(name) > 1024, substr(name, 1, 200), name)) VIRTUAL,
  UNIQUE (tenant_key, name)
) STRICT;

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

CREATE TABLE derivations (
  kind    TEXT    PRIMARY KEY,
  version INTEGER NOT NULL,
  -- the key of the last session that has its task, and of the last that needs one; sessions that came later have theirs anyway
  reached INTEGER NOT NULL,
  until   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE entities (
  key        INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_key INTEGER NOT NULL,
  user_key   INTEGER NOT NULL REFERENCES users (key) ON DELETE CASCADE,
  id         TEXT    NOT NULL UNIQUE,
  -- the name in one case
  folded     TEXT    NOT NULL,
  name       TEXT    NOT NULL,
  kind       TEXT    NOT NULL,
  UNIQUE (user_key, folded)
) STRICT;

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

CREATE TABLE fact_entities (
  tenant_key INTEGER NOT NULL,
  user_key   INTEGER NOT NULL,
  entity_key INTEGER NOT NULL REFERENCES entities (key) ON DELETE CASCADE,
  fact_key   INTEGER NOT NULL REFERENCES facts (key) ON DELETE CASCADE,
  name       TEXT    NOT NULL,
  said_at    INTEGER NOT NULL,
  PRIMARY KEY (entity_key, fact_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE fact_history (
  tenant_key INTEGER NOT NULL,
  user_key   INTEGER NOT NULL,
  fact_key   INTEGER NOT NULL REFERENCES facts (key) ON DELETE CASCADE,
  number     INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  change     TEXT    NOT NULL,
  reason     TEXT    NOT NULL,
  before     TEXT,
  after      TEXT    NOT NULL,
  -- 1 when a person has taken it back
  is_undone  INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (fact_key, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE fact_mentions (
  key         INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_key  INTEGER NOT NULL,
  user_key    INTEGER NOT NULL,
  fact_key    INTEGER NOT NULL REFERENCES facts (key) ON DELETE CASCADE,
  -- of its newest message: the task of that message's range replaces it
  session_key INTEGER NOT NULL,
  sequence    INTEGER NOT NULL,
  said_at     INTEGER NOT NULL,
  -- the statement, and what it is nominated by, as JSON
  draft       TEXT    NOT NULL,
  terms       TEXT    NOT NULL
) STRICT;

CREATE TABLE fact_sources (
  tenant_key  INTEGER NOT NULL,
  user_key    INTEGER NOT NULL,
  mention_key INTEGER NOT NULL REFERENCES fact_mentions (key) ON DELETE CASCADE,
  message_key INTEGER NOT NULL,
  fact_key    INTEGER NOT NULL,
  session_key INTEGER NOT NULL,
  sequence    INTEGER NOT NULL,
  PRIMARY KEY (mention_key, message_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE fact_terms (
  tenant_key INTEGER NOT NULL,
  user_key   INTEGER NOT NULL,
  term       TEXT    NOT NULL,
  fact_key   INTEGER NOT NULL REFERENCES facts (key) ON DELETE CASCADE,
  PRIMARY KEY (user_key, term, fact_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE facts (
  key           INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_key    INTEGER NOT NULL,
  user_key      INTEGER NOT NULL REFERENCES users (key) ON DELETE CASCADE,
  generation    INTEGER NOT NULL,
  id            TEXT    NOT NULL UNIQUE,
  -- of its first mention: a fact is hidden with this session
  session_key   INTEGER NOT NULL,
  said_at       INTEGER NOT NULL,
  text          TEXT    NOT NULL,
  subject       TEXT    NOT NULL,
  predicate     TEXT    NOT NULL,
  object        TEXT    NOT NULL,
  category      TEXT    NOT NULL,
  confidence    REAL    NOT NULL,
  valid_from    INTEGER,
  valid_to      INTEGER,
  state         TEXT    NOT NULL CHECK (state IN ('active', 'superseded', 'retracted')),
  -- the key of what took its place, which may be retracted by now: then it holds again
  superseded_by INTEGER,
  ended_at      INTEGER,
  -- when a person last changed it
  edited_at     INTEGER,
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE forgotten_mentions (
  tenant_key  INTEGER NOT NULL,
  user_key    INTEGER NOT NULL REFERENCES users (key) ON DELETE CASCADE,
  session_key INTEGER NOT NULL,
  sequence    INTEGER NOT NULL,
  digests     TEXT    NOT NULL,
  PRIMARY KEY (session_key, sequence, digests)
) STRICT, WITHOUT ROWID;

CREATE TABLE "idempotency" (
  tenant_key INTEGER NOT NULL,
  user_key   INTEGER NOT NULL,
  method     TEXT    NOT NULL,
  path       TEXT    NOT NULL,
  claim      TEXT    NOT NULL,
  body_hash  TEXT    NOT NULL,
  ids        TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_key, user_key, method, path, claim)
) STRICT, WITHOUT ROWID;

CREATE TABLE index_segments (
  key        INTEGER PRIMARY KEY,
  tenant_key INTEGER NOT NULL,
  user_key   INTEGER NOT NULL REFERENCES users (key) ON DELETE CASCADE,
  -- all messages of the user with a key in this range
  first_key  INTEGER NOT NULL,
  last_key   INTEGER NOT NULL,
  -- what made it: the format and the model
  maker      TEXT    NOT NULL,
  bytes      BLOB    NOT NULL
, generation INTEGER NOT NULL DEFAULT 0) STRICT;

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

CREATE TABLE leases (
  owner       TEXT    PRIMARY KEY,
  ends_at     INTEGER NOT NULL,
  extended_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE message_vectors (
  message_key INTEGER PRIMARY KEY REFERENCES messages (key) ON DELETE CASCADE,
  tenant_key  INTEGER NOT NULL,
  user_key    INTEGER NOT NULL,
  -- the fingerprint of the model that made it
  model       TEXT    NOT NULL,
  -- the user's generation at which it was filed
  generation  INTEGER NOT NULL,
  -- a component is a signed byte times the scale
  scale       REAL    NOT NULL,
  components  BLOB    NOT NULL
) STRICT;

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
  role        TEXT    NOT NULL CHECK (role IN ('user', 'assistant', 'system', 'tool', 'developer', 'function')),
  content     TEXT    NOT NULL,
  name        TEXT,
  metadata    TEXT,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL, token_count INTEGER, late INTEGER NOT NULL DEFAULT 0, source TEXT, found_by TEXT, searched TEXT GENERATED ALWAYS AS (
  CASE WHEN found_by IS NULL THEN content ELSE content || char(10) || found_by END
) VIRTUAL, spoken_name TEXT
  GENERATED ALWAYS AS (iif(octet_length(name) > 1024, substr(name, 1, 200), name)) VIRTUAL,
  UNIQUE (session_key, sequence)
) STRICT;

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
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL
, queue_key TEXT NOT NULL DEFAULT '', position INTEGER NOT NULL DEFAULT 0) STRICT;

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

CREATE TABLE renamings (
  key        INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_key INTEGER NOT NULL,
  kind       TEXT    NOT NULL CHECK (kind IN ('user', 'agent')),
  target_key INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  -- the key of the last of the sessions that it has reached
  reached    INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE retractions (
  tenant_key INTEGER NOT NULL,
  user_key   INTEGER NOT NULL REFERENCES users (key) ON DELETE CASCADE,
  generation INTEGER NOT NULL,
  kind       TEXT    NOT NULL,
  key        INTEGER NOT NULL,
  first_key  INTEGER,
  last_key   INTEGER,
  PRIMARY KEY (user_key, generation, kind, key)
) STRICT, WITHOUT ROWID;

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
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL, last_id TEXT NOT NULL DEFAULT '', late_from INTEGER,
  UNIQUE (user_key, name)
) STRICT;

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
  updated_at  INTEGER NOT NULL, spoken_name TEXT
  GENERATED ALWAYS AS (iif(octet_length(name) > 1024, substr(name, 1, 200), name)) VIRTUAL, retracted INTEGER NOT NULL DEFAULT 0, retracted_from INTEGER NOT NULL DEFAULT 0, facts_generation INTEGER NOT NULL DEFAULT 0, messages_days REAL, half_life_days REAL,
  UNIQUE (tenant_key, name)
) STRICT;

CREATE INDEX agents_by_tenant ON agents (tenant_key);

CREATE INDEX api_keys_by_tenant ON api_keys (tenant_key);

CREATE INDEX api_keys_by_user ON api_keys (user_key);

CREATE INDEX chunks_by_end ON chunks (session_key, last_sequence);

CREATE INDEX chunks_by_model ON chunks (model);

CREATE INDEX chunks_by_user ON chunks (user_key, session_key, model, tenant_key);

CREATE INDEX chunks_listed ON chunks (
  session_key, created_at, key, id, strategy, model, first_sequence, last_sequence, tenant_key
);

CREATE INDEX entities_by_user ON entities (user_key);

CREATE INDEX episodes_by_generation ON episodes (user_key, generation);

CREATE INDEX episodes_by_user ON episodes (user_key);

CREATE INDEX fact_entities_by_fact ON fact_entities (fact_key);

CREATE INDEX fact_entities_by_time ON fact_entities (entity_key, said_at);

CREATE INDEX fact_mentions_by_fact ON fact_mentions (fact_key, said_at);

CREATE INDEX fact_mentions_by_session ON fact_mentions (session_key, sequence);

CREATE INDEX fact_sources_by_fact ON fact_sources (fact_key, session_key);

CREATE INDEX fact_sources_by_place ON fact_sources (session_key, sequence);

CREATE INDEX fact_terms_by_fact ON fact_terms (fact_key);

CREATE INDEX facts_by_generation ON facts (user_key, generation);

CREATE INDEX facts_by_state ON facts (user_key, state);

CREATE INDEX facts_by_user ON facts (user_key);

CREATE INDEX facts_superseded ON facts (user_key, superseded_by) WHERE superseded_by IS NOT NULL;

CREATE INDEX forgotten_mentions_by_user ON forgotten_mentions (user_key);

CREATE INDEX idempotency_by_age ON idempotency (created_at);

CREATE INDEX index_segments_by_user ON index_segments (user_key, last_key, first_key, maker, generation, tenant_key);

CREATE INDEX knowledge_by_generation ON knowledge (user_key, generation);

CREATE INDEX knowledge_by_user ON knowledge (user_key);

CREATE INDEX message_vectors_by_generation ON message_vectors (user_key, generation);

CREATE INDEX message_vectors_by_model ON message_vectors (model);

CREATE INDEX messages_by_generation ON messages (user_key, generation);

CREATE INDEX messages_late_by_id ON messages (session_key, id, sequence) WHERE late = 1;

CREATE INDEX messages_late_by_time ON messages (session_key, created_at, sequence) WHERE late = 1;

CREATE INDEX outbox_by_session ON outbox (session_key, last_sequence, first_sequence);

CREATE INDEX outbox_by_state ON outbox (tenant_key, state, key);

CREATE INDEX outbox_by_user ON outbox (user_key, state, key);

CREATE UNIQUE INDEX outbox_open ON outbox (session_key, kind) WHERE open = 1;

CREATE INDEX outbox_queue ON outbox (queue_key, position) WHERE state <> 'failed';

CREATE INDEX outbox_queue_running ON outbox (queue_key) WHERE state = 'running';

CREATE INDEX outbox_running ON outbox (owner, priority) WHERE state = 'running';

CREATE INDEX outbox_waiting ON outbox (priority, next_attempt_at, key) WHERE state = 'waiting';

CREATE INDEX removals_by_stage ON removals (stage, key);

CREATE INDEX removals_by_user ON removals (user_key, last_key) WHERE user_key IS NOT NULL;

CREATE INDEX sessions_by_agent ON sessions (agent_key);

CREATE INDEX sessions_by_name ON sessions (tenant_key, name);

CREATE INDEX sessions_by_tenant ON sessions (tenant_key);

CREATE INDEX sessions_by_user ON sessions (user_key);

CREATE INDEX sessions_by_user_and_agent ON sessions (user_key, agent_key);

CREATE INDEX users_by_tenant ON users (tenant_key);

CREATE INDEX users_with_messages_days ON users (key) WHERE messages_days IS NOT NULL;
