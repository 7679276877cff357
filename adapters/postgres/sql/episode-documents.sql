-- name: changed
-- up to the one that goes beyond the characters of a batch; without the marks that stand for names of accounts
SELECT key, session_key, sequence, NULL::text AS role, NULL::text AS name, content, created_at, generation
FROM (
  SELECT r.*, sum(length(r.content)) OVER (ORDER BY r.generation, r.key) - length(r.content) AS characters_before
  FROM (
    SELECT e.key, e.session_key, e.first_sequence AS sequence,
      translate(CASE WHEN e.summary = '' THEN e.title ELSE e.title || chr(10) || e.summary END, chr(57344) || chr(57345), '')
        AS content,
      e.ended_at AS created_at, e.generation
    FROM episodes e CROSS JOIN LATERAL (
      SELECT * FROM sessions WHERE user_key = e.user_key AND key = e.session_key AND tenant_key = e.tenant_key OFFSET 0
    ) AS s
    WHERE e.user_key = @userKey AND e.tenant_key = @tenantKey AND (e.generation, e.key) > (@generation, @key)
    ORDER BY e.generation, e.key LIMIT @limit
  ) AS r
) AS found
WHERE characters_before < @characters
ORDER BY generation, key;

-- name: found
SELECT e.key, e.id, NULL::bigint AS sequence,
  CASE WHEN e.summary = '' THEN e.title ELSE e.title || chr(10) || e.summary END AS content,
  NULL::text AS role, NULL::text AS name, NULL::text AS metadata, NULL::text AS source, e.ended_at AS created_at,
  e.updated_at, NULL::bigint AS token_count, s.id AS session_id, s.name AS session_name, a.id AS agent_id,
  spoken(u.name) AS spoken_user, spoken(a.name) AS spoken_agent
FROM unnest(@keys::bigint[]) AS asked (key)
  CROSS JOIN LATERAL (SELECT * FROM episodes WHERE user_key = @userKey AND key = asked.key OFFSET 0) AS e
  CROSS JOIN LATERAL (
    SELECT * FROM sessions WHERE user_key = e.user_key AND key = e.session_key AND tenant_key = e.tenant_key OFFSET 0
  ) AS s
  JOIN users u ON u.key = e.user_key
  JOIN agents a ON a.key = s.agent_key
WHERE e.tenant_key = @tenantKey;
