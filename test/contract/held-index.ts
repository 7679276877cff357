import type { CorpusDocument, Retraction } from '../../src/contract/corpus.ts';
import type { Store } from '../../src/contract/store.ts';
import { present } from './world.ts';

/** A user's documents as an index holds them: those of one generation, by kind and key. */
export interface HeldIndex {
  readonly generation: number;
  readonly documents: ReadonlyMap<string, CorpusDocument>;
}

const EMPTY: HeldIndex = { generation: 0, documents: new Map() };

const remains = ({ kind, key, sessionKey }: CorpusDocument, retracted: Retraction): boolean => {
  switch (retracted.kind) {
    case 'session':
      return sessionKey !== retracted.key;
    case 'all':
      return false;
    default:
      return kind !== retracted.kind || key !== retracted.key;
  }
};

/**
 * Brings an index to the user's present generation by what the contract says and nothing else: what was withdrawn
 * first, then what has changed; everything anew when everything was withdrawn. `meanwhile` runs after the look at what
 * changed, where a writer may come in between.
 */
export const catchUp = async (
  { corpus }: Store,
  tenantKey: number,
  userKey: number,
  held: HeldIndex,
  meanwhile: () => Promise<unknown> = async () => {},
): Promise<HeldIndex> => {
  const changes = present(await corpus.changes(tenantKey, userKey, { after: held.generation }));
  await meanwhile();
  const { generation, retractions } = changes;
  const isAnew = retractions.some(({ kind }) => kind === 'all');
  const before = isAnew ? EMPTY.documents : held.documents;
  const documents = new Map([...before].filter(([, document]) => retractions.every((gone) => remains(document, gone))));
  for await (const batch of isAnew ? corpus.documents(tenantKey, userKey, 0) : changes.documents) {
    for (const { kind, key, sessionKey, sequence, role, name, content, createdAt } of batch) {
      documents.set(`${kind}:${key}`, {
        kind,
        key,
        sessionKey,
        sequence,
        role,
        name,
        content,
        createdAt,
      });
    }
  }
  return { generation, documents };
};

/** An index made of everything there is. */
export const loadIndex = (store: Store, tenantKey: number, userKey: number): Promise<HeldIndex> =>
  catchUp(store, tenantKey, userKey, EMPTY);
