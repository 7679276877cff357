import type {
  AccountNames,
  ChangedDocument,
  CorpusEntry,
  CorpusFacet,
  CorpusReference,
  IndexSegment,
  KeyRange,
  MessageMetadata,
} from '../../src/contract/corpus.ts';
import { DOCUMENT_KINDS, type DocumentKind, forEachKind, rulesOf } from '../../src/contract/documents.ts';
import type { Connection } from './connection.ts';
import { DOCUMENT_SQL } from './documents.ts';
import { inOrderOf } from './references.ts';
import corpusSql from './sql/corpus.sql' with { type: 'text' };
import { openStatements } from './statements.ts';

/** Documents in a batch: enough to amortise the call, few enough that other work gets a turn in between. */
const BATCH = 500;
/** Long ones are fewer: so many characters, and the one that goes beyond. 500 of 256 KiB held up everybody for seconds. */
const BATCH_CHARACTERS = 131_072;

type EntryRow = Omit<CorpusEntry, 'kind' | 'session' | 'tokenCount'> & {
  tokenCount: number | null;
  sessionId: string | null;
  sessionName: string | null;
  agentId: string | null;
};

const toEntry = (
  kind: DocumentKind,
  { sessionId, sessionName, agentId, tokenCount, ...row }: EntryRow,
): CorpusEntry => ({
  kind,
  ...row,
  ...(tokenCount !== null && { tokenCount }),
  session: sessionId === null ? null : { id: sessionId, name: sessionName ?? '', agentId: agentId ?? '' },
});

type DocumentSpan = { readonly tenantKey: number; readonly userKey: number } & KeyRange;
type DocumentPlace = { readonly generation: number; readonly key: number };
export type DocumentRows = { readonly rows: readonly ChangedDocument[]; readonly isLast: boolean };
export type DocumentPage = (span: DocumentSpan, kind: DocumentKind, place: DocumentPlace) => Promise<DocumentRows>;

export const ALL_KEYS: KeyRange = { firstKey: 0, lastKey: Number.MAX_SAFE_INTEGER };
/** Where a list of what changed begins: behind all of the generation that is put in place of this one. */
export const START = { generation: 0, key: Number.MAX_SAFE_INTEGER } as const;

/** The documents of a kind page by page from the first on, so that no statement stays open between two turns. */
export async function* pagesOf(
  page: DocumentPage,
  span: DocumentSpan,
  kind: DocumentKind,
  first: DocumentRows,
): AsyncGenerator<readonly ChangedDocument[], void> {
  for (let { rows, isLast } = first; ; ) {
    const last = rows.at(-1);
    if (last) yield rows;
    // What came in since has a generation that is asked for next time.
    if (!last || isLast) return;
    ({ rows, isLast } = await page(span, kind, last));
  }
}

export const documentsBy = (page: DocumentPage): CorpusFacet['documents'] =>
  async function* (tenantKey, userKey, after, keys = ALL_KEYS) {
    const span = { tenantKey, userKey, ...keys };
    for (const kind of DOCUMENT_KINDS) {
      if (!rulesOf(kind).isSegmented && keys.lastKey < ALL_KEYS.lastKey) continue;
      yield* pagesOf(page, span, kind, await page(span, kind, { ...START, generation: after }));
    }
  };

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
    sessionsOfAgent: (tenantKey: number, userKey: number, agentKey: number): number[] =>
      sql('sessions_of_agent').pluck().all({ tenantKey, userKey, agentKey }) as number[],
    accountNames: (tenantKey: number, userKey: number): AccountNames | null => {
      const user = sql('user_name').pluck().get({ tenantKey, userKey }) as string | undefined;
      return user === undefined
        ? null
        : { user, agents: sql('agent_names').pluck().all({ tenantKey, userKey }) as string[] };
    },
    metadataOf: (tenantKey: number, userKey: number, keys: readonly number[]): MessageMetadata[] =>
      sql('metadata').all({ tenantKey, userKey, keys: JSON.stringify(keys) }) as MessageMetadata[],
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
