-- A process holds all of its tasks under one lease: a row to extend, however many they are.
CREATE TABLE leases (
  owner       TEXT    PRIMARY KEY,
  ends_at     INTEGER NOT NULL,
  extended_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO leases (owner, ends_at, extended_at)
SELECT owner, max(lease_until), max(updated_at) FROM outbox WHERE state = 'running' GROUP BY owner;

DROP INDEX outbox_running;
CREATE INDEX outbox_running ON outbox (owner, priority) WHERE state = 'running';
ALTER TABLE outbox DROP COLUMN lease_until;
