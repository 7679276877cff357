-- Kinds of background work that go over everything that is stored, because they are new or work in another way now: with which
-- version, and how far their tasks have been written.
CREATE TABLE derivations (
  kind    text COLLATE "C" PRIMARY KEY,
  version bigint NOT NULL,
  -- the key of the last session that has its task, and of the last that needs one; sessions that came later have theirs anyway
  reached bigint NOT NULL,
  until   bigint NOT NULL
);
CREATE INDEX sessions_by_key ON sessions (key);
