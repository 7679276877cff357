import type { CorpusDocument } from '../../src/contract/corpus.ts';
import { documentsAfter } from './snapshot.ts';
import { present, type World } from './world.ts';

/** A user called Ada who talks with an agent called Rex, and what the corpus tells of her. */
export const createMemory = async (world: World) => {
  const { store, scope, tenantKey } = world;
  const [owner, partner] = [await world.user('Ada'), await world.agent('Rex')];
  const talk = await world.session(owner, partner, 'daily');
  const { corpus } = store;
  return {
    world,
    store,
    scope,
    tenantKey,
    corpus,
    owner,
    partner,
    talk,
    generation: async () => present(await corpus.generation(tenantKey, owner.key)),
    documents: (after = 0) => documentsAfter(store, tenantKey, owner.key, after),
    retractions: async (after: number) => present(await corpus.changes(tenantKey, owner.key, { after })).retractions,
  };
};

export type Memory = Awaited<ReturnType<typeof createMemory>>;

export const textsOf = (documents: Iterable<CorpusDocument>): string[] => [...documents].map(({ content }) => content);
