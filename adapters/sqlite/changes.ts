import type { ChangesSince, Retraction } from '../../src/contract/corpus.ts';
import { type DocumentKind, forEachKind } from '../../src/contract/documents.ts';
import type { Look } from '../changes.ts';
import { ALL_KEYS, type DocumentRows, NO_ROWS, START } from '../document-pages.ts';
import type { Connection } from './connection.ts';
import type { corpusReads } from './corpus.ts';
import corpusSql from './sql/corpus.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import type { vectorReads } from './vectors.ts';

type Bounds = { readonly generation: number; readonly retractedFrom: number };
type Owner = { readonly tenantKey: number; readonly userKey: number };

export const changeReads = (
  db: Connection,
  { generation, documentPage }: Pick<ReturnType<typeof corpusReads>, 'generation' | 'documentPage'>,
  { vectorPage }: Pick<ReturnType<typeof vectorReads>, 'vectorPage'>,
) => {
  const sql = openStatements(db, corpusSql);

  const retractions = (owner: Owner, after: number, { retractedFrom }: Bounds): Retraction[] =>
    after < retractedFrom ? [{ kind: 'all', key: 0 }] : (sql('retractions').all({ ...owner, after }) as Retraction[]);

  const look = (owner: Owner, { after, kinds, vectors }: ChangesSince): Look | null => {
    const bounds = sql('bounds').get(owner) as Bounds | undefined;
    if (!bounds) return null;
    const isBehind = after !== undefined && after < bounds.generation;
    const firstPage = (kind: DocumentKind): DocumentRows =>
      kinds?.includes(kind) === false
        ? NO_ROWS
        : documentPage({ ...owner, ...ALL_KEYS }, kind, { ...START, generation: after ?? 0 });
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
