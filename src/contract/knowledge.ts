import type { Created, Once } from './once.ts';
import type { Page, PageOf } from './pages.ts';
import type { KnowledgeRecord, Scope } from './records.ts';

/**
 * Knowledge items: facts that a client states outright. Every verb fails with `not_found` for a user that the scope cannot
 * see. `add`, `update` and `delete` increment the user's generation when they change an item.
 */
export interface KnowledgeFacet {
  /**
   * Lists the items of a user in order of creation.
   * @example await store.knowledge.list(scope, 'u1', { after: null, limit: 10 }); // { rows: [{ id: 'k1', ... }], next: null }
   */
  list(scope: Scope, userId: string, page: Page): Promise<PageOf<KnowledgeRecord>>;
  /**
   * Adds items, all or none.
   * @example await store.knowledge.add(scope, 'u1', [{ id: 'k1', content: 'Ann lives in Graz.' }], now); // { ids: ['k1'], replayed: false }
   */
  add(
    scope: Scope,
    userId: string,
    items: readonly { readonly id: string; readonly content: string }[],
    at: number,
    once?: Once,
  ): Promise<Created>;
  /**
   * Reads items in the order of `ids`, and skips an id that is unknown or another user's.
   * @example await store.knowledge.read(scope, 'u1', ['nobody', 'k1']); // [{ id: 'k1', content: 'Ann lives in Graz.', ... }]
   */
  read(scope: Scope, userId: string, ids: readonly string[]): Promise<KnowledgeRecord[]>;
  /**
   * Replaces the contents of items, and skips ids as `read` does. Answers the ids of the items that it changed.
   * @example await store.knowledge.update(scope, 'u1', [{ id: 'k1', content: 'Ann lives in Linz.' }], now); // ['k1']
   */
  update(
    scope: Scope,
    userId: string,
    changes: readonly { readonly id: string; readonly content: string }[],
    at: number,
  ): Promise<string[]>;
  /**
   * Deletes items, and skips ids as `read` does. Answers the ids of the items that it deleted.
   * @example await store.knowledge.delete(scope, 'u1', ['k1', 'nobody']); // ['k1']
   */
  delete(scope: Scope, userId: string, ids: readonly string[]): Promise<string[]>;
}
