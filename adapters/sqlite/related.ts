import { RELATED_BOUNDS, type Related } from '../../src/contract/corpus.ts';
import { type MessageOfFact, othersAmong, relatedOf } from '../related.ts';
import type { Connection } from './connection.ts';
import relatedSql from './sql/related.sql' with { type: 'text' };
import { openStatements } from './statements.ts';

/** The walk over entities. */
export const relatedReads = (db: Connection) => {
  const sql = openStatements(db, relatedSql);
  return {
    related: (tenantKey: number, userKey: number, names: readonly string[], center: string | null): Related => {
      const owner = { tenantKey, userKey };
      const { entities, factsOfEntity, beside, factsOfBeside, hub, messages } = RELATED_BOUNDS;
      const keysOf = (name: string, values: object): number[] =>
        sql(name)
          .pluck()
          .all({ ...owner, ...values }) as number[];
      const factsOf = (keys: readonly number[], limit: number): number[] =>
        keys.flatMap((entityKey) => keysOf('facts_of_entity', { entityKey, limit }));

      const named = keysOf('entities_named', { names: JSON.stringify(names), limit: entities });
      if (named.length === 0) return relatedOf([], [], []);
      const near = factsOf(named, factsOfEntity);
      const limit = beside + named.length;
      const found = keysOf('entities_of_facts', { keys: JSON.stringify(near), hub, center, limit });
      const far = factsOf(othersAmong(found, named, beside), factsOfBeside);
      const keys = JSON.stringify([...new Set([...near, ...far])]);
      return relatedOf(near, far, sql('messages_of_facts').all({ ...owner, keys, limit: messages }) as MessageOfFact[]);
    },
  };
};
