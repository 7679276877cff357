import type { Changes, ChangesSince, CorpusReader, Retraction } from '../../src/contract/corpus.ts';
import { DOCUMENT_KINDS, type DocumentKind, forEachKind } from '../../src/contract/documents.ts';
import type { Connection } from './connection.ts';
import { ALL_KEYS, type corpusReads, type DocumentPage, type DocumentRows, pagesOf, START } from './corpus.ts';
import corpusSql from './sql/corpus.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { type VectorPage, type VectorRow, type vectorReads, vectorsFrom } from './vectors.ts';

type Bounds = { readonly generation: number; readonly retractedFrom: number };
type Owner = { readonly tenantKey: number; readonly userKey: number };

/** What one look shows: the first pages, null of what was not asked for or has not changed. */
interface Look {
  readonly generation: number;
  readonly retractions: Retraction[];
  readonly documents: Readonly<Record<DocumentKind, DocumentRows>> | null;
  readonly vectors: readonly VectorRow[] | null;
}

export const changeReads = (
  db: Connection,
  { generation, documentPage }: Pick<ReturnType<typeof corpusReads>, 'generation' | 'documentPage'>,
  { vectorPage }: Pick<ReturnType<typeof vectorReads>, 'vectorPage'>,
) => {
  const sql = openStatements(db, corpusSql);

  const retractions = (owner: Owner, after: number, { retractedFrom }: Bounds): Retraction[] =>
    after < retractedFrom ? [{ kind: 'all', key: 0 }] : (sql('retractions').all({ ...owner, after }) as Retraction[]);

  const look = (owner: Owner, { after, vectors }: ChangesSince): Look | null => {
    const bounds = sql('bounds').get(owner) as Bounds | undefined;
    if (!bounds) return null;
    const isBehind = after !== undefined && after < bounds.generation;
    const firstPage = (kind: DocumentKind): DocumentRows =>
      documentPage({ ...owner, ...ALL_KEYS }, kind, { ...START, generation: after ?? 0 });
    return {
      generation: bounds.generation,
      retractions: isBehind ? retractions(owner, after, bounds) : [],
      documents: isBehind ? forEachKind(firstPage) : null,
      vectors:
        vectors && vectors.after < bounds.generation
          ? vectorPage({ ...owner, model: vectors.model }, { ...START, generation: vectors.after })
          : null,
    };
  };
  const inOneSnapshot = db.transaction(look);

  return {
    look: (tenantKey: number, userKey: number, since: ChangesSince): Look | null => {
      const owner = { tenantKey, userKey };
      const { after, vectors } = since;
      // Most often nothing has changed, which one statement tells.
      const present = generation(tenantKey, userKey);
      const isThere = (reached: number | undefined): boolean => reached === undefined || reached === present;
      if (present === null || !isThere(after) || !isThere(vectors?.after)) return inOneSnapshot(owner, since);
      return { generation: present, retractions: [], documents: null, vectors: null };
    },
  };
};

/** The changes of a memory, of which the first pages come with the look, and the others as they are asked for. */
export const changesBy = (
  look: (tenantKey: number, userKey: number, since: ChangesSince) => Promise<Look | null>,
  documentPage: DocumentPage,
  vectorPage: VectorPage,
): CorpusReader['changes'] => {
  async function* documents(owner: Owner, seen: Look): Changes['documents'] {
    if (!seen.documents) return;
    for (const kind of DOCUMENT_KINDS) {
      yield* pagesOf(documentPage, { ...owner, ...ALL_KEYS }, kind, seen.documents[kind]);
    }
  }
  return async (tenantKey, userKey, since) => {
    const seen = await look(tenantKey, userKey, since);
    if (!seen) return null;
    const { generation, retractions, vectors } = seen;
    const owner = { tenantKey, userKey };
    return {
      generation,
      retractions,
      documents: documents(owner, seen),
      vectors: vectorsFrom(vectorPage, { ...owner, model: since.vectors?.model ?? '' }, vectors ?? []),
    };
  };
};
