-- name: changed
SELECT key, NULL AS sessionKey, NULL AS sequence, NULL AS role, NULL AS name, content,
  created_at AS createdAt, generation
FROM knowledge
WHERE user_key = @userKey AND tenant_key = @tenantKey
  AND (generation, key) > (@generation, @key)
  AND EXISTS (SELECT 1 FROM users WHERE key = @userKey AND tenant_key = @tenantKey)
ORDER BY generation, key LIMIT @limit;

-- name: found
SELECT n.key, n.id, NULL AS sequence, n.content, NULL AS role, NULL AS name, NULL AS metadata,
  NULL AS source, n.created_at AS createdAt, n.updated_at AS updatedAt, NULL AS tokenCount,
  NULL AS sessionId, NULL AS sessionName, NULL AS agentId
FROM json_each(@keys) k CROSS JOIN knowledge n ON n.key = k.value
WHERE n.user_key = @userKey AND n.tenant_key = @tenantKey AND EXISTS (SELECT 1 FROM users WHERE key = @userKey AND tenant_key = @tenantKey);
