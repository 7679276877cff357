-- What an index of a user's memory is made of, worked out once for a stretch of messages: postings, vectors, shapes. A row
-- goes in the transaction in which any of its messages changes or goes, so it never shows what is not there any more.
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
) STRICT;
CREATE UNIQUE INDEX index_segments_by_user ON index_segments (user_key, last_key, first_key);

CREATE TRIGGER index_segment_of_deleted_message AFTER DELETE ON messages BEGIN
  DELETE FROM index_segments WHERE user_key = OLD.user_key AND last_key >= OLD.key AND first_key <= OLD.key;
END;
CREATE TRIGGER index_segment_of_changed_message AFTER UPDATE OF role, content, name ON messages BEGIN
  DELETE FROM index_segments WHERE user_key = OLD.user_key AND last_key >= OLD.key AND first_key <= OLD.key;
END;
-- Names are part of what search sees.
CREATE TRIGGER index_segments_of_renamed_user AFTER UPDATE OF name ON users WHEN OLD.name <> NEW.name BEGIN
  DELETE FROM index_segments WHERE user_key = OLD.key;
END;
CREATE TRIGGER index_segments_of_renamed_agent AFTER UPDATE OF name ON agents WHEN OLD.name <> NEW.name BEGIN
  DELETE FROM index_segments WHERE user_key IN (SELECT user_key FROM sessions WHERE agent_key = OLD.key);
END;
