import { notFound } from '../src/contract/errors.ts';
import type { FactFacet } from '../src/contract/facts.ts';
import type { Scope } from '../src/contract/records.ts';
import type { Store } from '../src/contract/store.ts';

/** The facts of an engine that keeps none: its users have none. */
export const withoutFacts = (users: Pick<Store['users'], 'get'>): FactFacet => {
  const ofUser =
    <T>(nothing: T) =>
    async (scope: Scope, userId: string): Promise<T> => {
      if (!(await users.get(scope, userId))) throw notFound('user', userId);
      return nothing;
    };
  const unknown = async (_scope: Scope, id: string): Promise<never> => {
    throw notFound('fact', id);
  };
  return {
    list: ofUser({ rows: [], next: null }),
    ofMessages: ofUser([]),
    find: ofUser([]),
    entities: ofUser({ rows: [], next: null }),
    read: async () => [],
    delete: async () => [],
    history: unknown,
    update: unknown,
    undo: unknown,
  };
};
