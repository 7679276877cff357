import type { Changes, ChangesSince, CorpusReader, Retraction } from '../src/contract/corpus.ts';
import { DOCUMENT_KINDS, type DocumentKind } from '../src/contract/documents.ts';
import { ALL_KEYS, type DocumentPage, type DocumentRows, pagesOf } from './document-pages.ts';
import { type VectorPage, type VectorRow, vectorsFrom } from './vector-pages.ts';

type Owner = { readonly tenantKey: number; readonly userKey: number };

/** What one look shows: the first pages, null of what was not asked for or has not changed. */
export interface Look {
  readonly generation: number;
  readonly retractions: Retraction[];
  readonly documents: Readonly<Record<DocumentKind, DocumentRows>> | null;
  readonly vectors: readonly VectorRow[] | null;
}

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
