import { LRUCache } from 'lru-cache';
import type { Scope } from '../src/contract/records.ts';
import type { Filed, Outcome } from '../src/contract/work.ts';

/** Users whose tasks are counted one by one; of those who had none done for longest the count begins anew. */
const MAX_USERS = 10_000;

/** Counts the tasks that were done through a store, since they go with their outcome. */
export class FinishedTasks {
  readonly #ofTenants = new Map<number, number>();
  /** By tenant and user. */
  readonly #ofUsers = new LRUCache<string, number>({ max: MAX_USERS });

  add(outcomes: readonly Outcome[], filed: readonly Filed[]): void {
    outcomes.forEach(({ tenantKey, userKey }, i) => {
      if (filed[i] !== 'done') return;
      this.#ofTenants.set(tenantKey, (this.#ofTenants.get(tenantKey) ?? 0) + 1);
      const user = `${tenantKey} ${userKey}`;
      this.#ofUsers.set(user, (this.#ofUsers.get(user) ?? 0) + 1);
    });
  }

  countOf({ tenantKey, userKey }: Scope): number {
    const counted = userKey === null ? this.#ofTenants.get(tenantKey) : this.#ofUsers.get(`${tenantKey} ${userKey}`);
    return counted ?? 0;
  }
}
