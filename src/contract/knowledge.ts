import type { Created, Once } from './once.ts';
import type { Page, PageOf } from './pages.ts';
import type { KnowledgeRecord, Scope } from './records.ts';

/** Facts that a client states outright. Every verb answers `not_found` for a user that the scope cannot see. */
export interface KnowledgeFacet {
  /** In order of creation. */
  list(scope: Scope, userId: string, page: Page): Promise<PageOf<KnowledgeRecord>>;
  add(
    scope: Scope,
    userId: string,
    items: readonly { readonly id: string; readonly content: string }[],
    at: number,
    once?: Once,
  ): Promise<Created>;
  /** In the order asked for; ids that are unknown or another user's are passed over. */
  read(scope: Scope, userId: string, ids: readonly string[]): Promise<KnowledgeRecord[]>;
  /** The ids that were really changed. */
  update(
    scope: Scope,
    userId: string,
    changes: readonly { readonly id: string; readonly content: string }[],
    at: number,
  ): Promise<string[]>;
  /** The ids that were really deleted. */
  delete(scope: Scope, userId: string, ids: readonly string[]): Promise<string[]>;
}
