import { type CorpusReader, RELATED_BOUNDS } from '../../src/contract/corpus.ts';
import { type MessageOfFact, othersAmong, relatedOf } from '../related.ts';
import type { Pool } from './pool.ts';
import relatedSql from './sql/related.sql' with { type: 'text' };
import { openStatements } from './statements.ts';
import { arrayOf } from './text.ts';

const sql = openStatements(relatedSql);

/** The walk over entities. */
export const openRelated =
  (pool: Pool): CorpusReader['related'] =>
  async (tenantKey, userKey, names, center) => {
    const owner = { tenantKey, userKey };
    const { entities, factsOfEntity, beside, factsOfBeside, hub, messages } = RELATED_BOUNDS;
    const keysOf = async (name: string, values: Readonly<Record<string, string | number | null>>): Promise<number[]> =>
      (await sql.all<{ readonly key: number }>(pool, name, { ...owner, ...values })).map(({ key }) => key);

    const named = await keysOf('entities_named', { names: arrayOf(names), limit: entities });
    if (named.length === 0) return relatedOf([], [], []);
    const near = await keysOf('facts_of', { keys: arrayOf(named), limit: factsOfEntity });
    const found = await keysOf('entities_of', { keys: arrayOf(near), hub, center, limit: beside + named.length });
    const far = await keysOf('facts_of', { keys: arrayOf(othersAmong(found, named, beside)), limit: factsOfBeside });
    const keys = arrayOf([...new Set([...near, ...far])]);
    return relatedOf(near, far, await sql.all<MessageOfFact>(pool, 'messages_of', { ...owner, keys, limit: messages }));
  };
