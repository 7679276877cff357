-- A task that is done is deleted with its outcome: nothing walks what has been finished.
DELETE FROM outbox WHERE state = 'done';

-- Deleting a session looks its tasks up by this. An index of a part of the table is no help to a foreign key.
DROP INDEX outbox_unfinished;
CREATE INDEX outbox_by_session ON outbox (session_key, first_sequence, last_sequence);
-- What can hold another task up. A session may have any number of dead letters.
CREATE INDEX outbox_active ON outbox (session_key, first_sequence) WHERE state <> 'failed';
CREATE INDEX outbox_by_user ON outbox (user_key, state, key);

-- Chunks of a session do not overlap: the one over a message is the first that does not end before it. Looked for by the
-- beginning alone, all earlier chunks were walked: 2.4 s for the status of a hundred messages of a session of 10,000 chunks.
CREATE INDEX chunks_by_end ON chunks (session_key, last_sequence);

-- Lists and counts of chunks read no text but that of the page. A chunk has a model where it has a vector.
CREATE INDEX chunks_listed ON chunks (
  session_key, created_at, key, id, strategy, model, first_sequence, last_sequence, tenant_key
);
DROP INDEX chunks_by_user;
CREATE INDEX chunks_by_user ON chunks (user_key, session_key, model, tenant_key);

-- Segments of a user do not overlap either: the deletion of an early message walked all that follow it.
DROP TRIGGER index_segment_of_deleted_message;
DROP TRIGGER index_segment_of_changed_message;
CREATE TRIGGER index_segment_of_deleted_message AFTER DELETE ON messages BEGIN
  DELETE FROM index_segments
  WHERE first_key <= OLD.key AND key = (
    SELECT key FROM index_segments WHERE user_key = OLD.user_key AND last_key >= OLD.key ORDER BY last_key LIMIT 1
  );
END;
CREATE TRIGGER index_segment_of_changed_message AFTER UPDATE OF role, content, name ON messages BEGIN
  DELETE FROM index_segments
  WHERE first_key <= OLD.key AND key = (
    SELECT key FROM index_segments WHERE user_key = OLD.user_key AND last_key >= OLD.key ORDER BY last_key LIMIT 1
  );
END;
