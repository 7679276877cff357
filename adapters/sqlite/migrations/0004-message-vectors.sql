-- The configured model's vector of each message, made by the background work, when a model is configured that is not the
-- static one. A row goes in the transaction in which its message changes or goes. A user or an agent who is renamed keeps
-- the vectors that were made under the old name: without them all of a memory would wait to be embedded anew.
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
CREATE INDEX message_vectors_by_generation ON message_vectors (user_key, generation);
-- A start asks which models there are, and may not read every row for it.
CREATE INDEX message_vectors_by_model ON message_vectors (model);
CREATE INDEX chunks_by_model ON chunks (model);

CREATE TRIGGER vector_of_changed_message AFTER UPDATE OF role, content, name ON messages BEGIN
  DELETE FROM message_vectors WHERE message_key = OLD.key;
END;
