import type { Created, Once } from './once.ts';
import type { Page, PageOf } from './pages.ts';
import type { IdentityRecord, Scope, SessionRecord } from './records.ts';

/** Tenants are made by the command line and by the first start, never over HTTP. */
export interface TenantFacet {
  /** Null when there is no tenant of this name. */
  find(name: string): Promise<number | null>;
  /** The key of the tenant of this name, made at `at` when it does not exist. */
  ensure(name: string, at: number): Promise<number>;
}

export interface NewIdentity {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly at: number;
}

/**
 * What a deletion has left to do. A large one is hidden first, in time that goes with the number of its sessions, and its
 * rows are removed behind the answer, in slices that hold up no other write, by whatever process comes first; also after a
 * kill.
 */
export interface Deletion {
  /** Whether rows of it are still on the disk. */
  readonly isPending: boolean;
}

/** Absent and null keep what is there; `updated_at` moves to `at` in any case. */
export interface IdentityPatch {
  readonly name?: string | null;
  readonly description?: string | null;
  readonly at: number;
}

/**
 * Users, and agents: the same verbs on two tables. Lists are in order of creation. A name is unique within its tenant,
 * also among concurrent creates: the losers get `name_taken`.
 */
export interface IdentityFacet {
  list(scope: Scope, page: Page): Promise<PageOf<IdentityRecord>>;
  get(scope: Scope, id: string): Promise<IdentityRecord | null>;
  findByName(scope: Scope, name: string): Promise<IdentityRecord | null>;
  create(scope: Scope, input: NewIdentity, once?: Once): Promise<Created>;
  /** When it resolves the generation of every user whose memory a new name touches has moved on. Errors: `not_found`, `name_taken`. */
  update(scope: Scope, id: string, patch: IdentityPatch): Promise<void>;
  /**
   * Deletes it and all that hangs on it: sessions, messages, and for a user knowledge and API keys. When it resolves no
   * verb finds anything of it, and its name is free. Errors: `not_found`.
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
}

/** Conversations of a user with an agent. A session's name is unique among those of its user. */
export interface SessionFacet {
  /** In order of creation. */
  list(scope: Scope, filter: SessionFilter, page: Page): Promise<PageOf<SessionRecord>>;
  get(scope: Scope, id: string): Promise<SessionRecord | null>;
  /** Without `userId` the oldest session of that name. */
  findByName(scope: Scope, name: string, userId?: string): Promise<SessionRecord | null>;
  /** Errors: `not_found` of the user, then of the agent; `name_taken`. */
  create(scope: Scope, input: NewSession, once?: Once): Promise<Created>;
  /** Errors: `not_found`, `name_taken`. */
  update(scope: Scope, id: string, patch: { readonly name?: string | null; readonly at: number }): Promise<void>;
  /** As that of users and agents. Errors: `not_found`. */
  delete(scope: Scope, id: string): Promise<Deletion>;
}
