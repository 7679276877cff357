-- M2. A fact is what its mentions say: each mention is a statement as it was made of messages, and the fact is made of its
-- mentions anew when one of them goes. So nothing of a deleted message is left in it.

-- The generation of the last change of a fact: whoever compared new statements with older facts compares again.
ALTER TABLE memories ADD COLUMN facts_generation bigint NOT NULL DEFAULT 0;

CREATE TABLE facts (
  user_key      bigint NOT NULL,
  key           bigint NOT NULL,
  tenant_key    bigint NOT NULL,
  generation    bigint NOT NULL,
  id            text COLLATE "C" NOT NULL,
  -- of its first mention: a fact is hidden with this session
  session_key   bigint NOT NULL,
  said_at       bigint NOT NULL,
  text          text NOT NULL,
  subject       text NOT NULL,
  predicate     text NOT NULL,
  object        text NOT NULL,
  category      text COLLATE "C" NOT NULL,
  confidence    double precision NOT NULL,
  valid_from    bigint,
  valid_to      bigint,
  state         text COLLATE "C" NOT NULL CHECK (state IN ('active', 'superseded', 'retracted')),
  -- the key of what took its place, which may be retracted by now: then it holds again
  superseded_by bigint,
  ended_at      bigint,
  -- when a person last changed it
  edited_at     bigint,
  created_at    bigint NOT NULL,
  updated_at    bigint NOT NULL,
  PRIMARY KEY (user_key, key),
  -- the id comes first, because a fact is also found by its id alone
  UNIQUE (id, user_key)
);
CREATE INDEX facts_by_state ON facts (user_key, state, key);
CREATE INDEX facts_by_generation ON facts (user_key, generation, key);
CREATE INDEX facts_superseded ON facts (user_key, superseded_by, key) WHERE superseded_by IS NOT NULL;

CREATE TABLE fact_mentions (
  user_key    bigint NOT NULL,
  key         bigint NOT NULL,
  tenant_key  bigint NOT NULL,
  fact_key    bigint NOT NULL,
  -- of its newest message: the task of that message's range replaces it
  session_key bigint NOT NULL,
  sequence    bigint NOT NULL,
  said_at     bigint NOT NULL,
  -- what it says in words
  text        text NOT NULL,
  -- the statement, and what it is nominated by, as JSON
  draft       text NOT NULL,
  terms       text NOT NULL,
  PRIMARY KEY (user_key, key),
  FOREIGN KEY (user_key, fact_key) REFERENCES facts (user_key, key) ON DELETE CASCADE
);
CREATE INDEX fact_mentions_by_fact ON fact_mentions (user_key, fact_key, said_at, key);
CREATE INDEX fact_mentions_by_session ON fact_mentions (user_key, session_key, sequence, key);

-- The messages that a mention was made of.
CREATE TABLE fact_sources (
  user_key    bigint NOT NULL,
  mention_key bigint NOT NULL,
  message_key bigint NOT NULL,
  tenant_key  bigint NOT NULL,
  fact_key    bigint NOT NULL,
  session_key bigint NOT NULL,
  sequence    bigint NOT NULL,
  PRIMARY KEY (user_key, mention_key, message_key),
  FOREIGN KEY (user_key, mention_key) REFERENCES fact_mentions (user_key, key) ON DELETE CASCADE
);
CREATE INDEX fact_sources_by_fact ON fact_sources (user_key, fact_key, session_key);
CREATE INDEX fact_sources_by_place ON fact_sources (user_key, session_key, sequence);

-- What older facts are found by when a new statement may repeat or supersede them; by the digest, because a term may be long.
CREATE TABLE fact_terms (
  user_key   bigint NOT NULL,
  fact_key   bigint NOT NULL,
  tenant_key bigint NOT NULL,
  term       text COLLATE "C" NOT NULL,
  FOREIGN KEY (user_key, fact_key) REFERENCES facts (user_key, key) ON DELETE CASCADE
);
CREATE UNIQUE INDEX fact_terms_by_term ON fact_terms (user_key, md5(term), fact_key);
CREATE INDEX fact_terms_by_fact ON fact_terms (user_key, fact_key);

CREATE TABLE fact_history (
  user_key   bigint NOT NULL,
  fact_key   bigint NOT NULL,
  number     bigint NOT NULL,
  tenant_key bigint NOT NULL,
  at         bigint NOT NULL,
  change     text COLLATE "C" NOT NULL,
  reason     text NOT NULL,
  before     text,
  after      text NOT NULL,
  -- whether a person has taken it back
  is_undone  boolean NOT NULL DEFAULT false,
  PRIMARY KEY (user_key, fact_key, number),
  FOREIGN KEY (user_key, fact_key) REFERENCES facts (user_key, key) ON DELETE CASCADE
);

CREATE TABLE entities (
  user_key   bigint NOT NULL,
  key        bigint NOT NULL,
  tenant_key bigint NOT NULL,
  id         text COLLATE "C" NOT NULL,
  -- the name in one case
  folded     text COLLATE "C" NOT NULL,
  name       text COLLATE "C" NOT NULL,
  kind       text COLLATE "C" NOT NULL,
  PRIMARY KEY (user_key, key),
  UNIQUE (user_key, id)
);
CREATE UNIQUE INDEX entities_by_name ON entities (user_key, md5(folded));

-- An entity goes with the last fact that names it.
CREATE TABLE fact_entities (
  user_key   bigint NOT NULL,
  entity_key bigint NOT NULL,
  fact_key   bigint NOT NULL,
  tenant_key bigint NOT NULL,
  name       text COLLATE "C" NOT NULL,
  said_at    bigint NOT NULL,
  PRIMARY KEY (user_key, entity_key, fact_key),
  FOREIGN KEY (user_key, entity_key) REFERENCES entities (user_key, key) ON DELETE CASCADE,
  FOREIGN KEY (user_key, fact_key) REFERENCES facts (user_key, key) ON DELETE CASCADE
);
CREATE INDEX fact_entities_by_fact ON fact_entities (user_key, fact_key);
CREATE INDEX fact_entities_by_time ON fact_entities (user_key, entity_key, said_at);

-- Facts that a person deleted: the digests of their terms, so that they are not made again from these messages.
CREATE TABLE forgotten_mentions (
  user_key    bigint NOT NULL,
  session_key bigint NOT NULL,
  sequence    bigint NOT NULL,
  tenant_key  bigint NOT NULL,
  digests     text COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX forgotten_mentions_by_place ON forgotten_mentions (user_key, session_key, sequence, md5(digests));

ALTER TABLE facts ALTER COLUMN user_key SET (n_distinct = 8);
ALTER TABLE fact_mentions ALTER COLUMN user_key SET (n_distinct = 8);
ALTER TABLE fact_sources ALTER COLUMN user_key SET (n_distinct = 8);
ALTER TABLE fact_terms ALTER COLUMN user_key SET (n_distinct = 8);
ALTER TABLE fact_history ALTER COLUMN user_key SET (n_distinct = 8);
ALTER TABLE entities ALTER COLUMN user_key SET (n_distinct = 8);
ALTER TABLE fact_entities ALTER COLUMN user_key SET (n_distinct = 8);
ALTER TABLE forgotten_mentions ALTER COLUMN user_key SET (n_distinct = 8);
