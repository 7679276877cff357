/**
 * The records of a store. A time is UTC epoch milliseconds, an id is UUIDv7 text, a `key` is the store's own integer and never
 * leaves the server, and `null` means missing.
 */

export const ROLES = ['user', 'assistant', 'system', 'tool', 'developer', 'function'] as const;
export type Role = (typeof ROLES)[number];

/** JSON as text. Nobody parses and writes it again on the way, because it may hold numbers that a double cannot. */
export type JsonText = string;

/** The tenant that owns everything while API keys are off, and that keeps it when they are turned on. */
export const DEFAULT_TENANT = 'default';

/** What a call may touch: one tenant, and within it one user when the API key is bound to one. */
export interface Scope {
  readonly tenantKey: number;
  readonly userKey: number | null;
}

/** A user or an agent, whose name is unique within a tenant. */
export interface IdentityRecord {
  readonly key: number;
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface SessionRecord {
  readonly key: number;
  readonly id: string;
  readonly userKey: number;
  readonly userId: string;
  readonly agentKey: number;
  readonly agentId: string;
  readonly name: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface MessageRecord {
  readonly id: string;
  readonly sessionId: string;
  readonly role: Role;
  readonly content: string;
  /** The name of the speaker, when the client sent one. */
  readonly name: string | null;
  readonly metadata: JsonText | null;
  /** What the client sent beside the text, such as tool calls: a JSON object; null for text alone. */
  readonly source: JsonText | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface KnowledgeRecord {
  readonly id: string;
  readonly userId: string;
  readonly content: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export const KEY_SCOPES = ['read', 'write', 'admin'] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

/** An API key without its secret, of which only a digest is kept. */
export interface ApiKeyRecord {
  readonly id: string;
  /** SHA-256 of the secret, hexadecimal. */
  readonly hash: string;
  readonly tenantKey: number;
  /** Set when the key sees one user only. */
  readonly userKey: number | null;
  readonly userId: string | null;
  readonly name: string | null;
  readonly scopes: readonly KeyScope[];
  readonly createdAt: number;
  readonly expiresAt: number | null;
}
