-- A claim belongs to the user that the caller's API key is bound to, 0 for a key of the whole tenant: what one user sent
-- under a key says nothing to another.
CREATE TABLE claims (
  tenant_key INTEGER NOT NULL,
  user_key   INTEGER NOT NULL,
  method     TEXT    NOT NULL,
  path       TEXT    NOT NULL,
  claim      TEXT    NOT NULL,
  body_hash  TEXT    NOT NULL,
  ids        TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_key, user_key, method, path, claim)
) STRICT, WITHOUT ROWID;
INSERT INTO claims SELECT tenant_key, 0, method, path, claim, body_hash, ids, created_at FROM idempotency;
DROP TABLE idempotency;
ALTER TABLE claims RENAME TO idempotency;
CREATE INDEX idempotency_by_age ON idempotency (created_at);
