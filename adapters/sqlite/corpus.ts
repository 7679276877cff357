import {
  type AccountNames,
  type ChangedDocument,
  type CorpusEntry,
  type CorpusReference,
  type IndexSegment,
  type KeyRange,
  type MessageMetadata,
  type Replaced,
  SESSIONS_A_PAGE,
} from '../../src/contract/corpus.ts';
import { type DocumentKind, forEachKind } from '../../src/contract/documents.ts';
import { MOST_SOURCES } from '../../src/contract/facts.ts';
import {
  BATCH,
  BATCH_CHARACTERS,
  type DocumentPlace,
  type DocumentRows,
  type DocumentSpan,
  type EntryRow,
  toEntry,
} from '../document-pages.ts';
import { inOrderOf } from '../references.ts';
import type { Connection } from './connection.ts';
import { DOCUMENT_SQL } from './documents.ts';
import corpusSql from './sql/corpus.sql' with { type: 'text' };
import { openStatements } from './statements.ts';

export const corpusReads = (db: Connection) => {
  const sql = openStatements(db, corpusSql);
  const documents = forEachKind((kind) => openStatements(db, DOCUMENT_SQL[kind]));
  return {
    generation: (tenantKey: number, userKey: number): number | null =>
      (sql('generation').get({ tenantKey, userKey }) as { generation: number } | undefined)?.generation ?? null,
    documentPage: (span: DocumentSpan, kind: DocumentKind, { generation, key }: DocumentPlace): DocumentRows => {
      const rows: ChangedDocument[] = [];
      let characters = 0;
      const read = documents[kind]('changed').iterate({ ...span, generation, key, limit: BATCH });
      for (const row of read as Iterable<Omit<ChangedDocument, 'kind'>>) {
        rows.push({ kind, ...row });
        characters += row.content.length;
        if (characters >= BATCH_CHARACTERS) return { rows, isLast: false };
      }
      return { rows, isLast: rows.length < BATCH };
    },
    segments: (tenantKey: number, userKey: number, maker: string): KeyRange[] =>
      sql('segments').all({ tenantKey, userKey, maker }) as KeyRange[],
    readSegment: (tenantKey: number, userKey: number, { firstKey, lastKey }: KeyRange): Uint8Array | null =>
      (sql('segment').pluck().get({ tenantKey, userKey, firstKey, lastKey }) as Uint8Array | undefined) ?? null,
    sessionsOfAgent: (tenantKey: number, userKey: number, agentKey: number, after: number): number[] => {
      const page = { tenantKey, userKey, agentKey, after, limit: SESSIONS_A_PAGE };
      return sql('sessions_of_agent').pluck().all(page) as number[];
    },
    accountNames: (tenantKey: number, userKey: number): AccountNames | null => {
      const user = sql('user_name').pluck().get({ tenantKey, userKey }) as string | undefined;
      return user === undefined
        ? null
        : { user, agents: sql('agent_names').pluck().all({ tenantKey, userKey }) as string[] };
    },
    metadataOf: (tenantKey: number, userKey: number, keys: readonly number[]): MessageMetadata[] =>
      sql('metadata').all({ tenantKey, userKey, keys: JSON.stringify(keys) }) as MessageMetadata[],
    replaced: (tenantKey: number, userKey: number, messageKeys: readonly number[]): Replaced[] => {
      const rows = sql('replaced').all({ tenantKey, userKey, keys: JSON.stringify(messageKeys) });
      return (rows as Omit<Replaced, 'messageKeys'>[]).map((row) => ({
        ...row,
        messageKeys: sql('sources').pluck().all({ tenantKey, factKey: row.factKey, limit: MOST_SOURCES }) as number[],
      }));
    },
    fetch: (tenantKey: number, userKey: number, references: readonly CorpusReference[]): CorpusEntry[] => {
      const read = (kind: DocumentKind, keys: string) =>
        (documents[kind]('found').all({ tenantKey, userKey, keys }) as EntryRow[]).map((row) => toEntry(kind, row));
      return inOrderOf(references, read);
    },
  };
};

export const corpusWrites = (db: Connection) => {
  const sql = openStatements(db, corpusSql);
  return {
    saveSegment: ({ bytes, ...segment }: IndexSegment): boolean => {
      const { tenantKey, userKey, maker } = segment;
      sql('forget_foreign_segments').run({ tenantKey, userKey, maker });
      if (!sql('may_keep_segment').get(segment)) return false;
      sql('forget_segments_within').run(segment);
      sql('save_segment').run({ ...segment, bytes: Buffer.from(bytes) });
      return true;
    },
  };
};
