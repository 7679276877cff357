-- A user's own policy; null where the server's holds.
ALTER TABLE users ADD COLUMN messages_days double precision, ADD COLUMN half_life_days double precision;
CREATE INDEX users_with_messages_days ON users (key) WHERE messages_days IS NOT NULL;
