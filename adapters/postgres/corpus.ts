import {
  type AccountNames,
  type ChangedDocument,
  type ChangesSince,
  type CorpusEntry,
  type CorpusFacet,
  type CorpusReader,
  type KeyRange,
  type MessageMetadata,
  type Replaced,
  type Retraction,
  SESSIONS_A_PAGE,
} from '../../src/contract/corpus.ts';
import { DOCUMENT_KINDS, type DocumentKind, forEachKind } from '../../src/contract/documents.ts';
import { MOST_SOURCES } from '../../src/contract/facts.ts';
import { changesBy, type Look } from '../changes.ts';
import {
  ALL_KEYS,
  BATCH,
  BATCH_CHARACTERS,
  type DocumentPlace,
  type DocumentRows,
  type DocumentSpan,
  documentsBy,
  type EntryRow,
  NO_ROWS,
  START,
  toEntry,
} from '../document-pages.ts';
import { inOrderOf } from '../references.ts';
import { DOCUMENT_SQL } from './documents.ts';
import { openGenerationReads } from './generation-reads.ts';
import { lockMemories } from './memories.ts';
import type { Pool, Queryable } from './pool.ts';
import { openRelated } from './related.ts';
import corpusSql from './sql/corpus.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { arrayOf } from './text.ts';
import { inSnapshot, inTransaction } from './transaction.ts';
import { vectorPageOn } from './vectors.ts';

type Owner = { readonly tenantKey: number; readonly userKey: number };
type Bounds = { readonly generation: number; readonly retractedFrom: number };

const sql = openStatements(corpusSql);
const documents = forEachKind((kind) => openStatements(DOCUMENT_SQL[kind]));

const documentPageOn =
  (db: Queryable) =>
  async (span: DocumentSpan, kind: DocumentKind, { generation, key }: DocumentPlace): Promise<DocumentRows> => {
    const values = { ...span, generation, key, limit: BATCH, characters: BATCH_CHARACTERS };
    const rows = await documents[kind].all<Omit<ChangedDocument, 'kind'>>(db, 'changed', values);
    const characters = rows.reduce((sum, { content }) => sum + content.length, 0);
    const isLast = rows.length < BATCH && characters < BATCH_CHARACTERS;
    return { rows: rows.map((row) => ({ kind, ...row })), isLast };
  };

/** Sends all that it asks for at once, whether or not there is anything to read. */
const lookIn = async (db: Queryable, owner: Owner, { after, kinds, vectors }: ChangesSince): Promise<Look | null> => {
  const page = documentPageOn(db);
  const firstPages = (generation: number): Promise<DocumentRows[]> =>
    Promise.all(
      DOCUMENT_KINDS.map((kind) =>
        kinds?.includes(kind) === false ? NO_ROWS : page({ ...owner, ...ALL_KEYS }, kind, { ...START, generation }),
      ),
    );
  const [bounds, retractions, pages, filed] = await Promise.all([
    sql.get<Bounds>(db, 'bounds', owner),
    after === undefined ? [] : sql.all<Retraction>(db, 'retractions', { ...owner, after }),
    after === undefined ? null : firstPages(after),
    vectors ? vectorPageOn(db)({ ...owner, model: vectors.model }, { ...START, generation: vectors.after }) : null,
  ]);
  if (!bounds) return null;
  return {
    generation: bounds.generation,
    retractions: after !== undefined && after < bounds.retractedFrom ? [{ kind: 'all', key: 0 }] : retractions,
    documents: pages && forEachKind((kind) => pages[DOCUMENT_KINDS.indexOf(kind)] as DocumentRows),
    vectors: filed,
  };
};

/** The reading side of search. */
export const openCorpusReads = (pool: Pool): CorpusReader => {
  const generation = openGenerationReads(pool);
  const documentPage = documentPageOn(pool);

  const look = (tenantKey: number, userKey: number, since: ChangesSince): Promise<Look | null> =>
    inSnapshot(pool, (tx) => lookIn(tx, { tenantKey, userKey }, since));

  return {
    generation,
    changes: changesBy(look, documentPage, vectorPageOn(pool)),
    documents: documentsBy(documentPage),
    segments: (tenantKey, userKey, maker) => sql.all<KeyRange>(pool, 'segments', { tenantKey, userKey, maker }),
    readSegment: async (tenantKey, userKey, { firstKey, lastKey }) => {
      const found = await sql.get<{ bytes: Uint8Array }>(pool, 'segment', { tenantKey, userKey, firstKey, lastKey });
      return found?.bytes ?? null;
    },
    sessionsOfAgent: async (tenantKey, userKey, agentKey, after) => {
      const page = { tenantKey, userKey, agentKey, after, limit: SESSIONS_A_PAGE };
      const rows = await sql.all<{ key: number }>(pool, 'sessions_of_agent', page);
      return rows.map(({ key }) => key);
    },
    accountNames: async (tenantKey, userKey): Promise<AccountNames | null> => {
      type Named = { readonly isUser: boolean; readonly name: string };
      const named = await sql.all<Named>(pool, 'account_names', { tenantKey, userKey });
      const user = named.find(({ isUser }) => isUser);
      return user ? { user: user.name, agents: named.flatMap(({ isUser, name }) => (isUser ? [] : [name])) } : null;
    },
    replaced: async (tenantKey, userKey, messageKeys) => {
      type Row = Omit<Replaced, 'messageKeys'> & { readonly messageKeys: readonly number[] | null };
      const values = { tenantKey, userKey, keys: arrayOf(messageKeys), limit: MOST_SOURCES };
      const found = await sql.all<Row>(pool, 'replaced', values);
      const rows = new Map(found.map((row) => [JSON.stringify(row), row])).values();
      return Array.from(rows, (row) => ({ ...row, messageKeys: row.messageKeys ?? [] }));
    },
    related: openRelated(pool),
    metadataOf: (tenantKey, userKey, keys) =>
      sql.all<MessageMetadata>(pool, 'metadata', { tenantKey, userKey, keys: arrayOf(keys) }),
    fetch: async (tenantKey, userKey, references): Promise<CorpusEntry[]> => {
      const read = async (kind: DocumentKind): Promise<CorpusEntry[]> => {
        const keys = references.filter((one) => one.kind === kind).map(({ key }) => key);
        if (keys.length === 0) return [];
        const values = { tenantKey, userKey, keys: arrayOf(keys) };
        return (await documents[kind].all<EntryRow>(pool, 'found', values)).map((row) => toEntry(kind, row));
      };
      const found = await Promise.all(DOCUMENT_KINDS.map(read));
      return inOrderOf(references, (kind) => found[DOCUMENT_KINDS.indexOf(kind)] ?? []);
    },
  };
};

export const openSegmentWrites = (pool: Pool): Pick<CorpusFacet, 'saveSegment'> => ({
  saveSegment: ({ bytes, ...segment }) =>
    inTransaction(pool, async (tx) => {
      const { tenantKey, userKey, maker } = segment;
      await lockMemories(tx, [userKey]);
      await sql.run(tx, 'forget_foreign_segments', { tenantKey, userKey, maker });
      if (!(await sql.get(tx, 'may_keep_segment', { ...segment }))) return false;
      await sql.run(tx, 'forget_segments_within', { ...segment });
      await sql.run(tx, 'save_segment', { ...segment, bytes });
      return true;
    }),
});
