-- What is withdrawn of a memory takes away the segments that show it, and no others: each retraction tells the range of keys
-- of the messages that it withdraws; null for none. Any kind of documents can be withdrawn. Nothing of before is needed, since
-- an index starts over when it is older than the first that is kept.
DROP TABLE retractions;
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
UPDATE users SET retracted = 0, retracted_from = generation WHERE retracted > 0;
