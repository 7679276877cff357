-- M2. A fact is what its mentions say: each mention is a statement as it was made of messages, and the fact is made of its
-- mentions anew when one of them goes. So nothing of a deleted message is left in it.

-- The generation of the last change of a fact: whoever compared new statements with older facts compares again.
ALTER TABLE users ADD COLUMN facts_generation INTEGER NOT NULL DEFAULT 0;

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
CREATE INDEX facts_by_user ON facts (user_key);
CREATE INDEX facts_by_state ON facts (user_key, state);
CREATE INDEX facts_by_generation ON facts (user_key, generation);
CREATE INDEX facts_superseded ON facts (user_key, superseded_by) WHERE superseded_by IS NOT NULL;

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
CREATE INDEX fact_mentions_by_fact ON fact_mentions (fact_key, said_at);
CREATE INDEX fact_mentions_by_session ON fact_mentions (session_key, sequence);

-- The messages that a mention was made of.
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
CREATE INDEX fact_sources_by_fact ON fact_sources (fact_key, session_key);
CREATE INDEX fact_sources_by_place ON fact_sources (session_key, sequence);

-- What older facts are found by when a new statement may repeat or supersede them.
CREATE TABLE fact_terms (
  tenant_key INTEGER NOT NULL,
  user_key   INTEGER NOT NULL,
  term       TEXT    NOT NULL,
  fact_key   INTEGER NOT NULL REFERENCES facts (key) ON DELETE CASCADE,
  PRIMARY KEY (user_key, term, fact_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_terms_by_fact ON fact_terms (fact_key);

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
CREATE INDEX entities_by_user ON entities (user_key);

-- An entity goes with the last fact that names it.
CREATE TABLE fact_entities (
  tenant_key INTEGER NOT NULL,
  user_key   INTEGER NOT NULL,
  entity_key INTEGER NOT NULL REFERENCES entities (key) ON DELETE CASCADE,
  fact_key   INTEGER NOT NULL REFERENCES facts (key) ON DELETE CASCADE,
  name       TEXT    NOT NULL,
  said_at    INTEGER NOT NULL,
  PRIMARY KEY (entity_key, fact_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_entities_by_fact ON fact_entities (fact_key);
CREATE INDEX fact_entities_by_time ON fact_entities (entity_key, said_at);

-- Facts that a person deleted: the digests of their terms, so that they are not made again from these messages.
CREATE TABLE forgotten_mentions (
  tenant_key  INTEGER NOT NULL,
  user_key    INTEGER NOT NULL REFERENCES users (key) ON DELETE CASCADE,
  session_key INTEGER NOT NULL,
  sequence    INTEGER NOT NULL,
  digests     TEXT    NOT NULL,
  PRIMARY KEY (session_key, sequence, digests)
) STRICT, WITHOUT ROWID;
CREATE INDEX forgotten_mentions_by_user ON forgotten_mentions (user_key);
