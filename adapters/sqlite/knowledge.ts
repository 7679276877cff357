import { notFound } from '../../src/contract/errors.ts';
import type { Created, Once } from '../../src/contract/once.ts';
import type { Page, PageOf } from '../../src/contract/pages.ts';
import type { KnowledgeRecord, Scope } from '../../src/contract/records.ts';
import type { Connection } from './connection.ts';
import { pageByKey } from './key-pages.ts';
import knowledgeSql from './sql/knowledge.sql' with { type: 'text' };
import { openStatements, type Statements } from './statements.ts';
import type { WriteContext } from './writing/context.ts';

type Item = { readonly id: string; readonly content: string };

const ownerOf = (sql: Statements, scope: Scope, userId: string): number => {
  const owner = sql('owner').get({ ...scope, userId }) as { key: number } | undefined;
  if (!owner) throw notFound('user', userId);
  return owner.key;
};

export const knowledgeReads = (db: Connection) => {
  const sql = openStatements(db, knowledgeSql);
  return {
    list: (scope: Scope, userId: string, page: Page): PageOf<KnowledgeRecord> => {
      const owner = { ...scope, userId, ownerKey: ownerOf(sql, scope, userId) };
      const { rows, next } = pageByKey(['knowledge', owner.ownerKey], page, {
        lastKey: () => sql('last_key').pluck().get(owner) as number,
        read: (span) => sql('list').all({ ...owner, ...span }) as (KnowledgeRecord & { key: number })[],
      });
      return { rows: rows.map(({ key: _key, ...record }) => record), next };
    },
    read: (scope: Scope, userId: string, ids: readonly string[]): KnowledgeRecord[] => {
      const ownerKey = ownerOf(sql, scope, userId);
      return ids.flatMap((id) => (sql('read').get({ ...scope, userId, ownerKey, id }) as KnowledgeRecord) ?? []);
    },
  };
};

export const knowledgeWrites = (db: Connection, { claims, generations }: WriteContext) => {
  const sql = openStatements(db, knowledgeSql);
  return {
    add: (scope: Scope, userId: string, items: readonly Item[], at: number, once?: Once): Created => {
      const { tenantKey } = scope;
      const ownerKey = ownerOf(sql, scope, userId);
      return claims(tenantKey, once, () => {
        if (items.length > 0) {
          const generation = generations(tenantKey, ownerKey);
          for (const item of items) sql('insert').run({ tenantKey, ownerKey, generation, at, ...item });
        }
        return items.map(({ id }) => id);
      });
    },
    update: (scope: Scope, userId: string, changes: readonly Item[], at: number): string[] => {
      const { tenantKey } = scope;
      const ownerKey = ownerOf(sql, scope, userId);
      const present = changes.filter(({ id }) => sql('read').get({ ...scope, userId, ownerKey, id }));
      if (present.length > 0) {
        const generation = generations(tenantKey, ownerKey);
        for (const change of present) sql('update').run({ tenantKey, ownerKey, generation, at, ...change });
      }
      return present.map(({ id }) => id);
    },
    delete: (scope: Scope, userId: string, ids: readonly string[]): string[] => {
      const { tenantKey } = scope;
      const ownerKey = ownerOf(sql, scope, userId);
      const gone = ids.flatMap((id) => {
        const row = sql('delete').get({ tenantKey, ownerKey, id }) as { key: number } | undefined;
        return row ? [{ id, key: row.key }] : [];
      });
      if (gone.length > 0) {
        const retracted = gone.map(({ key }) => ({ kind: 'knowledge', key }) as const);
        generations(tenantKey, ownerKey, retracted);
      }
      return gone.map(({ id }) => id);
    },
  };
};
