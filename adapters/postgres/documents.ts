import type { DocumentKind } from '../../src/contract/documents.ts';
import episode from './sql/episode-documents.sql' with { type: 'text' };
import fact from './sql/fact-documents.sql' with { type: 'text' };
import knowledge from './sql/knowledge-documents.sql' with { type: 'text' };
import message from './sql/message-documents.sql' with { type: 'text' };

/**
 * How this engine reads each kind of documents. `changed`: a page of those last changed after a generation and a key, as an
 * index sees them, of the keys in a range if the kind is kept in segments. `found`: those with some keys, as a result shows
 * them.
 */
export const DOCUMENT_SQL: Readonly<Record<DocumentKind, string>> = { message, knowledge, fact, episode };
