import { DOCUMENT_SQL } from '../../adapters/sqlite/documents.ts';
import { DOCUMENT_KINDS, DOCUMENTS, type DocumentKind, type DocumentRules } from '../../src/contract/documents.ts';

/** A kind of documents that the server does not have: facts, which the store knows until when they hold. */
export const TOY = 'toy' as DocumentKind;

const RULES: DocumentRules = {
  isStatement: true,
  hasSession: false,
  isTurn: false,
  isSegmented: false,
  hasValidity: true,
  level: 0,
  shownAs: 'knowledge',
};

export const TOY_SCHEMA = `CREATE TABLE toys (
  key INTEGER PRIMARY KEY AUTOINCREMENT, tenant_key INTEGER NOT NULL, user_key INTEGER NOT NULL, generation INTEGER NOT NULL,
  content TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT`;

const SQL = `-- name: changed
SELECT key, NULL AS sessionKey, NULL AS sequence, NULL AS role, NULL AS name, content, created_at AS createdAt, generation
FROM toys WHERE user_key = @userKey AND tenant_key = @tenantKey AND (generation, key) > (@generation, @key)
ORDER BY generation, key LIMIT @limit;

-- name: found
SELECT toys.key, 'toy ' || toys.key AS id, NULL AS sequence, content, NULL AS role, NULL AS name, NULL AS metadata, NULL AS source,
  created_at AS createdAt, created_at AS updatedAt, NULL AS tokenCount,
  NULL AS sessionId, NULL AS sessionName, NULL AS agentId
FROM json_each(@keys) k CROSS JOIN toys ON toys.key = k.value WHERE user_key = @userKey AND tenant_key = @tenantKey;
`;

/** Adds the kind by its entries alone: its rules, and how this engine reads it. Answers what takes it out again. */
export const addToyDocuments = (): (() => void) => {
  Object.assign(DOCUMENTS, { [TOY]: RULES });
  Object.assign(DOCUMENT_SQL, { [TOY]: SQL });
  DOCUMENT_KINDS.push(TOY);
  return () => {
    for (const entries of [DOCUMENTS, DOCUMENT_SQL]) Reflect.deleteProperty(entries, TOY);
    DOCUMENT_KINDS.splice(DOCUMENT_KINDS.indexOf(TOY), 1);
  };
};
