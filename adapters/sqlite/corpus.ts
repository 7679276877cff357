import type {
  AccountNames,
  ChangedDocument,
  CorpusEntry,
  CorpusFacet,
  CorpusReference,
  IndexSegment,
  KeyRange,
  MessageMetadata,
  Retraction,
} from '../../src/contract/corpus.ts';
import type { Connection } from './connection.ts';
import { inOrderOf } from './references.ts';
import corpusSql from './sql/corpus.sql' with { type: 'text' };
import { openStatements } from './statements.ts';

/** Documents handed over at a time: enough to amortise the call, few enough to let other work in between. */
const BATCH = 500;
/** Long ones are fewer: so many characters, and the one that goes beyond. 500 of 256 KiB held up everybody for seconds. */
const BATCH_CHARACTERS = 131_072;

type EntryRow = Omit<CorpusEntry, 'session' | 'tokenCount'> & {
  tokenCount: number | null;
  sessionId: string | null;
  sessionName: string | null;
  agentId: string | null;
};

const toEntry = ({ sessionId, sessionName, agentId, tokenCount, ...row }: EntryRow): CorpusEntry => ({
  ...row,
  ...(tokenCount !== null && { tokenCount }),
  session: sessionId === null ? null : { id: sessionId, name: sessionName ?? '', agentId: agentId ?? '' },
});

type DocumentKind = 'messages' | 'knowledge';
type DocumentSpan = { readonly tenantKey: number; readonly userKey: number } & KeyRange;
type DocumentPlace = { readonly generation: number; readonly key: number };
type DocumentRows = { readonly rows: readonly ChangedDocument[]; readonly isLast: boolean };
type DocumentPage = (span: DocumentSpan, kind: DocumentKind, place: DocumentPlace) => Promise<DocumentRows>;

const ALL_KEYS: KeyRange = { firstKey: 0, lastKey: Number.MAX_SAFE_INTEGER };

/** Documents page by page, so that no statement stays open between two turns. */
export const documentsBy = (page: DocumentPage): CorpusFacet['documents'] =>
  async function* (tenantKey, userKey, after, keys = ALL_KEYS) {
    for (const kind of ['messages', 'knowledge'] as const) {
      if (kind === 'knowledge' && keys.lastKey < ALL_KEYS.lastKey) return;
      let place: DocumentPlace = { generation: after, key: Number.MAX_SAFE_INTEGER };
      for (;;) {
        const { rows, isLast } = await page({ tenantKey, userKey, ...keys }, kind, place);
        const last = rows.at(-1);
        if (last) yield rows;
        // What came in since has a generation that is asked for next time.
        if (!last || isLast) break;
        place = last;
      }
    }
  };

export const corpusReads = (db: Connection) => {
  const sql = openStatements(db, corpusSql);
  return {
    generation: (tenantKey: number, userKey: number): number | null =>
      (sql('generation').get({ tenantKey, userKey }) as { generation: number } | undefined)?.generation ?? null,
    retractions: (tenantKey: number, userKey: number, after: number, upTo: number): Retraction[] => {
      const from = sql('retracted_from').pluck().get({ tenantKey, userKey }) as number | undefined;
      if (from === undefined) return [];
      if (after < from) return [{ kind: 'all', key: 0 }];
      return sql('retractions').all({ tenantKey, userKey, after, upTo }) as Retraction[];
    },
    documentPage: (span: DocumentSpan, kind: DocumentKind, { generation, key }: DocumentPlace): DocumentRows => {
      const rows: ChangedDocument[] = [];
      let characters = 0;
      for (const row of sql(kind).iterate({ ...span, generation, key, limit: BATCH }) as Iterable<ChangedDocument>) {
        rows.push(row);
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
      const statements = { message: 'found_messages', knowledge: 'found_knowledge' } as const;
      const read = (kind: CorpusReference['kind'], keys: string) =>
        (sql(statements[kind]).all({ tenantKey, userKey, keys }) as EntryRow[]).map(toEntry);
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
