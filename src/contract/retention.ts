import type { Page, PageOf } from './pages.ts';
import type { Scope } from './records.ts';

/** A user's own policy; null where the server's holds. */
export interface RetentionPolicy {
  /** Days after which messages are deleted. */
  readonly messagesDays: number | null;
  /** Days in which the confidence of facts falls by half; 0 for never. */
  readonly halfLifeDays: number | null;
}

/** How long what is known of a single user is kept. A deletion of the user takes the policy along. */
export interface RetentionFacet {
  /**
   * Reads the policy of a user. Errors: `not_found`.
   * @example await store.retention.get(scope, 'u1'); // { messagesDays: 30, halfLifeDays: null }
   */
  get(scope: Scope, userId: string): Promise<RetentionPolicy>;
  /**
   * Replaces the policy of a user. Errors: `not_found`.
   * @example await store.retention.set(scope, 'u1', { messagesDays: 30, halfLifeDays: null }, now);
   */
  set(scope: Scope, userId: string, policy: RetentionPolicy, at: number): Promise<void>;
  /**
   * Lists the users of all tenants whose policy has `messagesDays`, in order of creation.
   * @example await store.retention.usersWithDays({ after: null, limit: 50 }); // { rows: [{ tenantKey: 1, id: 'u1' }], next: null }
   */
  usersWithDays(page: Page): Promise<PageOf<{ readonly tenantKey: number; readonly id: string }>>;
}
