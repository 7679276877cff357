-- Keys of everything but messages and knowledge, which are dense within their user.
CREATE SEQUENCE keys AS bigint;

-- What search and prompts read of a name: of a very long one the beginning.
CREATE FUNCTION spoken(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CASE WHEN octet_length(name) > 1024 THEN substr(name, 1, 200) ELSE name END $$;

-- What search reads of a message: the content, and on lines below it the words that it is found by.
CREATE FUNCTION searched(content text, found_by text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CASE WHEN found_by IS NULL THEN content ELSE content || chr(10) || found_by END $$;

-- Directories: small rows that are looked up by name or id and seldom change. Past one database they are reference tables.

CREATE TABLE tenants (
  key        bigint PRIMARY KEY,
  name       text COLLATE "C" NOT NULL UNIQUE,
  created_at bigint NOT NULL
);

CREATE TABLE users (
  key         bigint PRIMARY KEY,
  tenant_key  bigint NOT NULL,
  id          text COLLATE "C" NOT NULL UNIQUE,
  name        text COLLATE "C" NOT NULL,
  description text,
  created_at  bigint NOT NULL,
  updated_at  bigint NOT NULL
);
-- Names are found by their digests, because an entry of an index takes no more than 2,704 bytes.
CREATE UNIQUE INDEX users_by_name ON users (tenant_key, md5(name));
CREATE INDEX users_by_tenant ON users (tenant_key, key);

CREATE TABLE agents (
  key         bigint PRIMARY KEY,
  tenant_key  bigint NOT NULL,
  id          text COLLATE "C" NOT NULL UNIQUE,
  name        text COLLATE "C" NOT NULL,
  description text,
  created_at  bigint NOT NULL,
  updated_at  bigint NOT NULL
);
CREATE UNIQUE INDEX agents_by_name ON agents (tenant_key, md5(name));
CREATE INDEX agents_by_tenant ON agents (tenant_key, key);

CREATE TABLE api_keys (
  key        bigint PRIMARY KEY,
  tenant_key bigint NOT NULL,
  user_key   bigint,
  id         text COLLATE "C" NOT NULL UNIQUE,
  name       text,
  -- SHA-256 of the secret, hexadecimal; the secret itself is never stored
  hash       text COLLATE "C" NOT NULL UNIQUE,
  scopes     text NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint
);
CREATE INDEX api_keys_by_tenant ON api_keys (tenant_key, key);
CREATE INDEX api_keys_by_user ON api_keys (user_key, key) WHERE user_key IS NOT NULL;

-- Which user a session belongs to. A session that was deleted has no route.
CREATE TABLE session_routes (
  id          text COLLATE "C" PRIMARY KEY,
  user_key    bigint NOT NULL,
  session_key bigint NOT NULL
);

-- What belongs to a user. user_key leads every key, so that all of a user lies in one place.

-- The row that every change of a memory locks first: the numbers that it takes then ascend in the order of commits.
CREATE TABLE memories (
  user_key           bigint PRIMARY KEY,
  tenant_key         bigint NOT NULL,
  -- incremented by every change that a result of a query could show
  generation         bigint NOT NULL DEFAULT 0,
  -- the highest keys ever given to messages and to knowledge
  last_key           bigint NOT NULL DEFAULT 0,
  last_knowledge_key bigint NOT NULL DEFAULT 0,
  retracted          bigint NOT NULL DEFAULT 0,
  retracted_from     bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE sessions (
  user_key        bigint NOT NULL,
  key             bigint NOT NULL,
  tenant_key      bigint NOT NULL,
  id              text COLLATE "C" NOT NULL,
  agent_key       bigint NOT NULL,
  name            text COLLATE "C" NOT NULL,
  -- the sequence of the newest message ever stored here; never goes back
  last_sequence   bigint NOT NULL DEFAULT 0,
  last_created_at bigint NOT NULL DEFAULT 0,
  last_id         text COLLATE "C" NOT NULL DEFAULT '',
  -- the sequence of the first message that arrived out of the order of times or ids
  late_from       bigint,
  created_at      bigint NOT NULL,
  updated_at      bigint NOT NULL,
  PRIMARY KEY (user_key, key)
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX sessions_by_name_of_user ON sessions (user_key, md5(name));
CREATE INDEX sessions_by_tenant ON sessions (tenant_key, key);
CREATE INDEX sessions_by_name ON sessions (tenant_key, md5(name), key);
CREATE INDEX sessions_by_agent ON sessions (agent_key, key);
CREATE INDEX sessions_by_user_and_agent ON sessions (user_key, agent_key, key);

CREATE TABLE messages (
  user_key    bigint NOT NULL,
  key         bigint NOT NULL,
  tenant_key  bigint NOT NULL,
  session_key bigint NOT NULL,
  sequence    bigint NOT NULL,
  -- the sequence of the first message of the same POST
  round       bigint NOT NULL,
  -- the user's generation at which the row last changed
  generation  bigint NOT NULL,
  id          text COLLATE "C" NOT NULL,
  role        text COLLATE "C" NOT NULL
    CHECK (role IN ('user', 'assistant', 'system', 'tool', 'developer', 'function')),
  content     text NOT NULL,
  name        text,
  metadata    text,
  source      text,
  found_by    text,
  token_count bigint,
  late        boolean NOT NULL,
  created_at  bigint NOT NULL,
  updated_at  bigint NOT NULL,
  PRIMARY KEY (user_key, key),
  UNIQUE (user_key, session_key, sequence),
  -- the id comes first, because a message is also found by its id alone
  UNIQUE (id, user_key)
);
CREATE INDEX messages_by_generation ON messages (user_key, generation, key);
CREATE INDEX messages_late_by_time ON messages (user_key, session_key, created_at, sequence) WHERE late;
CREATE INDEX messages_late_by_id ON messages (user_key, session_key, id, sequence) WHERE late;

CREATE TABLE message_vectors (
  user_key    bigint NOT NULL,
  message_key bigint NOT NULL,
  tenant_key  bigint NOT NULL,
  -- the fingerprint of the model that made it
  model       text COLLATE "C" NOT NULL,
  -- the user's generation at which it was filed
  generation  bigint NOT NULL,
  -- a component is a signed byte times the scale
  scale       double precision NOT NULL,
  components  bytea NOT NULL,
  PRIMARY KEY (user_key, message_key)
);
ALTER TABLE message_vectors ALTER COLUMN components SET STORAGE EXTERNAL;
CREATE INDEX message_vectors_by_generation ON message_vectors (user_key, generation, message_key);
CREATE INDEX message_vectors_by_model ON message_vectors (model);

CREATE TABLE chunks (
  user_key       bigint NOT NULL,
  session_key    bigint NOT NULL,
  first_sequence bigint NOT NULL,
  last_sequence  bigint NOT NULL,
  key            bigint NOT NULL,
  tenant_key     bigint NOT NULL,
  id             text COLLATE "C" NOT NULL,
  content        text NOT NULL,
  strategy       text COLLATE "C" NOT NULL,
  token_count    bigint NOT NULL,
  -- 32-bit floats, little-endian, and the fingerprint of the model that made them
  vector         bytea,
  model          text COLLATE "C",
  created_at     bigint NOT NULL,
  PRIMARY KEY (user_key, session_key, first_sequence),
  UNIQUE (user_key, id)
);
ALTER TABLE chunks ALTER COLUMN vector SET STORAGE EXTERNAL;
CREATE INDEX chunks_by_end ON chunks (user_key, session_key, last_sequence);
CREATE INDEX chunks_by_time ON chunks (user_key, session_key, created_at, key);
CREATE INDEX chunks_by_key ON chunks (key);
CREATE INDEX chunks_by_model ON chunks (model);

CREATE TABLE knowledge (
  user_key   bigint NOT NULL,
  key        bigint NOT NULL,
  tenant_key bigint NOT NULL,
  generation bigint NOT NULL,
  id         text COLLATE "C" NOT NULL,
  content    text NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (user_key, key),
  UNIQUE (user_key, id)
);
CREATE INDEX knowledge_by_generation ON knowledge (user_key, generation, key);

CREATE TABLE retractions (
  user_key   bigint NOT NULL,
  generation bigint NOT NULL,
  kind       text COLLATE "C" NOT NULL,
  key        bigint NOT NULL,
  tenant_key bigint NOT NULL,
  first_key  bigint,
  last_key   bigint,
  PRIMARY KEY (user_key, generation, kind, key)
);

CREATE TABLE index_segments (
  user_key   bigint NOT NULL,
  -- all messages of the user with a key in this range
  last_key   bigint NOT NULL,
  first_key  bigint NOT NULL,
  tenant_key bigint NOT NULL,
  -- what made it: the format and the model
  maker      text COLLATE "C" NOT NULL,
  generation bigint NOT NULL,
  bytes      bytea NOT NULL,
  PRIMARY KEY (user_key, last_key)
);
ALTER TABLE index_segments ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE TABLE outbox (
  user_key        bigint NOT NULL,
  key             bigint NOT NULL,
  tenant_key      bigint NOT NULL,
  session_key     bigint NOT NULL,
  id              text COLLATE "C" NOT NULL,
  kind            text COLLATE "C" NOT NULL,
  queue_key       text COLLATE "C" NOT NULL,
  position        bigint NOT NULL,
  first_sequence  bigint NOT NULL,
  last_sequence   bigint NOT NULL,
  priority        bigint NOT NULL,
  state           text COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'running', 'failed')),
  -- while messages that are added still extend it: the newest range of its session, which nobody has taken yet
  open            boolean NOT NULL,
  attempts        bigint NOT NULL DEFAULT 0,
  reason          text,
  next_attempt_at bigint NOT NULL,
  owner           text COLLATE "C",
  created_at      bigint NOT NULL,
  updated_at      bigint NOT NULL,
  PRIMARY KEY (user_key, key)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX outbox_open ON outbox (user_key, session_key, kind) WHERE open;
CREATE INDEX outbox_by_key ON outbox (key);
CREATE INDEX outbox_by_id ON outbox (id);
CREATE INDEX outbox_by_session ON outbox (user_key, session_key, first_sequence);
CREATE INDEX outbox_by_state ON outbox (tenant_key, state, key);
CREATE INDEX outbox_by_user ON outbox (user_key, state, key);
CREATE INDEX outbox_queue ON outbox (user_key, queue_key, position) WHERE state <> 'failed';
CREATE INDEX outbox_running ON outbox (owner, priority) WHERE state = 'running';
CREATE INDEX outbox_waiting ON outbox (priority, next_attempt_at, key) WHERE state = 'waiting';

-- A claim of a request that names a user is kept with that user; one of a request that names none, under 0.
CREATE TABLE idempotency (
  user_key   bigint NOT NULL,
  tenant_key bigint NOT NULL,
  -- the user that the caller's key is bound to, 0 for a caller who sees the whole tenant
  bound_to   bigint NOT NULL,
  method     text COLLATE "C" NOT NULL,
  path       text COLLATE "C" NOT NULL,
  claim      text COLLATE "C" NOT NULL,
  body_hash  text COLLATE "C" NOT NULL,
  -- a JSON array
  ids        text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (user_key, tenant_key, bound_to, method, path, claim)
);
CREATE INDEX idempotency_by_age ON idempotency (created_at);

-- What processes tell each other, and what is left to do.

CREATE TABLE leases (
  owner       text COLLATE "C" PRIMARY KEY,
  ends_at     bigint NOT NULL,
  extended_at bigint NOT NULL
);

CREATE TABLE removals (
  key        bigint PRIMARY KEY,
  tenant_key bigint NOT NULL,
  kind       text COLLATE "C" NOT NULL CHECK (kind IN ('user', 'agent', 'session')),
  target_key bigint NOT NULL,
  -- 0: its sessions are being hidden, and their tasks deleted. 1: its rows are being deleted. 2: it waits for its sessions
  stage      bigint NOT NULL,
  -- the key of the last of its sessions that is hidden
  reached    bigint NOT NULL DEFAULT 0,
  -- of a session alone: whose it is, and between which keys its messages lie. Segments of the user that reach into this
  -- range show some of them
  user_key   bigint,
  first_key  bigint,
  last_key   bigint
);
CREATE INDEX removals_by_stage ON removals (stage, key);
CREATE INDEX removals_by_user ON removals (user_key, last_key) WHERE user_key IS NOT NULL;

CREATE TABLE renamings (
  key        bigint PRIMARY KEY,
  tenant_key bigint NOT NULL,
  kind       text COLLATE "C" NOT NULL CHECK (kind IN ('user', 'agent')),
  target_key bigint NOT NULL,
  at         bigint NOT NULL,
  -- the key of the last of the sessions that it has reached
  reached    bigint NOT NULL DEFAULT 0
);
CREATE INDEX renamings_by_target ON renamings (kind, target_key);

-- Plans are made for any value (`force_generic_plan`), and have to be good for the user who has most: the planner shall take it
-- that a user has an eighth of a table, and so enter it by every column that a statement names.
ALTER TABLE sessions ALTER COLUMN user_key SET (n_distinct = 8);
ALTER TABLE messages ALTER COLUMN user_key SET (n_distinct = 8);
ALTER TABLE message_vectors ALTER COLUMN user_key SET (n_distinct = 8);
ALTER TABLE chunks ALTER COLUMN user_key SET (n_distinct = 8);
ALTER TABLE knowledge ALTER COLUMN user_key SET (n_distinct = 8);
ALTER TABLE retractions ALTER COLUMN user_key SET (n_distinct = 8);
ALTER TABLE index_segments ALTER COLUMN user_key SET (n_distinct = 8);
ALTER TABLE outbox ALTER COLUMN user_key SET (n_distinct = 8);

-- Adds many rounds of messages in one transaction. Takes an array of rounds, each with the route of its session, and answers
-- those that it added. It leaves out a round whose session is not there, and one whose claim exists already: the caller
-- decides about those one by one. Claims come first, then the rows of users in order of key, so that no two groups wait for
-- each other in a circle. Each step works on all rounds at once, which takes a third of the time of one round after the other.
CREATE FUNCTION append_rounds(rounds jsonb)
RETURNS TABLE (
  place bigint, user_key bigint, session_key bigint, first_sequence bigint, last_sequence bigint, generation bigint,
  tasks jsonb
)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  claimed bigint[] := '{}';
  lost bigint[] := '{}';
  added bigint;
BEGIN
  IF jsonb_path_exists(rounds, '$[*].claim') THEN
    WITH wanted AS MATERIALIZED (
      SELECT w.* FROM jsonb_to_recordset(rounds) AS w (
        place bigint, user_key bigint, tenant_key bigint, bound_to bigint, method text, path text, claim text,
        body_hash text, ids text, claimed_at bigint
      ) WHERE w.claim IS NOT NULL
    ), taken AS (
      INSERT INTO idempotency (user_key, tenant_key, bound_to, method, path, claim, body_hash, ids, created_at)
      SELECT user_key, tenant_key, bound_to, method, path, claim, body_hash, ids, claimed_at FROM wanted
      ORDER BY user_key, tenant_key, bound_to, method, path, claim
      ON CONFLICT DO NOTHING
      RETURNING user_key, tenant_key, bound_to, method, path, claim
    )
    SELECT coalesce(array_agg(w.place) FILTER (WHERE t.claim IS NOT NULL), '{}'),
      coalesce(array_agg(w.place) FILTER (WHERE t.claim IS NULL), '{}')
    INTO claimed, lost
    FROM wanted w LEFT JOIN taken t
      ON (t.user_key, t.tenant_key, t.bound_to, t.method, t.path, t.claim)
        = (w.user_key, w.tenant_key, w.bound_to, w.method, w.path, w.claim);
  END IF;

  PERFORM 1 FROM memories m
  WHERE m.user_key IN (SELECT (r.value ->> 'user_key')::bigint FROM jsonb_array_elements(rounds) r)
  ORDER BY m.user_key FOR NO KEY UPDATE;

  RETURN QUERY
  WITH given AS MATERIALIZED (
    SELECT g.* FROM jsonb_to_recordset(rounds) AS g (
      place bigint, user_key bigint, tenant_key bigint, session_key bigint, count bigint, in_order boolean,
      first_created_at bigint, last_created_at bigint, first_id text COLLATE "C", last_id text COLLATE "C",
      messages jsonb, kinds jsonb, priority bigint, at bigint, due_at bigint
    ) WHERE g.place <> ALL (lost)
  ), found AS MATERIALIZED (
    SELECT g.*, s.late_from,
      (m.generation + row_number() OVER of_user)::bigint AS generation,
      (m.last_key + sum(g.count) OVER of_user - g.count)::bigint AS key_before,
      (s.last_sequence + sum(g.count) OVER of_session - g.count)::bigint AS sequence_before,
      NOT (
        g.in_order
        AND g.first_created_at >= greatest(s.last_created_at, max(g.last_created_at) OVER earlier)
        AND g.first_id > greatest(s.last_id, max(g.last_id) OVER earlier)
      ) AS is_late
    FROM given g
      JOIN sessions s ON s.user_key = g.user_key AND s.key = g.session_key AND s.tenant_key = g.tenant_key
      JOIN memories m ON m.user_key = g.user_key AND m.tenant_key = g.tenant_key
    WINDOW of_user AS (PARTITION BY g.user_key ORDER BY g.place),
      of_session AS (PARTITION BY g.user_key, g.session_key ORDER BY g.place),
      earlier AS (
        PARTITION BY g.user_key, g.session_key ORDER BY g.place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      )
  ), placed AS MATERIALIZED (
    SELECT f.*, coalesce(f.late_from, min(f.sequence_before + 1) FILTER (WHERE f.is_late) OVER (
      PARTITION BY f.user_key, f.session_key ORDER BY f.place
    )) AS now_late_from
    FROM found f
  ), numbered_users AS (
    UPDATE memories m SET generation = m.generation + n.rounds, last_key = m.last_key + n.messages
    FROM (SELECT p.user_key, count(*) AS rounds, sum(p.count)::bigint AS messages FROM placed p GROUP BY p.user_key) n
    WHERE m.user_key = n.user_key
  ), numbered_sessions AS (
    UPDATE sessions s SET last_sequence = s.last_sequence + n.messages,
      last_created_at = greatest(s.last_created_at, n.last_created_at), last_id = greatest(s.last_id, n.last_id),
      late_from = n.late_from
    FROM (
      SELECT p.user_key, p.session_key, sum(p.count)::bigint AS messages, max(p.last_created_at) AS last_created_at,
        max(p.last_id) AS last_id, min(p.now_late_from) AS late_from
      FROM placed p GROUP BY p.user_key, p.session_key
    ) n
    WHERE s.user_key = n.user_key AND s.key = n.session_key
  ), inserted AS (
    INSERT INTO messages (
      user_key, key, tenant_key, session_key, sequence, round, generation, id, role, content, name, metadata, source,
      found_by, late, created_at, updated_at
    )
    SELECT p.user_key, p.key_before + m.number, p.tenant_key, p.session_key, p.sequence_before + m.number,
      p.sequence_before + 1, p.generation, m.id, m.role, m.content, m.name, m.metadata, m.source, m.found_by,
      p.now_late_from IS NOT NULL, m.created_at, m.created_at
    FROM placed p CROSS JOIN LATERAL jsonb_to_recordset(p.messages) AS m (
      number bigint, id text, role text, content text, name text, metadata text, source text, found_by text,
      created_at bigint
    )
  ), wanted_tasks AS (
    SELECT p.user_key, p.tenant_key, p.session_key, k.kind, (array_agg(k.id ORDER BY p.place))[1] AS id,
      (array_agg(k.queue ORDER BY p.place))[1] AS queue, min(p.generation) AS generation,
      min(p.sequence_before + 1) AS first_sequence, max(p.sequence_before + p.count) AS last_sequence,
      max(p.priority) AS priority, min(p.due_at) AS due_at, max(p.at) AS at
    FROM placed p CROSS JOIN LATERAL jsonb_to_recordset(p.kinds) AS k (number bigint, kind text, queue text, id text)
    GROUP BY p.user_key, p.tenant_key, p.session_key, k.kind
    -- keys of tasks ascend as they were asked for
    ORDER BY min(p.place), min(k.number)
  ), tasks AS (
    INSERT INTO outbox AS o (
      user_key, key, tenant_key, session_key, id, kind, queue_key, position, first_sequence, last_sequence, priority,
      state, open, next_attempt_at, created_at, updated_at
    )
    SELECT w.user_key, nextval('keys'), w.tenant_key, w.session_key, w.id, w.kind,
      CASE w.queue WHEN 'user' THEN 'user:' || w.user_key ELSE 'session:' || w.session_key END,
      CASE w.queue WHEN 'user' THEN w.generation ELSE w.first_sequence END,
      w.first_sequence, w.last_sequence, w.priority, 'waiting', true, w.due_at, w.at, w.at
    FROM wanted_tasks w
    ON CONFLICT (user_key, session_key, kind) WHERE open DO UPDATE SET
      last_sequence = excluded.last_sequence, priority = greatest(o.priority, excluded.priority),
      next_attempt_at = least(o.next_attempt_at, excluded.next_attempt_at), updated_at = excluded.updated_at
    RETURNING o.user_key, o.session_key, o.kind, jsonb_build_object(
      'key', o.key, 'id', o.id, 'kind', o.kind, 'tenantKey', o.tenant_key, 'userKey', o.user_key,
      'sessionKey', o.session_key, 'queueKey', o.queue_key, 'position', o.position, 'firstSequence', o.first_sequence,
      'lastSequence', o.last_sequence, 'priority', o.priority, 'attempts', o.attempts, 'dueAt', o.next_attempt_at
    ) AS task
  )
  SELECT p.place, p.user_key, p.session_key, p.sequence_before + 1, p.sequence_before + p.count, p.generation, (
    SELECT jsonb_agg(t.task) FROM tasks t WHERE t.user_key = p.user_key AND t.session_key = p.session_key
  )
  FROM placed p ORDER BY p.place;

  GET DIAGNOSTICS added = ROW_COUNT;
  IF added < jsonb_array_length(rounds) - cardinality(lost) AND cardinality(claimed) > 0 THEN
    DELETE FROM idempotency i USING jsonb_to_recordset(rounds) AS r (
      place bigint, user_key bigint, tenant_key bigint, session_key bigint, bound_to bigint, method text, path text,
      claim text
    )
    WHERE r.place = ANY (claimed)
      AND (i.user_key, i.tenant_key, i.bound_to, i.method, i.path, i.claim)
        = (r.user_key, r.tenant_key, r.bound_to, r.method, r.path, r.claim)
      AND NOT EXISTS (
        SELECT 1 FROM sessions s JOIN memories m ON m.user_key = s.user_key AND m.tenant_key = s.tenant_key
        WHERE s.user_key = r.user_key AND s.key = r.session_key AND s.tenant_key = r.tenant_key
      );
  END IF;
END $$;
