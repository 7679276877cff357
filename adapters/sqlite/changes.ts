import type { Changes, ChangesSince, CorpusReader, Retraction } from '../../src/contract/corpus.ts';
import type { Connection } from './connection.ts';
import { ALL_KEYS, type corpusReads, type DocumentPage, type DocumentRows, pagesOf, START } from './corpus.ts';
import corpusSql from './sql/corpus.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { type VectorPage, type VectorRow, type vectorReads, vectorsFrom } from './vectors.ts';

type Bounds = { readonly generation: number; readonly retractedFrom: number };
type Owner = { readonly tenantKey: number; readonly userKey: number };

/** What one look shows: the first page of each kind, null of what was not asked for or has not changed. */
interface Look {
  readonly generation: number;
  readonly retractions: Retraction[];
  readonly messages: DocumentRows | null;
  readonly knowledge: DocumentRows | null;
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
    const documents = (kind: 'messages' | 'knowledge') =>
      isBehind ? documentPage({ ...owner, ...ALL_KEYS }, kind, { ...START, generation: after }) : null;
    return {
      generation: bounds.generation,
      retractions: isBehind ? retractions(owner, after, bounds) : [],
      messages: documents('messages'),
      knowledge: documents('knowledge'),
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
      return { generation: present, retractions: [], messages: null, knowledge: null, vectors: null };
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
    for (const kind of ['messages', 'knowledge'] as const) {
      const first = seen[kind];
      if (first) yield* pagesOf(documentPage, { ...owner, ...ALL_KEYS }, kind, first);
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
