-- Consecutive messages of a session about one thing (M1). Those of a session do not overlap; the last one may still grow.
CREATE TABLE episodes (
  user_key       bigint NOT NULL,
  session_key    bigint NOT NULL,
  first_sequence bigint NOT NULL,
  last_sequence  bigint NOT NULL,
  key            bigint NOT NULL,
  tenant_key     bigint NOT NULL,
  generation     bigint NOT NULL,
  id             text COLLATE "C" NOT NULL,
  -- with marks in place of the names of the user and the agent, which are put in when they are read
  title          text NOT NULL,
  summary        text NOT NULL,
  -- JSON arrays of texts
  participants   text NOT NULL,
  key_phrases    text NOT NULL,
  started_at     bigint NOT NULL,
  ended_at       bigint NOT NULL,
  -- a byte a component, each times the scale, and the fingerprint of the model that made it
  scale          double precision,
  components     bytea,
  model          text COLLATE "C",
  created_at     bigint NOT NULL,
  updated_at     bigint NOT NULL,
  PRIMARY KEY (user_key, session_key, first_sequence),
  UNIQUE (user_key, id)
);
ALTER TABLE episodes ALTER COLUMN components SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX episodes_by_key ON episodes (user_key, key);
CREATE INDEX episodes_by_generation ON episodes (user_key, generation, key);

-- Messages from before there were episodes are work now, behind everything else.
INSERT INTO outbox (
  user_key, key, tenant_key, session_key, id, kind, queue_key, position, first_sequence, last_sequence, priority, state, open,
  next_attempt_at, created_at, updated_at
)
SELECT s.user_key, nextval('keys'), s.tenant_key, s.key,
  overlay(overlay(gen_random_uuid()::text placing substr(h.now, 1, 8) || '-' || substr(h.now, 9, 4) from 1 for 13)
    placing '7' from 15 for 1),
  'summarise', 'session:' || s.key, 1, 1, s.last_sequence, 1, 'waiting', false, 0, h.now_ms, h.now_ms
FROM sessions s, (
  SELECT lpad(to_hex(t.ms), 12, '0') AS now, t.ms AS now_ms
  FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms) AS t
) AS h
WHERE s.tenant_key > 0
  AND EXISTS (SELECT 1 FROM messages m WHERE m.user_key = s.user_key AND m.session_key = s.key);
