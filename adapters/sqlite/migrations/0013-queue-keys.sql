-- Tasks of one kind and queue key run one after the other, in order of position. A kind says which: those of a session by their
-- first message, or all of a user's in the order in which they were filed.
ALTER TABLE outbox ADD COLUMN queue_key TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
UPDATE outbox SET queue_key = 'session:' || session_key, position = first_sequence;

-- What can hold a task up: one that comes before it, or one that another process is at. Dead letters do not.
DROP INDEX outbox_active;
CREATE INDEX outbox_queue ON outbox (queue_key, position) WHERE state <> 'failed';
CREATE INDEX outbox_queue_running ON outbox (queue_key) WHERE state = 'running';
