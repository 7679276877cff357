import type { Created, Once } from './once.ts';
import type { Page, PageOf } from './pages.ts';
import type { IdentityRecord, Scope, SessionRecord } from './records.ts';

/** Tenants. The command line and the first start create them; no call over HTTP does. */
export interface TenantFacet {
  /**
   * Finds the key of a tenant by its name; null when there is none.
   * @example await store.tenants.find('default'); // 1
   */
  find(name: string): Promise<number | null>;
  /**
   * Answers the key of the tenant of this name, and creates the tenant when there is none. Of several calls at once one creates.
   * @example await store.tenants.ensure('acme', now); // 2, and 2 again from then on
   */
  ensure(name: string, at: number): Promise<number>;
}

export interface NewIdentity {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly at: number;
}

/**
 * What a deletion leaves to do. A deletion hides the user, agent or session before it resolves. It removes the rows of a large
 * one after that, in slices, so that no other write waits for more than one slice. Any process may go on with it, also after
 * a kill.
 */
export interface Deletion {
  /** Whether rows of it still have to be removed. */
  readonly isPending: boolean;
}

/** A change of a user or an agent. A field that is absent or null stays as it is; `updatedAt` becomes `at` in any case. */
export interface IdentityPatch {
  readonly name?: string | null;
  readonly description?: string | null;
  readonly at: number;
}

/**
 * Users, or agents: the same verbs on two tables. A name is unique within its tenant, also among concurrent creates: all but
 * one of them fail with `name_taken`. A scope of one user sees that user and every agent of the tenant; it may create neither,
 * and may change and delete that user only (`forbidden`).
 */
export interface IdentityFacet {
  /**
   * Lists users or agents in order of creation.
   * @example await store.users.list(scope, { after: null, limit: 10 }); // { rows: [{ key: 7, id: 'u1', name: 'ann', ... }], next: null }
   */
  list(scope: Scope, page: Page): Promise<PageOf<IdentityRecord>>;
  /**
   * Reads one by its id; null when the scope sees none.
   * @example await store.users.get(scope, 'u1'); // { key: 7, id: 'u1', name: 'ann', ... }
   */
  get(scope: Scope, id: string): Promise<IdentityRecord | null>;
  /**
   * Reads one by its name; null when the scope sees none.
   * @example await store.agents.findByName(scope, 'helper'); // { key: 3, id: 'a1', name: 'helper', ... }
   */
  findByName(scope: Scope, name: string): Promise<IdentityRecord | null>;
  /**
   * Creates one. Errors: `name_taken`, `forbidden`.
   * @example await store.users.create(scope, { id: 'u1', name: 'ann', description: null, at: now }); // { ids: ['u1'], replayed: false }
   */
  create(scope: Scope, input: NewIdentity, once?: Once): Promise<Created>;
  /**
   * Changes the name or the description. A new name increments no generation: nothing that an index holds shows the name of a
   * user or an agent, and search reads names when it needs them (`CorpusReader.accountNames`). For each kind whose results show
   * names (`KindRules.derived.renamed`) tasks are written before the verb resolves. Errors: `not_found`, `name_taken`, `forbidden`.
   * @example await store.users.update(scope, 'u1', { name: 'anna', at: now });
   */
  update(scope: Scope, id: string, patch: IdentityPatch): Promise<void>;
  /**
   * Deletes a user with its sessions, messages, knowledge and API keys, or an agent with its sessions and their messages.
   * When it resolves no verb finds any of that, and the name is free. Errors: `not_found`, `forbidden`.
   * @example await store.users.delete(scope, 'u1'); // { isPending: true }: nobody sees it, rows are still being removed
   */
  delete(scope: Scope, id: string): Promise<Deletion>;
}

export interface NewSession {
  readonly id: string;
  readonly userId: string;
  readonly agentId: string;
  readonly name: string;
  readonly at: number;
}

export interface SessionFilter {
  readonly userId?: string | undefined;
  readonly agentId?: string | undefined;
  /** The list begins with the session that was created last. */
  readonly newestFirst?: boolean | undefined;
}

/** Sessions: conversations of a user with an agent. The name of a session is unique among those of its user. */
export interface SessionFacet {
  /**
   * Lists sessions in order of creation; the filter keeps those of a user, of an agent, or of both.
   * @example await store.sessions.list(scope, { userId: 'u1' }, { after: null, limit: 10 }); // { rows: [{ id: 's1', ... }], next: null }
   */
  list(scope: Scope, filter: SessionFilter, page: Page): Promise<PageOf<SessionRecord>>;
  /**
   * Reads a session; null when the scope sees none.
   * @example await store.sessions.get(scope, 's1'); // { key: 12, id: 's1', userKey: 7, agentKey: 3, ... }
   */
  get(scope: Scope, id: string): Promise<SessionRecord | null>;
  /**
   * Reads the session of this name of a user. Without `userId`, reads the oldest session of this name that the scope sees.
   * @example await store.sessions.findByName(scope, 'holiday', 'u1'); // { id: 's1', name: 'holiday', ... }
   */
  findByName(scope: Scope, name: string, userId?: string): Promise<SessionRecord | null>;
  /**
   * Creates a session. Errors: `not_found` of the user, then of the agent; `name_taken`.
   * @example await store.sessions.create(scope, { id: 's1', userId: 'u1', agentId: 'a1', name: 'holiday', at: now }); // { ids: ['s1'], replayed: false }
   */
  create(scope: Scope, input: NewSession, once?: Once): Promise<Created>;
  /**
   * Changes the name. Errors: `not_found`, `name_taken`.
   * @example await store.sessions.update(scope, 's1', { name: 'summer holiday', at: now });
   */
  update(scope: Scope, id: string, patch: { readonly name?: string | null; readonly at: number }): Promise<void>;
  /**
   * Deletes a session with its messages, in the manner of `IdentityFacet.delete`. Errors: `not_found`.
   * @example await store.sessions.delete(scope, 's1'); // { isPending: false }
   */
  delete(scope: Scope, id: string): Promise<Deletion>;
}
