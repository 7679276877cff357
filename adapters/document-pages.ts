import type { ChangedDocument, CorpusEntry, CorpusFacet, KeyRange } from '../src/contract/corpus.ts';
import { DOCUMENT_KINDS, type DocumentKind, rulesOf } from '../src/contract/documents.ts';
import { withNames } from '../src/text/account-marks.ts';

/** Documents in a batch: enough to amortise the call, few enough that other work gets a turn in between. */
export const BATCH = 500;
/** Long ones are fewer: so many characters, and the one that goes beyond. 500 of 256 KiB held up everybody for seconds. */
export const BATCH_CHARACTERS = 131_072;

/** A document as a statement reads it for a result. */
export type EntryRow = Omit<CorpusEntry, 'kind' | 'session' | 'tokenCount' | 'supersededBy' | 'isOutdated'> & {
  supersededBy?: number | null;
  /** 0 and 1 on SQLite; absent from a kind that is said by nobody. */
  isOutdated?: boolean | number;
  /** Names that belong where marks stand in the content; absent from a kind without marks. */
  spokenUser?: string;
  spokenAgent?: string;
  tokenCount: number | null;
  sessionId: string | null;
  sessionName: string | null;
  agentId: string | null;
};

export const toEntry = (
  kind: DocumentKind,
  {
    sessionId,
    sessionName,
    agentId,
    tokenCount,
    supersededBy,
    isOutdated,
    spokenUser,
    spokenAgent,
    content,
    ...row
  }: EntryRow,
): CorpusEntry => ({
  kind,
  ...row,
  content:
    spokenUser === undefined || spokenAgent === undefined
      ? content
      : withNames(content, { user: spokenUser, agent: spokenAgent }),
  ...(tokenCount !== null && { tokenCount }),
  ...(typeof supersededBy === 'number' && { supersededBy }),
  ...(isOutdated && { isOutdated: true }),
  session: sessionId === null ? null : { id: sessionId, name: sessionName ?? '', agentId: agentId ?? '' },
});

/** The documents of a user with keys in a range. */
export type DocumentSpan = { readonly tenantKey: number; readonly userKey: number } & KeyRange;
export type DocumentPlace = { readonly generation: number; readonly key: number };
export type DocumentRows = { readonly rows: readonly ChangedDocument[]; readonly isLast: boolean };
export type DocumentPage = (span: DocumentSpan, kind: DocumentKind, place: DocumentPlace) => Promise<DocumentRows>;

export const ALL_KEYS: KeyRange = { firstKey: 0, lastKey: Number.MAX_SAFE_INTEGER };
/** The page of a kind that is not asked for. */
export const NO_ROWS: DocumentRows = { rows: [], isLast: true };
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
  async function* (tenantKey, userKey, after, keys = ALL_KEYS, kinds = DOCUMENT_KINDS) {
    const span = { tenantKey, userKey, ...keys };
    for (const kind of DOCUMENT_KINDS) {
      if (!kinds.includes(kind)) continue;
      if (!rulesOf(kind).isSegmented && keys.lastKey < ALL_KEYS.lastKey) continue;
      yield* pagesOf(page, span, kind, await page(span, kind, { ...START, generation: after }));
    }
  };
