-- The list of a user's segments, and the look for what another maker left, without the pages that hold the segments.
DROP INDEX index_segments_by_user;
CREATE INDEX index_segments_by_user ON index_segments (user_key, last_key, first_key, maker, generation, tenant_key);

-- What is asked of a session's tasks is asked of its newest messages: any number of dead letters may lie before those.
DROP INDEX outbox_by_session;
CREATE INDEX outbox_by_session ON outbox (session_key, last_sequence, first_sequence);
